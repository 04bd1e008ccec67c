package platform

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/edge"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// newCertificate requests the certificate of a load balancer where the configuration says so, and returns the ARNs of all that the
// load balancer has.
func (s *serving) newCertificate(ctx *pulumi.Context, p *Platform, name string, lb config.LoadBalancer, args *PlatformArgs) (pulumi.StringArray, error) {
	if !lb.RequestCertificate {
		return pulumi.ToStringArray(lb.CertificateArns), nil
	}
	certificate, err := edge.NewCertificate(ctx, name+"-certificate", &edge.CertificateArgs{
		Domain:       lb.Domain,
		HostedZoneId: lb.HostedZoneId,
		Tags:         args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return nil, err
	}
	return pulumi.StringArray{certificate.Arn}, nil
}

// newRecords points every host of a load balancer at it.
func (s *serving) newRecords(ctx *pulumi.Context, p *Platform, name, key string, args *PlatformArgs) error {
	lb := args.Config.LoadBalancers[key]
	if lb.HostedZoneId == "" {
		return nil
	}
	_, err := edge.NewAliasRecords(ctx, name+"-records", &edge.AliasRecordsArgs{
		HostedZoneId: lb.HostedZoneId,
		Hosts:        hosts(key, lb, args.Models),
		Target:       s.loadBalancers[key].Hostname,
		Region:       args.Config.Region,
	}, pulumi.Parent(p))
	return err
}

// hosts are the names under which the models of a load balancer answer, sorted: the shared one, which every load balancer has, and
// those of models with a subdomain.
func hosts(key string, lb config.LoadBalancer, models []modelspec.Model) []string {
	all := map[string]bool{modelspec.Model{}.Host(lb.Domain): true}
	for _, m := range models {
		if m.Route.LoadBalancer == key {
			all[m.Host(lb.Domain)] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

package platform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/edge"
)

// newCertificates gives the ARNs of the certificates of a load balancer of the configuration, and requests one where the configuration says
// so. All load balancers with the same settings have the same.
func (s *workloads) newCertificates(ctx *pulumi.Context, p *Platform, name, key string, args *PlatformArgs) (pulumi.StringArray, error) {
	lb := args.Config.LoadBalancers[key]
	if !lb.RequestCertificate {
		return pulumi.ToStringArray(lb.CertificateArns), nil
	}
	certificate, err := edge.NewCertificate(ctx, name+"-"+key+"-certificate", &edge.CertificateArgs{
		Domain:       lb.Domain,
		HostedZoneId: lb.HostedZoneId,
		Tags:         args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return nil, err
	}
	return pulumi.StringArray{certificate.Arn}, nil
}

// newRecords points the hosts in each hosted zone at their load balancers. A record belongs to its zone, so that a host keeps it when it
// moves to another load balancer.
func (s *workloads) newRecords(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	zones := map[string]map[string]pulumi.StringInput{}
	for _, b := range args.plan.Balancers {
		zone := b.Settings.HostedZoneId
		if zone == "" {
			continue
		}
		if zones[zone] == nil {
			zones[zone] = map[string]pulumi.StringInput{}
		}
		for _, host := range args.plan.Hosts(b) {
			zones[zone][host] = s.loadBalancers[b.Name].Hostname
		}
	}
	for _, zone := range slices.Sorted(maps.Keys(zones)) {
		_, err := edge.NewAliasRecords(ctx, name+"-records-"+strings.ToLower(zone), &edge.AliasRecordsArgs{
			HostedZoneId: zone,
			Targets:      zones[zone],
			Region:       args.Config.Region,
		}, pulumi.Parent(p))
		if err != nil {
			return fmt.Errorf("registering the records of zone %s: %w", zone, err)
		}
	}
	return nil
}

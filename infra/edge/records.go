package edge

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// AliasRecordsToken is the type token of AliasRecords.
	AliasRecordsToken = "modelway:edge:AliasRecords"
	// getHostedZoneId is the function that knows the hosted zone of load balancers in each region. It is called by its token, since the
	// SDK's package of load balancers takes long to compile.
	getHostedZoneId = "aws:lb/getHostedZoneId:getHostedZoneId"
	// providerVersion is the version of the AWS provider that the function is asked of; it equals that of the SDK in go.mod, as a test checks.
	// Without one the engine makes a provider of its own for the question.
	providerVersion = "6.83.2"
)

// AliasRecordsArgs describe the DNS records of load balancers in one hosted zone. HostedZoneId, Targets and Region are required.
type AliasRecordsArgs struct {
	// HostedZoneId is the id of the public Route 53 hosted zone that answers for the hosts.
	HostedZoneId string
	// Targets are the DNS names that AWS gave the Application Load Balancers, by the host that leads to each, such as api.company.com or
	// *.company.com. A host that moves to another load balancer keeps its record. The hosts are plain, because each becomes a resource.
	Targets map[string]pulumi.StringInput
	// Region is the AWS region of the load balancer.
	Region string
	// DependsOn is what must be there while the records are: what answers at the load balancer. Default none.
	DependsOn []pulumi.Resource
}

// AliasRecords are the DNS records of load balancers.
type AliasRecords struct {
	pulumi.ResourceState

	// Records are the records, in the order of the hosts.
	Records []pulumi.Resource
}

// NewAliasRecords registers an alias record for each host.
func NewAliasRecords(ctx *pulumi.Context, name string, args *AliasRecordsArgs, opts ...pulumi.ResourceOption) (*AliasRecords, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking alias records %q: %w", name, err)
	}
	a := &AliasRecords{}
	if err := ctx.RegisterComponentResourceV2(AliasRecordsToken, name, args.inputs(), a, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	zone, err := a.loadBalancerZone(ctx, args.Region)
	if err != nil {
		return nil, fmt.Errorf("looking up the load balancers' hosted zone of %q: %w", name, err)
	}
	for _, host := range args.hosts() {
		if err := a.newRecord(ctx, name, args, host, zone); err != nil {
			return nil, fmt.Errorf("registering the record of %s of %q: %w", host, name, err)
		}
	}
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{"hosts": pulumi.ToStringArray(args.hosts())})
}

func (a *AliasRecordsArgs) hosts() []string { return slices.Sorted(maps.Keys(a.Targets)) }

func (a *AliasRecordsArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"hostedZoneId": pulumi.String(a.HostedZoneId), "targets": pulumi.StringMap(a.Targets), "region": pulumi.String(a.Region),
	}
}

// loadBalancerZone is the id of the hosted zone in which AWS keeps the names of Application Load Balancers of a region. An alias
// names that zone, not the one that it is in.
func (a *AliasRecords) loadBalancerZone(ctx *pulumi.Context, region string) (string, error) {
	query := struct {
		LoadBalancerType string `pulumi:"loadBalancerType"`
		Region           string `pulumi:"region"`
	}{"application", region}
	var found struct {
		Id string `pulumi:"id"`
	}
	if err := ctx.Invoke(getHostedZoneId, &query, &found, pulumi.Parent(a), pulumi.Version(providerVersion)); err != nil {
		return "", err
	}
	if found.Id == "" {
		return "", fmt.Errorf("the AWS provider knows no hosted zone of load balancers in %s: give a region with Application Load Balancers",
			region)
	}
	return found.Id, nil
}

// newRecord registers a record that follows the addresses of the load balancer, and gives no answer while none of them is healthy
// (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html).
func (a *AliasRecords) newRecord(ctx *pulumi.Context, name string, args *AliasRecordsArgs, host, zone string) error {
	record, err := route53.NewRecord(ctx, name+"-"+host, &route53.RecordArgs{
		ZoneId: pulumi.String(args.HostedZoneId),
		Name:   pulumi.String(host),
		Type:   pulumi.String("A"),
		Aliases: route53.RecordAliasArray{&route53.RecordAliasArgs{
			Name: args.Targets[host], ZoneId: pulumi.String(zone), EvaluateTargetHealth: pulumi.Bool(true),
		}},
	}, pulumi.Parent(a), pulumi.DependsOn(args.DependsOn))
	a.Records = append(a.Records, record)
	return err
}

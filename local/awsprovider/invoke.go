package awsprovider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	awssdk "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	facts "github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/local/aws"
)

// function is a data source that the platform or pulumi-eks uses. Its arguments are checked like the inputs of a resource. An error is the
// text of the real provider.
type function struct {
	// action is the API call, "" for what the provider knows itself.
	action string
	args   any
	result func(s *aws.State, region string, in aws.Properties) (map[string]any, error)
}

var functions = map[string]function{
	"aws:index/getAvailabilityZones:getAvailabilityZones": {"ec2:DescribeAvailabilityZones", awssdk.GetAvailabilityZonesArgs{}, zones},
	"aws:index/getCallerIdentity:getCallerIdentity":       {"sts:GetCallerIdentity", awssdk.GetCallerIdentityArgs{}, callerIdentity},
	"aws:index/getPartition:getPartition":                 {"ec2:DescribeRegions", struct{}{}, partition},
	"aws:index/getRegion:getRegion":                       {"ec2:DescribeRegions", awssdk.GetRegionArgs{}, regionOf},
	"aws:ec2/getVpc:getVpc":                               {"ec2:DescribeVpcs", ec2.LookupVpcArgs{}, vpc},
	"aws:ec2/getSubnet:getSubnet":                         {"ec2:DescribeSubnets", ec2.LookupSubnetArgs{}, subnet},
	"aws:eks/getAddonVersion:getAddonVersion":             {"eks:DescribeAddonVersions", eks.GetAddonVersionArgs{}, addonVersion},
	"aws:lb/getHostedZoneId:getHostedZoneId":              {"", hostedZoneArgs{}, hostedZone},
}

type hostedZoneArgs struct {
	LoadBalancerType *string `pulumi:"loadBalancerType"`
	Region           *string `pulumi:"region"`
}

// zones: every zone of the account is available and needs no opt-in, so state and filters change nothing.
func zones(s *aws.State, region string, _ aws.Properties) (map[string]any, error) {
	all := s.Zones()
	names := slices.Sorted(maps.Keys(all))
	ids := make([]string, len(names))
	for i, name := range names {
		ids[i] = all[name]
	}
	return map[string]any{"id": region, "names": names, "zoneIds": ids}, nil
}

func callerIdentity(*aws.State, string, aws.Properties) (map[string]any, error) {
	return map[string]any{"id": aws.AccountID, "accountId": aws.AccountID, "arn": aws.Caller(), "userId": "AIDA0000000000000MODEL"}, nil
}

func partition(_ *aws.State, region string, _ aws.Properties) (map[string]any, error) {
	name := facts.Partition(region)
	return map[string]any{"id": name, "partition": name, "dnsSuffix": facts.DNSSuffix(region), "reverseDnsPrefix": facts.ReverseDNS(region)},
		nil
}

func regionOf(_ *aws.State, region string, in aws.Properties) (map[string]any, error) {
	name := cmp.Or(in.String("name"), region)
	return map[string]any{"id": name, "name": name, "endpoint": "ec2." + name + "." + facts.DNSSuffix(name), "description": name}, nil
}

// found returns the resource with the id that a data source asks for, which is all that the platform asks by.
func found(s *aws.State, typ, noun string, in aws.Properties) (*aws.Resource, error) {
	if id := in.String("id"); id == "" || len(in) > 1 {
		return nil, fmt.Errorf("the simulated AWS finds a %s by its id, and by nothing else", noun)
	}
	if r := s.Get(typ, in.String("id")); r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("no matching EC2 %s found", noun)
}

func vpc(s *aws.State, _ string, in aws.Properties) (map[string]any, error) {
	r, err := found(s, aws.Vpc, "VPC", in)
	if err != nil {
		return nil, err
	}
	associations := []any{map[string]any{"associationId": "vpc-cidr-assoc-" + strings.TrimPrefix(r.ID, "vpc-"),
		"cidrBlock": r.String("cidrBlock"), "state": "associated"}}
	for _, a := range s.Where(aws.VpcIpv4CidrBlockAssociation, "vpcId", r.ID) {
		associations = append(associations, map[string]any{"associationId": a.ID, "cidrBlock": a.String("cidrBlock"), "state": "associated"})
	}
	return described(r, map[string]any{"id": r.ID, "arn": r.String("arn"), "cidrBlock": r.String("cidrBlock"),
		"cidrBlockAssociations": associations, "default": false,
		"enableDnsHostnames": r.Bool("enableDnsHostnames"), "enableDnsSupport": r.Bool("enableDnsSupport"), "instanceTenancy": "default",
		"mainRouteTableId": r.String("mainRouteTableId")}), nil
}

func subnet(s *aws.State, _ string, in aws.Properties) (map[string]any, error) {
	r, err := found(s, aws.Subnet, "Subnet", in)
	if err != nil {
		return nil, err
	}
	return described(r, map[string]any{"id": r.ID, "arn": r.String("arn"), "availabilityZone": r.String("availabilityZone"),
		"availabilityZoneId":      r.String("availabilityZoneId"),
		"availableIpAddressCount": s.FreeAddresses(r), "cidrBlock": r.String("cidrBlock"), "defaultForAz": false,
		"mapPublicIpOnLaunch": r.Bool("mapPublicIpOnLaunch"),
		"vpcId":               r.String("vpcId")}), nil
}

// described adds what every part of a network has.
func described(r *aws.Resource, out map[string]any) map[string]any {
	out["ownerId"], out["state"], out["tags"] = aws.AccountID, "available", map[string]any{}
	if tags := r.Outputs()["tags"]; tags != nil {
		out["tags"] = tags
	}
	return out
}

func addonVersion(_ *aws.State, _ string, in aws.Properties) (map[string]any, error) {
	name, kubernetes := in.String("addonName"), in.String("kubernetesVersion")
	version := aws.AddonVersion(name, kubernetes, in.Bool("mostRecent"))
	if version == "" {
		return nil, fmt.Errorf("reading EKS Add-On version info (%s, %s): empty result", name, kubernetes)
	}
	return map[string]any{"id": name, "addonName": name, "kubernetesVersion": kubernetes, "version": version}, nil
}

func hostedZone(_ *aws.State, region string, in aws.Properties) (map[string]any, error) {
	region = cmp.Or(in.String("region"), region)
	if kind := in.String("loadBalancerType"); kind != "" && kind != "application" {
		return nil, fmt.Errorf("the simulated AWS has load balancers of loadBalancerType application, not %s", kind)
	}
	id := aws.HostedZone(region)
	if id == "" {
		return nil, fmt.Errorf("unsupported AWS Region: %s", region)
	}
	return map[string]any{"id": id, "region": region, "loadBalancerType": "application"}, nil
}

// Invoke runs a data source.
func (p *Provider) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	f, ok := functions[req.Tok]
	if !ok {
		return nil, fmt.Errorf("function %q is not in the simulated AWS; it has %s", req.Tok, strings.Join(slices.Sorted(maps.Keys(functions)),
			", "))
	}
	in := req.GetArgs().AsMap()
	maps.DeleteFunc(in, func(_ string, v any) bool { return v == nil })
	var c checker
	if c.object("", reflect.TypeOf(f.args), in); len(c.failures) > 0 {
		return &pulumirpc.InvokeResponse{Failures: c.failures}, nil
	}
	if f.action != "" {
		if err := p.gate.Call(ctx, f.action); err != nil {
			return nil, fmt.Errorf("operation error %s, %w", f.action, err)
		}
	}
	var out map[string]any
	err := p.account.View(func(s *aws.State) (err error) {
		out, err = f.result(s, p.account.Region, in)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("invoking %s: %w", req.Tok, err)
	}
	result, err := toStruct(out)
	return &pulumirpc.InvokeResponse{Return: result}, err
}

package awsprovider

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/modelway/modelway/local/aws"
)

// function is a data source. Its arguments are checked like the inputs of a resource.
type function struct {
	action string
	args   any
	run    func(p *Provider, s *aws.State, in aws.Properties) (map[string]any, error)
}

type filter struct {
	Name   string   `pulumi:"name"`
	Values []string `pulumi:"values"`
}

type zonesArgs struct {
	AllAvailabilityZones *bool    `pulumi:"allAvailabilityZones"`
	ExcludeNames         []string `pulumi:"excludeNames"`
	ExcludeZoneIDs       []string `pulumi:"excludeZoneIds"`
	Filters              []filter `pulumi:"filters"`
	State                *string  `pulumi:"state"`
}

type idArgs struct {
	ID *string `pulumi:"id"`
}

type regionArgs struct {
	ID       *string `pulumi:"id"`
	Name     *string `pulumi:"name"`
	Endpoint *string `pulumi:"endpoint"`
}

var functions = map[string]function{
	"aws:index/getAvailabilityZones:getAvailabilityZones": {"ec2:DescribeAvailabilityZones", zonesArgs{}, getAvailabilityZones},
	"aws:index/getCallerIdentity:getCallerIdentity": {"sts:GetCallerIdentity", idArgs{}, func(*Provider, *aws.State, aws.Properties) (map[string]any, error) {
		return map[string]any{"id": aws.AccountID, "accountId": aws.AccountID, "arn": "arn:aws:iam::" + aws.AccountID + ":user/modelway", "userId": "AIDA0000000000000MODEL"}, nil
	}},
	"aws:index/getPartition:getPartition": {"", idArgs{}, func(*Provider, *aws.State, aws.Properties) (map[string]any, error) {
		return map[string]any{"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}, nil
	}},
	"aws:index/getRegion:getRegion": {"", regionArgs{}, func(p *Provider, _ *aws.State, _ aws.Properties) (map[string]any, error) {
		r := p.account.Region
		return map[string]any{"id": r, "name": r, "endpoint": "ec2." + r + ".amazonaws.com", "description": r}, nil
	}},
	"aws:eks/getAddonVersion:getAddonVersion": {"eks:DescribeAddonVersions", eks.GetAddonVersionArgs{}, getAddonVersion},
	"aws:ec2/getVpc:getVpc":                   {"ec2:DescribeVpcs", ec2.LookupVpcArgs{}, one(aws.Vpc, "VPC")},
	"aws:ec2/getSubnet:getSubnet":             {"ec2:DescribeSubnets", ec2.LookupSubnetArgs{}, one(aws.Subnet, "Subnet")},
	"aws:ec2/getSubnets:getSubnets": {"ec2:DescribeSubnets", ec2.GetSubnetsArgs{}, func(p *Provider, s *aws.State, in aws.Properties) (map[string]any, error) {
		found, err := find(s, aws.Subnet, in)
		ids := []any{}
		for _, r := range found {
			ids = append(ids, r.ID)
		}
		return map[string]any{"id": p.account.Region, "ids": ids}, err
	}},
}

// Invoke runs a data source.
func (p *Provider) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	f, ok := functions[req.Tok]
	if !ok {
		return nil, fmt.Errorf("function %q is not in the simulated AWS; it has %s", req.Tok, strings.Join(slices.Sorted(maps.Keys(functions)), ", "))
	}
	in := req.GetArgs().AsMap()
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
		out, err = f.run(p, s, in)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", req.Tok, err)
	}
	result, err := toStruct(out)
	return &pulumirpc.InvokeResponse{Return: result}, err
}

func getAvailabilityZones(p *Provider, s *aws.State, in aws.Properties) (map[string]any, error) {
	names, ids := []any{}, []any{}
	for _, z := range s.Zones() {
		excluded := slices.Contains(in.Strings("excludeNames"), z.Name) || slices.Contains(in.Strings("excludeZoneIds"), z.ID)
		if state := in.String("state"); !excluded && (state == "" || state == "available") {
			names, ids = append(names, z.Name), append(ids, z.ID)
		}
	}
	// Every zone is in the region's only zone group and needs no opt-in, so filters on these change nothing.
	for _, f := range in.Objects("filters") {
		if name := f.String("name"); name != "opt-in-status" && name != "zone-type" {
			return nil, fmt.Errorf("filter %q is not in the simulated AWS: allowed are opt-in-status, zone-type", name)
		}
	}
	return map[string]any{"id": p.account.Region, "names": names, "zoneIds": ids, "groupNames": []any{p.account.Region}}, nil
}

func getAddonVersion(_ *Provider, _ *aws.State, in aws.Properties) (map[string]any, error) {
	name := in.String("addonName")
	version, ok := aws.AddonVersions[name]
	if !ok {
		return nil, fmt.Errorf("addonName is %q: there is no such add-on; known are %s", name, strings.Join(slices.Sorted(maps.Keys(aws.AddonVersions)), ", "))
	}
	return map[string]any{"id": name, "addonName": name, "version": version, "kubernetesVersion": in.String("kubernetesVersion"), "mostRecent": in.Bool("mostRecent")}, nil
}

// filters are EC2's filter names with the properties that they look at.
var filters = map[string]string{"vpc-id": "vpcId", "availability-zone": "availabilityZone", "cidr-block": "cidrBlock", "cidr": "cidrBlock"}

// find returns the resources that have all the properties asked for.
func find(s *aws.State, typ string, in aws.Properties) ([]*aws.Resource, error) {
	wanted := map[string][]string{}
	for _, path := range []string{"vpcId", "cidrBlock", "availabilityZone"} {
		if v := in.Strings(path); len(v) > 0 {
			wanted[path] = v
		}
	}
	tags, _ := in["tags"].(map[string]any)
	for k, v := range tags {
		wanted["tags."+k] = []string{fmt.Sprint(v)}
	}
	for _, f := range in.Objects("filters") {
		path, ok := filters[f.String("name")]
		if tag, isTag := strings.CutPrefix(f.String("name"), "tag:"); isTag {
			path, ok = "tags."+tag, true
		}
		if !ok {
			return nil, fmt.Errorf("filter %q is not in the simulated AWS: allowed are tag:<key>, %s", f.String("name"), strings.Join(slices.Sorted(maps.Keys(filters)), ", "))
		}
		wanted[path] = f.Strings("values")
	}
	return slices.DeleteFunc(s.List(typ), func(r *aws.Resource) bool {
		for path, values := range wanted {
			got := r.String(path)
			if typ == aws.Vpc && path == "vpcId" {
				got = r.ID
			}
			if key, isTag := strings.CutPrefix(path, "tags."); isTag { // keys have dots
				tags, _ := r.Inputs["tags"].(map[string]any)
				got, _ = tags[key].(string)
			}
			if !slices.Contains(values, got) {
				return true
			}
		}
		id := in.String("id")
		return id != "" && id != r.ID || in.Bool("default") // the account has no default VPC
	}), nil
}

func one(typ, noun string) func(*Provider, *aws.State, aws.Properties) (map[string]any, error) {
	return func(_ *Provider, s *aws.State, in aws.Properties) (map[string]any, error) {
		found, err := find(s, typ, in)
		if err != nil {
			return nil, err
		}
		if len(found) != 1 {
			return nil, fmt.Errorf("%d matching EC2 %ss found: want exactly one; use additional constraints", len(found), noun)
		}
		out := found[0].Outputs()
		out["id"], out["tags"] = found[0].ID, out["tagsAll"]
		return out, nil
	}
}

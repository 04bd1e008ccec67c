package awsprovider

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/modelway/modelway/local/aws"
)

// function is a data source that the platform or pulumi-eks uses. Its arguments are checked like the inputs of a resource.
type function struct {
	action string
	args   any
	result func(s *aws.State) map[string]any
}

type zonesArgs struct {
	State   *string `pulumi:"state"`
	Filters []struct {
		Name   string   `pulumi:"name"`
		Values []string `pulumi:"values"`
	} `pulumi:"filters"`
}

var functions = map[string]function{
	// Every zone of the account is available and needs no opt-in, so state and filters change nothing.
	"aws:index/getAvailabilityZones:getAvailabilityZones": {"ec2:DescribeAvailabilityZones", zonesArgs{}, func(s *aws.State) map[string]any {
		zones := s.Zones()
		names := slices.Sorted(maps.Keys(zones))
		ids := make([]string, len(names))
		for i, name := range names {
			ids[i] = zones[name]
		}
		return map[string]any{"id": "zones", "names": names, "zoneIds": ids}
	}},
	"aws:index/getCallerIdentity:getCallerIdentity": {"sts:GetCallerIdentity", struct{}{}, func(*aws.State) map[string]any {
		return map[string]any{"id": aws.AccountID, "accountId": aws.AccountID, "arn": "arn:aws:iam::" + aws.AccountID + ":user/modelway", "userId": "AIDA0000000000000MODEL"}
	}},
	"aws:index/getPartition:getPartition": {"ec2:DescribeRegions", struct{}{}, func(*aws.State) map[string]any {
		return map[string]any{"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}
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
	if err := p.gate.Call(ctx, f.action); err != nil {
		return nil, fmt.Errorf("operation error %s, %w", f.action, err)
	}
	var out map[string]any
	err := p.account.View(func(s *aws.State) error { out = f.result(s); return nil })
	if err != nil {
		return nil, err
	}
	result, err := toStruct(out)
	return &pulumirpc.InvokeResponse{Return: result}, err
}

package ahead

import (
	"fmt"
	"path"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/modelway/modelway/internal/recorder"
)

// existingNetwork answers the look-ups of a VPC that others made as if it suited: each list of subnets goes over the zones of the region,
// with the tag by which load balancers find them.
func existingNetwork(region, vpcID string, private, public []string) []recorder.Option {
	subnets := map[string]resource.PropertyMap{}
	zones := recorder.Zones(region)
	for _, list := range []struct {
		ids []string
		tag string
	}{{private, "kubernetes.io/role/internal-elb"}, {public, "kubernetes.io/role/elb"}} {
		for i, id := range list.ids {
			block := len(subnets)
			subnets[id] = resource.NewPropertyMapFromMap(map[string]any{
				"id": id, "vpcId": vpcID, "availabilityZone": zones[i%len(zones)], "mapPublicIpOnLaunch": false,
				"cidrBlock": fmt.Sprintf("10.%d.%d.0/20", block/16, block%16*16), "tags": map[string]any{list.tag: "1"},
			})
		}
	}
	return []recorder.Option{
		recorder.WithInvoke("aws:ec2/getVpc:getVpc", func(args resource.PropertyMap) (resource.PropertyMap, error) {
			return resource.NewPropertyMapFromMap(map[string]any{"id": vpcID, "enableDnsSupport": true, "enableDnsHostnames": true}), nil
		}),
		recorder.WithInvoke("aws:ec2/getSubnet:getSubnet", func(args resource.PropertyMap) (resource.PropertyMap, error) {
			return subnets[args["id"].StringValue()], nil
		}),
	}
}

// caller answers who runs the program: a session of the role.
func caller(roleArn string) recorder.Option {
	account := recorder.Account
	if parts := strings.Split(roleArn, ":"); len(parts) == 6 && parts[4] != "" {
		account = parts[4]
	}
	return recorder.WithInvoke("aws:index/getCallerIdentity:getCallerIdentity", func(resource.PropertyMap) (resource.PropertyMap, error) {
		return resource.NewPropertyMapFromMap(map[string]any{
			"id": account, "accountId": account, "userId": "AROAEXAMPLE:modelway",
			"arn": "arn:aws:sts::" + account + ":assumed-role/" + path.Base(roleArn) + "/modelway",
		}), nil
	})
}

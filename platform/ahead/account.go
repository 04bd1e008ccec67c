package ahead

import (
	"fmt"
	"path"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/modelway/modelway/internal/aws"
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
	session := arn.ARN{Partition: aws.Commercial, AccountID: recorder.Account}
	if role, ok := aws.RoleArn.Parse(roleArn); ok {
		session = role
	}
	session.Service, session.Resource = "sts", "assumed-role/"+path.Base(roleArn)+"/modelway"
	return recorder.WithInvoke("aws:index/getCallerIdentity:getCallerIdentity", func(resource.PropertyMap) (resource.PropertyMap, error) {
		return resource.NewPropertyMapFromMap(map[string]any{
			"id": session.AccountID, "accountId": session.AccountID, "userId": "AROAEXAMPLE:modelway", "arn": session.String(),
		}), nil
	})
}

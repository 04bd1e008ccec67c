package recorder

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/modelway/modelway/internal/aws"
)

// zones is how many availability zones each region has here: as many as the largest region of AWS.
const zones = "abcdef"

// Zones are the names of the availability zones that a region has here.
func Zones(region string) []string {
	var names []string
	for _, letter := range zones {
		names = append(names, region+string(letter))
	}
	return names
}

// standardInvokes answer what programs commonly ask AWS about itself, for a region.
func standardInvokes(region string) map[string]Invoke {
	fixed := func(values map[string]any) Invoke {
		return func(resource.PropertyMap) (resource.PropertyMap, error) {
			return resource.NewPropertyMapFromMap(values), nil
		}
	}
	partition := aws.Partition(region)
	var names, ids []any
	for i, name := range Zones(region) {
		names = append(names, name)
		ids = append(ids, region+"-az"+string(rune('1'+i)))
	}
	return map[string]Invoke{
		"aws:index/getAvailabilityZones:getAvailabilityZones": fixed(map[string]any{
			"id": region, "names": names, "zoneIds": ids, "groupNames": []any{region},
		}),
		"aws:eks/getAddonVersion:getAddonVersion": addonVersion,
		// The stack has not been deployed before.
		"pulumi:pulumi:readStackOutputs": fixed(map[string]any{"outputs": map[string]any{}}),
		// The zone of Application Load Balancers in us-east-1 (https://docs.aws.amazon.com/general/latest/gr/elb.html).
		"aws:lb/getHostedZoneId:getHostedZoneId": fixed(map[string]any{"id": "Z35SXDOTRQ7X7K"}),
		"aws:index/getCallerIdentity:getCallerIdentity": fixed(map[string]any{
			"id": Account, "accountId": Account, "arn": aws.Arn(region, "iam", "", Account, "role/deployer"), "userId": "AROAEXAMPLE",
		}),
		"aws:index/getPartition:getPartition": fixed(map[string]any{
			"id": partition, "partition": partition, "dnsSuffix": aws.DNSSuffix(region), "reverseDnsPrefix": aws.ReverseDNS(region),
		}),
		"aws:index/getRegion:getRegion": fixed(map[string]any{
			"id": region, "name": region, "endpoint": "ec2." + region + "." + aws.DNSSuffix(region), "description": region,
		}),
	}
}

// addonVersion is a version of an EKS add-on, of the right form, that follows from the Kubernetes version.
func addonVersion(args resource.PropertyMap) (resource.PropertyMap, error) {
	kubernetes := args["kubernetesVersion"].StringValue()
	return resource.NewPropertyMapFromMap(map[string]any{
		"id": args["addonName"].StringValue(), "addonName": args["addonName"].StringValue(), "kubernetesVersion": kubernetes,
		"version": "v" + kubernetes + ".0-eksbuild.1",
	}), nil
}

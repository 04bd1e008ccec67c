package awsprovider

import (
	"context"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/aws"
)

func TestInvoke(t *testing.T) {
	e := start(t, account(t), nil)
	for name, c := range map[string]struct {
		token    string
		in, want object
	}{
		"zones": {"aws:index/getAvailabilityZones:getAvailabilityZones", object{"state": "available"},
			object{"names": []any{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"}}},
		"caller":         {"aws:index/getCallerIdentity:getCallerIdentity", nil, object{"accountId": "123456789012"}},
		"partition":      {"aws:index/getPartition:getPartition", nil, object{"partition": "aws", "dnsSuffix": "amazonaws.com"}},
		"region":         {"aws:index/getRegion:getRegion", nil, object{"name": "us-east-1", "endpoint": "ec2.us-east-1.amazonaws.com"}},
		"another region": {"aws:index/getRegion:getRegion", object{"name": "eu-west-1"}, object{"id": "eu-west-1"}},
		"add-on": {"aws:eks/getAddonVersion:getAddonVersion", object{"addonName": "vpc-cni", "kubernetesVersion": "1.35"},
			object{"version": "v1.22.4-eksbuild.3"}},
		"newest add-on": {"aws:eks/getAddonVersion:getAddonVersion", object{"addonName": "vpc-cni", "kubernetesVersion": "1.35",
			"mostRecent": true}, object{"version": "v1.23.2-eksbuild.1"}},
		"zone": {"aws:lb/getHostedZoneId:getHostedZoneId", nil, object{"id": "Z35SXDOTRQ7X7K"}},
		"zone of elsewhere": {"aws:lb/getHostedZoneId:getHostedZoneId", object{"region": "eu-central-1", "loadBalancerType": "application"},
			object{"id": "Z215JYRZR1TBD5"}},
	} {
		out, err := e.invoke(c.token, c.in)
		require.NoError(t, err, name)
		require.Subset(t, out, c.want, name)
	}
	for want, c := range map[string]struct {
		token string
		in    object
	}{
		"aws:index/getPartition:getPartition": {"aws:ec2/getAmi:getAmi", nil},
		"reading EKS Add-On version info (ghost, 1.35): empty result": {"aws:eks/getAddonVersion:getAddonVersion",
			object{"addonName": "ghost", "kubernetesVersion": "1.35"}},
		"unsupported AWS Region: mars-north-1": {"aws:lb/getHostedZoneId:getHostedZoneId",
			object{"region": "mars-north-1"}},
		"load balancers of loadBalancerType application, not network": {"aws:lb/getHostedZoneId:getHostedZoneId",
			object{"loadBalancerType": "network"}},
		"no matching EC2 VPC found":                                    {"aws:ec2/getVpc:getVpc", object{"id": "vpc-1"}},
		"no matching EC2 Subnet found":                                 {"aws:ec2/getSubnet:getSubnet", object{"id": "subnet-1"}},
		"the simulated AWS finds a VPC by its id, and by nothing else": {"aws:ec2/getVpc:getVpc", object{"default": true}},
		"the simulated AWS finds a Subnet by its id, and by nothing else": {"aws:ec2/getSubnet:getSubnet",
			object{"id": "subnet-1", "vpcId": "vpc-1"}},
	} {
		_, err := e.invoke(c.token, c.in)
		require.ErrorContains(t, err, want)
	}
	r, err := e.client.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: "aws:index/getAvailabilityZones:getAvailabilityZones",
		Args: e.pack(object{"name": "a"})})
	require.NoError(t, err)
	require.Contains(t, r.Failures[0].Reason, "unknown property name")
}

func TestLookingUpANetwork(t *testing.T) {
	e := start(t, account(t), nil)
	id, out := e.must(aws.Vpc, "main", object{"cidrBlock": "10.0.0.0/16", "tags": object{"Name": "main"}})
	more, _ := e.must(aws.VpcIpv4CidrBlockAssociation, "pods", object{"vpcId": id, "cidrBlock": "100.64.0.0/16"})
	subnet, _ := e.must(aws.Subnet, "a", object{"vpcId": id, "cidrBlock": "100.64.0.0/24", "availabilityZone": "us-east-1b"})
	vpc, err := e.invoke("aws:ec2/getVpc:getVpc", object{"id": id})
	require.NoError(t, err)
	require.Subset(t, vpc, object{"id": id, "cidrBlock": "10.0.0.0/16", "enableDnsSupport": true, "enableDnsHostnames": false,
		"ownerId": "123456789012", "tags": object{"Name": "main"},
		"mainRouteTableId": out["mainRouteTableId"]})
	require.Equal(t, object{"associationId": more, "cidrBlock": "100.64.0.0/16", "state": "associated"},
		vpc["cidrBlockAssociations"].([]any)[1])
	found, err := e.invoke("aws:ec2/getSubnet:getSubnet", object{"id": subnet})
	require.NoError(t, err)
	require.Subset(t, found, object{"id": subnet, "vpcId": id, "cidrBlock": "100.64.0.0/24", "availabilityZone": "us-east-1b",
		"availabilityZoneId": "use1-az2", "tags": object{},
		"availableIpAddressCount": 251.0})
}

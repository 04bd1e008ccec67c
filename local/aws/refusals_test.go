package aws

import (
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// planned are inputs that the Terraform AWS provider 5.100.0, or AWS at the call, refuses for what they are, without a look at the
// account: each the smallest such input, by what its refusal says. docs/local-stack.md has their number.
var planned = []struct {
	name, typ string
	in        Properties
	want      string
}{
	{"public access that is no block", Cluster, Properties{"vpcConfig": map[string]any{"subnetIds": list("a"), "publicAccessCidrs": list("banana")}}, `vpcConfig.publicAccessCidrs is "banana"`},
	{"public access with host bits", Cluster, Properties{"vpcConfig": map[string]any{"subnetIds": list("a"), "publicAccessCidrs": list("203.0.113.7/24")}}, `is "203.0.113.7/24"`},
	{"service block too small", Cluster, Properties{"kubernetesNetworkConfig": map[string]any{"serviceIpv4Cidr": "10.100.0.0/28"}}, "/12 to /24"},
	{"service block that is public", Cluster, Properties{"kubernetesNetworkConfig": map[string]any{"serviceIpv4Cidr": "8.8.0.0/16"}}, "inside 10.0.0.0/8"},
	{"cluster role that is no ARN", Cluster, Properties{"roleArn": "cluster"}, `roleArn is "cluster": allowed is an ARN`},
	{"cluster name of 101 characters", Cluster, Properties{"name": strings.Repeat("a", 101)}, "name is"},
	{"VPC block with host bits", Vpc, Properties{"cidrBlock": "10.0.0.1/16"}, "without host bits"},
	{"VPC block too large", Vpc, Properties{"cidrBlock": "10.0.0.0/8"}, "/16 to /28"},
	{"tenancy", Vpc, Properties{"instanceTenancy": "host"}, "default, dedicated"},
	{"subnet block with host bits", Subnet, Properties{"cidrBlock": "10.0.0.1/24"}, "without host bits"},
	{"route with host bits", Route, Properties{"destinationCidrBlock": "10.0.0.1/16", "natGatewayId": "nat-1"}, `destinationCidrBlock is "10.0.0.1/16"`},
	{"route without destination", Route, Properties{"natGatewayId": "nat-1"}, "one of destinationCidrBlock"},
	{"route with two targets", Route, Properties{"destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1", "gatewayId": "igw-1"}, "gatewayId, natGatewayId are given"},
	{"association of nothing", RouteTableAssociation, Properties{"routeTableId": "rtb-1"}, "one of gatewayId, subnetId is required"},
	{"rule with host bits", SecurityGroupRule, Properties{"type": "ingress", "cidrBlocks": list("10.0.0.1/8")}, `cidrBlocks is "10.0.0.1/8"`},
	{"rule without source", SecurityGroupRule, Properties{"type": "ingress", "protocol": "tcp", "fromPort": 1, "toPort": 1}, "one of cidrBlocks"},
	{"rule with two sources", SecurityGroupRule, Properties{"type": "ingress", "self": true, "sourceSecurityGroupId": "sg-1"}, "self, sourceSecurityGroupId are given"},
	{"port 65536", SecurityGroupRule, Properties{"type": "ingress", "self": true, "toPort": 65536}, "-1 to 65535"},
	{"description of a rule", SecurityGroupRule, Properties{"type": "ingress", "self": true, "description": "says \"no\""}, "description is"},
	{"group that begins with sg-", SecurityGroup, Properties{"name": "sg-models"}, "name is"},
	{"inline rule with host bits", SecurityGroup, Properties{"ingress": []any{map[string]any{"fromPort": 1, "toPort": 1, "protocol": "tcp", "cidrBlocks": list("10.0.0.1/8")}}}, "ingress.cidrBlocks is"},
	{"hop limit 100", LaunchTemplate, Properties{"metadataOptions": map[string]any{"httpPutResponseHopLimit": 100}}, `httpPutResponseHopLimit is "100": allowed is 1 to 64`},
	{"tokens", LaunchTemplate, Properties{"metadataOptions": map[string]any{"httpTokens": "never"}}, "optional, required"},
	{"throughput of a disk", LaunchTemplate, Properties{"blockDeviceMappings": []any{map[string]any{"ebs": map[string]any{"throughput": 50}}}}, "125 to 1000"},
	{"type of a disk", LaunchTemplate, Properties{"blockDeviceMappings": []any{map[string]any{"ebs": map[string]any{"volumeType": "gp4"}}}}, "gp3"},
	{"endpoint policy that is no JSON", VpcEndpoint, Properties{"serviceName": "com.amazonaws.us-east-1.s3", "policy": "no"}, "policy is"},
	{"flow log of two things", FlowLog, Properties{"vpcId": "vpc-1", "subnetId": "subnet-1"}, "subnetId, vpcId are given"},
	{"interval of a flow log", FlowLog, Properties{"vpcId": "vpc-1", "maxAggregationInterval": 120}, "maxAggregationInterval is"},
	{"session of 100000 seconds", Role, Properties{"maxSessionDuration": 100000}, `maxSessionDuration is "100000": allowed is 3600 to 43200`},
	{"path of a role", Role, Properties{"path": "models"}, "path is"},
	{"boundary that is no ARN", Role, Properties{"permissionsBoundary": "admin"}, "an ARN"},
	{"name and prefix", Role, Properties{"name": "a", "namePrefix": "b"}, "name, namePrefix are given"},
	{"attachment of a name", RolePolicyAttachment, Properties{"role": "a", "policyArn": "ReadOnlyAccess"}, "an ARN"},
	{"issuer without https", OpenIdConnectProvider, Properties{"url": "oidc.eks"}, "https://"},
	{"key policy that is no JSON", Key, Properties{"policy": "allow all"}, `policy is "allow all": allowed is a JSON object`},
	{"waiting time of a key", Key, Properties{"deletionWindowInDays": 6}, "deletionWindowInDays is"},
	{"rotation of a key", Key, Properties{"rotationPeriodInDays": 30}, "90 to 2560"},
	{"alias with a space", Alias, Properties{"name": "alias/a b"}, "alias/"},
	{"log group with a space", LogGroup, Properties{"name": "a b"}, `name is "a b"`},
	{"instance type that does not exist", NodeGroup, Properties{"instanceTypes": list("m99.large")}, "supplied instance types do not exist: [m99.large]"},
	{"taint key of 64 characters", NodeGroup, Properties{"taints": []any{map[string]any{"key": strings.Repeat("k", 64), "effect": "NO_SCHEDULE"}}}, "1 to 63 characters"},
	{"taint value of 64 characters", NodeGroup, Properties{"taints": []any{map[string]any{"key": "k", "value": strings.Repeat("v", 64), "effect": "NO_SCHEDULE"}}}, "0 to 63 characters"},
	{"template by two names", NodeGroup, Properties{"launchTemplate": map[string]any{"id": "lt-1", "name": "nodes", "version": "1"}}, "launchTemplate.id, launchTemplate.name are given"},
	{"profile role that is no ARN", FargateProfile, Properties{"podExecutionRoleArn": "pods"}, "an ARN"},
	{"entry that is no ARN", AccessEntry, Properties{"principalArn": "admin"}, "principalArn is"},
	{"bucket name of 64 characters", BucketV2, Properties{"bucket": strings.Repeat("b", 64)}, "bucket is"},
	{"owner that is no account", BucketVersioningV2, Properties{"bucket": "b", "expectedBucketOwner": "me"}, "expectedBucketOwner is"},
	{"storage class", BucketLifecycleConfigurationV2, Properties{"bucket": "b", "rules": []any{map[string]any{"id": "a", "status": "Enabled", "transitions": []any{map[string]any{"days": 1, "storageClass": "COLD"}}}}}, "STANDARD_IA"},
	{"certificate with a dot at the end", Certificate, Properties{"domainName": "company.com."}, "domainName is"},
	{"alias record with ttl", Record, Properties{"type": "A", "ttl": 60, "aliases": []any{map[string]any{"name": "a", "zoneId": "Z1", "evaluateTargetHealth": true}}}, "aliases, ttl are given"},
	{"record of nothing", Record, Properties{"type": "A"}, "one of aliases, records is required"},
	{"lifecycle that is no JSON", LifecyclePolicy, Properties{"repository": "a", "policy": "[]"}, "policy"},
	{"51 tags", Vpc, Properties{"cidrBlock": "10.0.0.0/16", "tags": manyTags(51)}, "at most 50"},
	{"tag of AWS", Vpc, Properties{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"aws:owner": "me"}}, "belong to AWS"},
	{"tag of 257 characters", Vpc, Properties{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"a": strings.Repeat("x", 257)}}, "0 to 256 characters"},
	{"character of a tag", Vpc, Properties{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"a": "b;c"}}, "allowed are letters"},
}

func manyTags(n int) map[string]any {
	tags := map[string]any{}
	for i := range n {
		tags["t"+strconv.Itoa(i)] = "x"
	}
	return tags
}

func TestRefusedByPlan(t *testing.T) {
	for _, c := range planned {
		t.Run(c.name, func(t *testing.T) {
			all := kinds[c.typ].Validate(c.in, func(string) bool { return false })
			require.ErrorContains(t, errors.Join(all...), c.want)
		})
	}
}

// What is not known yet is not judged.
func TestGroupsOfUnknownProperties(t *testing.T) {
	require.Empty(t, kinds[SecurityGroupRule].Validate(Properties{"type": "ingress", "protocol": "tcp", "fromPort": 1.0, "toPort": 1.0},
		func(path string) bool { return path == "sourceSecurityGroupId" }))
	require.Empty(t, faults(t, SecurityGroupRule, Properties{"type": "ingress", "protocol": "tcp", "self": false, "cidrBlocks": list("10.0.0.0/8")}))
}

// Every property has its rule in one table, and both tables agree where a property is in both.
func TestRangesName(t *testing.T) {
	for typ := range ranges {
		require.NotNil(t, kinds[typ], typ)
	}
	for typ := range groups {
		require.NotNil(t, kinds[typ], typ)
	}
}

// The page says how many refusals there are, and the tables here are what it counts.
func TestThePageCountsTheRefusals(t *testing.T) {
	page, err := os.ReadFile("../../docs/local-stack.md")
	require.NoError(t, err)
	limits, err := Quotas()
	require.NoError(t, err)
	for what, n := range map[string]int{"by the input alone": len(planned), "as an IAM document": len(malformed), "by a quota of a new account": len(limits)} {
		match := regexp.MustCompile(`\| ` + what + ` \| ([0-9]+) \|`).FindSubmatch(page)
		require.NotNil(t, match, what)
		require.Equal(t, strconv.Itoa(n), string(match[1]), what)
	}
}

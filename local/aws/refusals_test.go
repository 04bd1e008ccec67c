package aws

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// planned are inputs that the Terraform AWS provider 5.100.0, or AWS at the call, refuses for what they are, without a look at the
// account: each the smallest such input, by what its refusal says, and the setting that leads there. docs/local-stack.md has their number.
var planned = []struct {
	name, typ string
	in        Properties
	want      string
	by        setting
}{
	{"public access that is not a block", Cluster, Properties{"vpcConfig": map[string]any{"subnetIds": list("a"),
		"publicAccessCidrs": list("banana")}}, `vpcConfig.publicAccessCidrs is "banana"`, at("cluster.publicAccessCidrs", list("banana"))},
	{"public access with host bits", Cluster, Properties{"vpcConfig": map[string]any{"subnetIds": list("a"),
		"publicAccessCidrs": list("203.0.113.7/24")}}, `is "203.0.113.7/24"`, at("cluster.publicAccessCidrs", list("203.0.113.7/24"))},
	{"service block too small", Cluster, Properties{"kubernetesNetworkConfig": map[string]any{"serviceIpv4Cidr": "10.100.0.0/28"}},
		"/12 to /24", notReached},
	{"service block that is public", Cluster, Properties{"kubernetesNetworkConfig": map[string]any{"serviceIpv4Cidr": "8.8.0.0/16"}},
		"inside 10.0.0.0/8", notReached},
	{"cluster role that is no ARN", Cluster, Properties{"roleArn": "cluster"}, `roleArn is "cluster": allowed is an ARN`, notReached},
	{"cluster name of 101 characters", Cluster, Properties{"name": strings.Repeat("a", 101)}, "name is", at("cluster.name",
		strings.Repeat("a", 101))},
	{"VPC block with host bits", Vpc, Properties{"cidrBlock": "10.0.0.1/16"}, "without host bits", at("network.cidr", "10.0.0.1/16")},
	{"VPC block too large", Vpc, Properties{"cidrBlock": "10.0.0.0/8"}, "/16 to /28", at("network.cidr", "10.0.0.0/8")},
	{"tenancy", Vpc, Properties{"instanceTenancy": "host"}, "default, dedicated", notReached},
	{"subnet block with host bits", Subnet, Properties{"cidrBlock": "10.0.0.1/24"}, "without host bits", notReached},
	{"route with host bits", Route, Properties{"destinationCidrBlock": "10.0.0.1/16", "natGatewayId": "nat-1"},
		`destinationCidrBlock is "10.0.0.1/16"`, notReached},
	{"route without destination", Route, Properties{"natGatewayId": "nat-1"}, "one of destinationCidrBlock", notReached},
	{"route with two targets", Route, Properties{"destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1", "gatewayId": "igw-1"},
		"gatewayId, natGatewayId are given", notReached},
	{"association of nothing", RouteTableAssociation, Properties{"routeTableId": "rtb-1"}, "one of gatewayId, subnetId is required",
		notReached},
	{"rule with host bits", SecurityGroupRule, Properties{"type": "ingress", "cidrBlocks": list("10.0.0.1/8")},
		`cidrBlocks is "10.0.0.1/8"`, notReached},
	{"rule without source", SecurityGroupRule, Properties{"type": "ingress", "protocol": "tcp", "fromPort": 1, "toPort": 1},
		"one of cidrBlocks", notReached},
	{"rule with two sources", SecurityGroupRule, Properties{"type": "ingress", "self": true, "sourceSecurityGroupId": "sg-1"},
		"self, sourceSecurityGroupId are given", notReached},
	{"port 65536", SecurityGroupRule, Properties{"type": "ingress", "self": true, "toPort": 65536}, "-1 to 65535", notReached},
	{"description of a rule", SecurityGroupRule, Properties{"type": "ingress", "self": true, "description": "says \"no\""},
		"description is", notReached},
	{"group that begins with sg-", SecurityGroup, Properties{"name": "sg-models"}, "name is", notReached},
	{"inline rule with host bits", SecurityGroup, Properties{"ingress": []any{map[string]any{"fromPort": 1, "toPort": 1, "protocol": "tcp",
		"cidrBlocks": list("10.0.0.1/8")}}}, "ingress.cidrBlocks is", notReached},
	{"hop limit 100", LaunchTemplate, Properties{"metadataOptions": map[string]any{"httpPutResponseHopLimit": 100}},
		`httpPutResponseHopLimit is "100": allowed is 1 to 64`, notReached},
	{"tokens", LaunchTemplate, Properties{"metadataOptions": map[string]any{"httpTokens": "never"}}, "optional, required", notReached},
	{"throughput of a disk", LaunchTemplate, Properties{"blockDeviceMappings": []any{map[string]any{"ebs": map[string]any{"throughput": 50}}}},
		"125 to 1000", notReached},
	{"type of a disk", LaunchTemplate, Properties{"blockDeviceMappings": []any{map[string]any{"ebs": map[string]any{"volumeType": "gp4"}}}},
		"gp3", notReached},
	{"endpoint policy that is no JSON", VpcEndpoint, Properties{"serviceName": "com.amazonaws.us-east-1.s3", "policy": "no"}, "policy is",
		notReached},
	{"flow log of two things", FlowLog, Properties{"vpcId": "vpc-1", "subnetId": "subnet-1"}, "subnetId, vpcId are given", notReached},
	{"interval of a flow log", FlowLog, Properties{"vpcId": "vpc-1", "maxAggregationInterval": 120}, "maxAggregationInterval is", notReached},
	{"session of 100000 seconds", Role, Properties{"maxSessionDuration": 100000},
		`maxSessionDuration is "100000": allowed is 3600 to 43200`, notReached},
	{"path of a role", Role, Properties{"path": "models"}, "path is", notReached},
	{"boundary that is no ARN", Role, Properties{"permissionsBoundary": "admin"}, "an ARN", at("delivery.github.permissionsBoundaryArn",
		"admin")},
	{"name and prefix", Role, Properties{"name": "a", "namePrefix": "b"}, "name, namePrefix are given", notReached},
	{"attachment of a name", RolePolicyAttachment, Properties{"role": "a", "policyArn": "ReadOnlyAccess"}, "an ARN", notReached},
	{"issuer without https", OpenIdConnectProvider, Properties{"url": "oidc.eks"}, "https://", notReached},
	{"key policy that is no JSON", Key, Properties{"policy": "allow all"}, `policy is "allow all": allowed is a JSON object`, notReached},
	{"waiting time of a key", Key, Properties{"deletionWindowInDays": 6}, "deletionWindowInDays is", notReached},
	{"rotation of a key", Key, Properties{"rotationPeriodInDays": 30}, "90 to 2560", notReached},
	{"alias with a space", Alias, Properties{"name": "alias/a b"}, "alias/", at("cluster.name", "a b")},
	{"log group with a space", LogGroup, Properties{"name": "a b"}, `name is "a b"`, at("cluster.name", "a b")},
	{"instance type that does not exist", NodeGroup, Properties{"instanceTypes": list("m99.large")},
		"supplied instance types do not exist: [m99.large]", at("compute.nodeGroups[0].instanceTypes", list("m99.large"))},
	{"taint key of 64 characters", NodeGroup, Properties{"taints": []any{map[string]any{"key": strings.Repeat("k", 64),
		"effect": "NO_SCHEDULE"}}}, "1 to 63 characters", at("compute.nodeGroups[0].taints", taint(strings.Repeat("k", 64), "",
		"NO_SCHEDULE"))},
	{"taint value of 64 characters", NodeGroup, Properties{"taints": []any{map[string]any{"key": "k", "value": strings.Repeat("v", 64),
		"effect": "NO_SCHEDULE"}}}, "0 to 63 characters", at("compute.nodeGroups[0].taints", taint("k", strings.Repeat("v", 64),
		"NO_SCHEDULE"))},
	{"template by two names", NodeGroup, Properties{"launchTemplate": map[string]any{"id": "lt-1", "name": "nodes", "version": "1"}},
		"launchTemplate.id, launchTemplate.name are given", notReached},
	{"profile role that is no ARN", FargateProfile, Properties{"podExecutionRoleArn": "pods"}, "an ARN", notReached},
	{"entry that is no ARN", AccessEntry, Properties{"principalArn": "admin"}, "principalArn is", at("cluster.accessEntries",
		one(map[string]any{"principalArn": "admin", "policy": "view"}))},
	{"bucket name of 64 characters", BucketV2, Properties{"bucket": strings.Repeat("b", 64)}, "bucket is", notReached},
	{"owner that is not an account", BucketVersioningV2, Properties{"bucket": "b", "expectedBucketOwner": "me"}, "expectedBucketOwner is",
		notReached},
	{"storage class", BucketLifecycleConfigurationV2, Properties{"bucket": "b", "rules": []any{map[string]any{"id": "a",
		"status": "Enabled", "transitions": []any{map[string]any{"days": 1, "storageClass": "COLD"}}}}}, "STANDARD_IA", notReached},
	{"certificate with a dot at the end", Certificate, Properties{"domainName": "company.com."}, "domainName is",
		at("loadBalancers.public.domain", "company.com.")},
	{"alias record with ttl", Record, Properties{"type": "A", "ttl": 60, "aliases": []any{map[string]any{"name": "a", "zoneId": "Z1",
		"evaluateTargetHealth": true}}}, "aliases, ttl are given", notReached},
	{"record of nothing", Record, Properties{"type": "A"}, "one of aliases, records is required", notReached},
	{"lifecycle that is no JSON", LifecyclePolicy, Properties{"repository": "a", "policy": "[]"}, "policy", notReached},
	{"51 tags", Vpc, Properties{"cidrBlock": "10.0.0.0/16", "tags": manyTags(51)}, "at most 50", at("tags", manyTags(51))},
	{"tag of AWS", Vpc, Properties{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"aws:owner": "me"}}, "belong to AWS", at("tags",
		map[string]any{"aws:owner": "me"})},
	{"tag of 257 characters", Vpc, Properties{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"a": strings.Repeat("x", 257)}},
		"0 to 256 characters", at("tags", map[string]any{"a": strings.Repeat("x", 257)})},
	{"character of a tag", Vpc, Properties{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"a": "b;c"}}, "allowed are letters",
		at("tags", map[string]any{"a": "b;c"})},
	{"prefix of a group that begins with sg-", SecurityGroup, Properties{"namePrefix": "sg-models"}, "namePrefix is", notReached},
	{"protocol", SecurityGroupRule, Properties{"type": "ingress", "self": true, "protocol": "banana"}, "protocol is", notReached},
	{"prefix of a template of 2 characters", LaunchTemplate, Properties{"namePrefix": "ab"}, "{3,99}", notReached},
	{"ARN without a region that can be", Role, Properties{"permissionsBoundary": "arn:aws:iam:nowhere:123456789012:policy/a"}, "an ARN",
		at("delivery.github.permissionsBoundaryArn", "arn:aws:iam:nowhere:123456789012:policy/a")},
	{"issuer with a query", OpenIdConnectProvider, Properties{"url": "https://a.b/?c=d"}, "url is", notReached},
	{"alias of AWS", Alias, Properties{"name": "alias/aws/eks"}, "does not begin with alias/aws/", notReached},
	{"prefix of a log group of 484 characters", LogGroup, Properties{"namePrefix": strings.Repeat("a", 484)}, "{1,483}", notReached},
	{"retention of a log group", LogGroup, Properties{"retentionInDays": 10}, "retentionInDays is", at("cluster.logRetentionDays", 10)},
	{"version of Kubernetes", Cluster, Properties{"version": "1.21"}, `version is "1.21"`, at("cluster.kubernetesVersion", "1.21")},
	{"kind of support", Cluster, Properties{"upgradePolicy": map[string]any{"supportType": "LONG"}}, "STANDARD, EXTENDED",
		at("cluster.supportType", "LONG")},
	{"version of an add-on", Addon, Properties{"addonName": "coredns", "addonVersion": "1.11"}, "eksbuild",
		at("cluster.addonVersions", map[string]any{"coredns": "1.11"})},
	{"namespace of 64 characters", FargateProfile, Properties{"selectors": one(map[string]any{"namespace": strings.Repeat("n", 64)})},
		"1 to 63 characters",
		at("compute.fargateProfiles", one(map[string]any{"name": "a", "selectors": one(map[string]any{"namespace": strings.Repeat("n", 64)})}))},
	{"name of a profile", FargateProfile, Properties{"fargateProfileName": "a b"}, "fargateProfileName is",
		at("compute.fargateProfiles", one(map[string]any{"name": "a b", "selectors": one(map[string]any{"namespace": "n"})}))},
	{"name of a node group", NodeGroup, Properties{"nodeGroupName": strings.Repeat("a", 64)}, "nodeGroupName is",
		at("compute.nodeGroups[0].name", strings.Repeat("a", 64))},
	{"image of nodes", NodeGroup, Properties{"amiType": "UBUNTU"}, "amiType is", at("compute.nodeGroups[0].amiType", "UBUNTU")},
	{"kind of capacity", NodeGroup, Properties{"capacityType": "spot"}, "ON_DEMAND, SPOT", at("compute.nodeGroups[0].capacityType", "spot")},
	{"effect of a taint", NodeGroup, Properties{"taints": taint("k", "", "Never")}, "NO_EXECUTE", at("compute.nodeGroups[0].taints",
		taint("k", "", "Never"))},
	{"51 taints", NodeGroup, Properties{"taints": slices.Repeat(taint("k", "", "NO_SCHEDULE"), 51)}, "at most 50",
		at("compute.nodeGroups[0].taints", slices.Repeat(taint("k", "", "NO_SCHEDULE"), 51))},
	{"no nodes at most", NodeGroup, Properties{"scalingConfig": map[string]any{"maxSize": 0}}, "scalingConfig.maxSize is",
		at("compute.nodeGroups[0].maxSize", 0)},
	{"policy of an entry", AccessPolicyAssociation, Properties{"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSOwnerPolicy"},
		"policyArn is",
		at("cluster.accessEntries", one(map[string]any{"principalArn": "arn:aws:iam::111122223333:role/a", "policy": "owner"}))},
	{"days of a log", BucketLifecycleConfigurationV2, Properties{"rules": one(map[string]any{"id": "a", "status": "Enabled",
		"expiration": map[string]any{"days": 0}})},
		"rules.expiration.days is", at("logs.retentionDays", 0)},
	{"zone of a record", Record, Properties{"type": "A", "aliases": one(map[string]any{"name": "a", "zoneId": strings.Repeat("Z", 33)})},
		"aliases.zoneId is",
		at("loadBalancers.public.hostedZoneId", strings.Repeat("Z", 33))},
	{"repository with capitals", Repository, Properties{"name": "Models"}, "name is", at("delivery.repositories", list("Models"))},
	{"address of an alert", Budget, Properties{"notifications": one(map[string]any{"subscriberEmailAddresses": list("ops")})},
		"subscriberEmailAddresses is",
		at("cost.alertEmails", list("ops"))},
	{"topic of an alert", Budget, Properties{"notifications": one(map[string]any{"subscriberSnsTopicArns": list("ops")})},
		"subscriberSnsTopicArns is",
		at("cost.alertTopicArns", list("ops"))},
	{"class of a database", DBInstance, Properties{"instanceClass": "db.t4g.tiny"}, "instanceClass is", at("database.instanceClass", "db.t4g.tiny")},
	{"storage of a database", DBInstance, Properties{"allocatedStorage": 19}, "allocatedStorage is", at("database.storageGiB", 19)},
	{"storage that cannot grow", DBInstance, Properties{"allocatedStorage": 95, "maxAllocatedStorage": 100}, "at least 10 percent above 95",
		at("database.maxStorageGiB", 21)},
	{"days of backups", DBInstance, Properties{"backupRetentionPeriod": 36}, "backupRetentionPeriod is", at("database.backupDays", 36)},
	{"windows that overlap", DBInstance, Properties{"backupWindow": "03:00-04:00", "maintenanceWindow": "sun:03:59-sun:05:00"},
		"must not overlap", notReached},
	{"database name with a digit first", DBInstance, Properties{"identifierPrefix": "7seas-"}, "identifierPrefix is", notReached},
	{"parameter that MySQL 8.4 lacks", DBParameterGroup, Properties{"parameters": one(map[string]any{"name": "default_authentication_plugin",
		"value": "mysql_native_password"})}, "Could not find parameter", notReached},
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
	require.Empty(t, faults(t, SecurityGroupRule, Properties{"type": "ingress", "protocol": "tcp", "self": false,
		"cidrBlocks": list("10.0.0.0/8")}))
}

// Both tables are of types that there are.
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
	for what, n := range map[string]int{"by the input alone": len(planned), "as an IAM document": len(malformed),
		"by a quota of a new account": len(limits)} {
		match := regexp.MustCompile(`\| ` + what + ` \| ([0-9]+) \|`).FindSubmatch(page)
		require.NotNil(t, match, what)
		require.Equal(t, strconv.Itoa(n), string(match[1]), what)
	}
}

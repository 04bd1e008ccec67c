package aws

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"
)

// EnvQuotas names the environment variable that holds quotas other than the defaults, as after AWS has raised them: a JSON object by name,
// such as {"elasticIps": 20}. [Quotas] has the names.
const EnvQuotas = "MODELWAY_AWS_QUOTAS"

// quota is how many resources of a type there can be: in the region, or for each value of per.
type quota struct {
	name  string
	limit int
	per   string
	code  string
	// within says what a resource counts for, where that is not the value of per.
	within func(s *State, r *Resource) string
	// only says which resources count. Default all.
	only func(r *Resource) bool
	// holds counts what one resource has, where the quota is not of a number of resources.
	holds func(r *Resource) int
}

// quotas are those of a new account, by type:
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html,
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
// https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html,
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html,
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html,
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html,
// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP_quotas.html and
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html.
var quotas = map[string][]quota{
	Vpc:                         {{name: "vpcs", limit: 5, code: "VpcLimitExceeded"}},
	VpcIpv4CidrBlockAssociation: {{name: "moreBlocksPerVpc", limit: 4, per: "vpcId", code: "CidrLimitExceeded"}},
	Subnet:                      {{name: "subnetsPerVpc", limit: 200, per: "vpcId", code: "SubnetLimitExceeded"}},
	InternetGateway:             {{name: "internetGateways", limit: 5, code: "InternetGatewayLimitExceeded"}},
	Eip:                         {{name: "elasticIps", limit: 5, code: "AddressLimitExceeded"}},
	NatGateway:                  {{name: "natGatewaysPerZone", limit: 5, within: zoneOfSubnet, code: "NatGatewayLimitExceeded"}},
	RouteTable:                  {{name: "routeTablesPerVpc", limit: 200, per: "vpcId", code: "RouteTableLimitExceeded"}},
	Route:                       {{name: "routesPerTable", limit: 500, per: "routeTableId", code: "RouteLimitExceeded"}},
	VpcEndpoint: {{name: "interfaceEndpointsPerVpc", limit: 50, per: "vpcId", code: "VpcEndpointLimitExceeded", only: isInterface},
		{name: "gatewayEndpoints", limit: 20, code: "VpcEndpointLimitExceeded", only: func(r *Resource) bool { return !isInterface(r) }}},
	SecurityGroup: {{name: "securityGroups", limit: 2500, code: "SecurityGroupLimitExceeded"}},
	Role: {{name: "roles", limit: 1000, code: "LimitExceeded"},
		{name: policiesPerRole, limit: 10, code: "LimitExceeded", holds: func(r *Resource) int { return len(r.Strings("managedPolicyArns")) }}},
	Policy:                {{name: "policies", limit: 1500, code: "LimitExceeded"}},
	RolePolicyAttachment:  {{name: policiesPerRole, limit: 10, per: "role", code: "LimitExceeded"}},
	OpenIdConnectProvider: {{name: "openIdConnectProviders", limit: 100, code: "LimitExceeded"}},
	Cluster: {{name: "clusters", limit: 100, code: tooManyOfEKS},
		{name: "publicCidrsPerCluster", limit: 40, code: tooManyOfEKS,
			holds: func(r *Resource) int { return len(r.Strings("vpcConfig.publicAccessCidrs")) }}},
	NodeGroup: {{name: "nodeGroupsPerCluster", limit: 30, per: "clusterName", code: tooManyOfEKS},
		{name: "nodesPerNodeGroup", limit: 450, code: tooManyOfEKS, holds: func(r *Resource) int { return r.Int("scalingConfig.maxSize") }}},
	FargateProfile: {{name: "fargateProfilesPerCluster", limit: 10, per: "clusterName", code: tooManyOfEKS},
		{name: "selectorsPerFargateProfile", limit: 5, code: tooManyOfEKS, holds: func(r *Resource) int { return len(r.Objects("selectors")) }},
		{name: "labelsPerFargateSelector", limit: 5, code: tooManyOfEKS, holds: mostLabels}},
	DBInstance:       {{name: "databases", limit: 40, code: "InstanceQuotaExceeded"}},
	DBSubnetGroup:    {{name: "databaseSubnetGroups", limit: 50, code: "DBSubnetGroupQuotaExceeded"}},
	DBParameterGroup: {{name: "databaseParameterGroups", limit: 50, code: "DBParameterGroupQuotaExceeded"}},
	DBSnapshot:       {{name: "databaseSnapshots", limit: 100, code: "SnapshotQuotaExceeded"}},
	Workspace:        {{name: "workspaces", limit: 25, code: "ServiceQuotaExceededException"}},
	Repository:       {{name: "repositories", limit: 100000, code: "LimitExceededException"}},
	Key:              {{name: "keys", limit: 100000, code: "LimitExceededException"}},
	Alias:            {{name: "aliasesPerKey", limit: 50, per: "targetKeyId", code: "LimitExceededException"}},
	BucketV2:         {{name: "buckets", limit: 10000, code: "TooManyBuckets"}},
	Zone:             {{name: "hostedZones", limit: 500, code: "TooManyHostedZones"}},
	Record:           {{name: "recordsPerZone", limit: 10000, per: "zoneId", code: "InvalidChangeBatch"}},
	LogGroup:         {{name: "logGroups", limit: 1000000, code: "LimitExceededException"}},
	LaunchTemplate:   {{name: "launchTemplates", limit: 5000, code: "LaunchTemplateLimitExceeded"}},
	Certificate:      {{name: "certificates", limit: 2500, code: "LimitExceededException"}},
}

const (
	policiesPerRole = "policiesPerRole"
	tooManyOfEKS    = "ResourceLimitExceededException"
	// rulesPerGroup is a quota of the rules of a security group, which are resources, parts of one, or several in one.
	rulesPerGroup = "rulesPerSecurityGroup"
)

func isInterface(r *Resource) bool { return r.String("vpcEndpointType") == "Interface" }

func zoneOfSubnet(s *State, r *Resource) string {
	return s.Get(Subnet, r.String("subnetId")).String("availabilityZone")
}

// mostLabels is the number of labels of the selector of a Fargate profile that has the most.
func mostLabels(r *Resource) (most int) {
	for _, selector := range r.Objects("selectors") {
		labels, _ := selector["labels"].(map[string]any)
		most = max(most, len(labels))
	}
	return most
}

// Quotas returns the quotas that the account has: those of a new one, under those of [EnvQuotas]. A name that is unknown there is an error.
func Quotas() (map[string]int, error) {
	all := map[string]int{rulesPerGroup: 60}
	maps.Copy(all, loadBalancerQuotas())
	for _, list := range quotas {
		for _, q := range list {
			all[q.name] = q.limit
		}
	}
	given := map[string]int{}
	if err := json.Unmarshal([]byte(cmp.Or(os.Getenv(EnvQuotas), "{}")), &given); err != nil {
		return nil, fmt.Errorf(`reading %s: %w; want numbers by name, such as {"elasticIps": 20}`, EnvQuotas, err)
	}
	for _, name := range sortedKeys(given) {
		if _, known := all[name]; !known || given[name] < 0 {
			return nil, fmt.Errorf("%s has %q with %d: allowed are numbers from 0 for %s", EnvQuotas, name, given[name],
				strings.Join(sortedKeys(all), ", "))
		}
		all[name] = given[name]
	}
	return all, nil
}

// checkQuotas refuses a resource that would be one too many.
func (s *State) checkQuotas(r *Resource) error {
	limits, err := Quotas()
	if err != nil {
		return err
	}
	for _, q := range quotas[r.Type] {
		if err := q.check(s, r, limits[q.name]); err != nil {
			return err
		}
	}
	return s.checkRules(r, limits[rulesPerGroup])
}

// check refuses a resource that would be one too many, or has too many of something.
func (q quota) check(s *State, r *Resource, limit int) error {
	noun := kinds[r.Type].Noun()
	switch {
	case q.holds != nil:
		if n := q.holds(r); n > limit {
			return refuse(q.code, "Cannot exceed the quota %s: it is %d, and the %s has %d; ask AWS to raise it (%s raises it here)", q.name,
				limit, noun, n, EnvQuotas)
		}
	case q.only == nil || q.only(r):
		if count := q.others(s, r); count >= limit {
			return refuse(q.code, "The maximum number of %s has been reached: the quota %s is %d, and there are %d; "+
				"ask AWS to raise it (%s raises it here)", noun, q.name, limit, count, EnvQuotas)
		}
	}
	return nil
}

// others is the number of resources that a resource is counted with.
func (q quota) others(s *State, r *Resource) (count int) {
	scope := func(o *Resource) string {
		if q.within != nil {
			return q.within(s, o)
		}
		return o.String(q.per)
	}
	for _, o := range s.List(r.Type) {
		if o != r && (q.only == nil || q.only(o)) && (q.per == "" && q.within == nil || scope(o) == scope(r)) {
			count++
		}
	}
	return count
}

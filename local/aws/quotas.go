package aws

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// EnvQuotas names the environment variable that holds quotas other than the defaults, as after AWS has raised them: a JSON object by name, such
// as {"elasticIps": 20}. [Quotas] has the names.
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
}

// quotas are those of a new account, by type:
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html,
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
// https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html,
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html,
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html and
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
	Role:          {{name: "roles", limit: 1000, code: "LimitExceeded"}},
	Policy:        {{name: "policies", limit: 1500, code: "LimitExceeded"}},

	RolePolicyAttachment:  {{name: "policiesPerRole", limit: 10, per: "role", code: "LimitExceeded"}},
	OpenIdConnectProvider: {{name: "openIdConnectProviders", limit: 100, code: "LimitExceeded"}},
	Cluster:               {{name: "clusters", limit: 100, code: "ResourceLimitExceededException"}},
	NodeGroup:             {{name: "nodeGroupsPerCluster", limit: 30, per: "clusterName", code: "ResourceLimitExceededException"}},
	FargateProfile:        {{name: "fargateProfilesPerCluster", limit: 10, per: "clusterName", code: "ResourceLimitExceededException"}},
	Repository:            {{name: "repositories", limit: 100000, code: "LimitExceededException"}},
	Key:                   {{name: "keys", limit: 100000, code: "LimitExceededException"}},
	Alias:                 {{name: "aliasesPerKey", limit: 50, per: "targetKeyId", code: "LimitExceededException"}},
	BucketV2:              {{name: "buckets", limit: 10000, code: "TooManyBuckets"}},
	Zone:                  {{name: "hostedZones", limit: 500, code: "TooManyHostedZones"}},
	Record:                {{name: "recordsPerZone", limit: 10000, per: "zoneId", code: "InvalidChangeBatch"}},
	LogGroup:              {{name: "logGroups", limit: 1000000, code: "LimitExceededException"}},
	LaunchTemplate:        {{name: "launchTemplates", limit: 5000, code: "LaunchTemplateLimitExceeded"}},
	Certificate:           {{name: "certificates", limit: 2500, code: "LimitExceededException"}},
}

// Quotas that are not of a number of resources, by name.
const (
	rulesPerGroup = "rulesPerSecurityGroup"
	loadBalancers = "loadBalancers"
)

var otherQuotas = map[string]int{rulesPerGroup: 60, loadBalancers: 50}

func isInterface(r *Resource) bool { return r.String("vpcEndpointType") == "Interface" }

func zoneOfSubnet(s *State, r *Resource) string {
	return s.Get(Subnet, r.String("subnetId")).String("availabilityZone")
}

// Quotas returns the quotas that the account has: those of a new one, under those of [EnvQuotas]. A name that is unknown there is an error.
func Quotas() (map[string]int, error) {
	all := map[string]int{}
	for name, limit := range otherQuotas {
		all[name] = limit
	}
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
			return nil, fmt.Errorf("%s has %q with %d: allowed are numbers from 0 for %s", EnvQuotas, name, given[name], strings.Join(sortedKeys(all), ", "))
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
		scope := func(o *Resource) string {
			if q.within != nil {
				return q.within(s, o)
			}
			return o.String(q.per)
		}
		count := 0
		for _, o := range s.List(r.Type) {
			if o != r && (q.only == nil || q.only(o)) && (q.per == "" && q.within == nil || scope(o) == scope(r)) {
				count++
			}
		}
		if (q.only == nil || q.only(r)) && count >= limits[q.name] {
			return refuse(q.code, "The maximum number of %s has been reached: the quota %s is %d, and there are %d; ask AWS to raise it (%s raises it here)",
				kinds[r.Type].Noun(), q.name, limits[q.name], count, EnvQuotas)
		}
	}
	if r.Type == Role {
		return s.checkPolicies(r, limits["policiesPerRole"])
	}
	return s.checkRules(r, limits[rulesPerGroup])
}

// checkPolicies counts the policies that a role names itself.
func (s *State) checkPolicies(r *Resource, limit int) error {
	if n := len(r.Strings("managedPolicyArns")); n > limit {
		return refuse("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: %d (it has %d)", limit, n)
	}
	return nil
}

// checkRules counts the rules of a security group in one direction: each source of a rule counts
// (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups).
func (s *State) checkRules(r *Resource, limit int) error {
	id := r.ID
	if r.Type == SecurityGroupRule {
		id = r.String("securityGroupId")
	} else if r.Type != SecurityGroup {
		return nil
	}
	for _, direction := range []string{"ingress", "egress"} {
		count := 0
		group := s.Get(SecurityGroup, id)
		if r.Type == SecurityGroup {
			group = r
		}
		for _, rule := range group.Objects(direction) {
			count += sources(rule)
		}
		rules := s.Where(SecurityGroupRule, "securityGroupId", id)
		if r.Type == SecurityGroupRule && !slices.Contains(rules, r) {
			rules = append(rules, r)
		}
		for _, rule := range rules {
			if rule.String("type") == direction {
				count += sources(rule.Inputs)
			}
		}
		if count > limit {
			return refuse("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached: %s would have %d %s rules, the quota is %d",
				id, count, direction, limit)
		}
	}
	return nil
}

// sources is how many rules AWS counts for one: one for each block, prefix list or group.
func sources(rule Properties) int {
	n := 0
	for _, path := range []string{"cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups", "sourceSecurityGroupId"} {
		n += len(rule.All(path))
	}
	if rule.Bool("self") {
		n++
	}
	return n
}

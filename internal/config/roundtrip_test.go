package config

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/strict"
)

// toValues writes a configuration as a stack's settings.
func toValues(t require.TestingT, config Config) Values {
	settings := map[string]string{RegionKey: config.Region}
	for key, value := range strict.ToDocument(config) {
		text, err := json.Marshal(value)
		require.NoError(t, err)
		settings[strict.FullKey(key)] = string(text)
	}
	return Values{StackName: config.Environment, Settings: settings}
}

func TestValidConfigurationsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := validConfig().Draw(t, "config")
		got, err := Load(toValues(t, want))
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.NoError(t, Check(got))
	})
}

// TestWrongTypeIsFoundAnywhere replaces one value of a valid configuration by one of another type.
func TestWrongTypeIsFoundAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := toValues(t, validConfig().Draw(t, "config"))
		given, _ := settingsOf(values.StackName).Read(values, rootSchema().Names())
		leaf := rapid.SampledFrom(leaves(map[string]any(given), path{})).Draw(t, "leaf")
		if len(leaf) == 1 {
			t.Skip("an empty object")
		}
		wrong := map[string]any{"string": 7, "integer": "x", "boolean": "x", "array": true, "object": true}
		set(given, leaf, wrong[rootSchema().At(leaf).Type])
		top := leaf[0].(string)
		text, err := json.Marshal(given[top])
		require.NoError(t, err)
		values.Settings[strict.FullKey(top)] = string(text)

		_, err = Load(values)
		var all *Error
		require.ErrorAs(t, err, &all)
		require.Len(t, all.Faults, 1, "%v", err)
		require.Equal(t, leaf.Key(), all.Faults[0].Key)
	})
}

func set(given document, at path, value any) {
	parent, _ := given.Get(at[:len(at)-1])
	switch step := at[len(at)-1].(type) {
	case string:
		parent.(map[string]any)[step] = value
	case int:
		parent.([]any)[step] = value
	}
}

func TestDefaultsAreValidOnceRequiredValuesAreGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stack := rapid.StringMatching(`[a-z][a-z0-9-]{0,20}`).Draw(t, "stack")
		region := rapid.SampledFrom(regions).Draw(t, "region")
		role := fmt.Sprintf("arn:%s:iam::111122223333:role/admin", aws.Partition(region))
		config, err := Load(Values{StackName: stack, Settings: map[string]string{
			RegionKey:                region,
			"modelway:cluster":       fmt.Sprintf(`{"adminRoleArns": [%q], "publicAccessCidrs": ["203.0.113.0/24"]}`, role),
			"modelway:loadBalancers": `{"public": {"domain": "company.com"}}`,
		}})
		require.NoError(t, err)
		want := Defaults(stack, region)
		want.Cluster.AdminRoleArns = []string{role}
		want.Cluster.PublicAccessCidrs = []string{"203.0.113.0/24"}
		balancer := DefaultLoadBalancer()
		balancer.Domain = "company.com"
		want.LoadBalancers["public"] = balancer
		require.Equal(t, want, config)
	})
}

var regions = []string{"us-east-1", "eu-central-1", "ap-southeast-5", "us-gov-west-1", "cn-north-1", "mx-central-1"}

func validConfig() *rapid.Generator[Config] {
	return rapid.Custom(func(t *rapid.T) Config {
		config := Defaults(name().Draw(t, "stack"), rapid.SampledFrom(regions).Draw(t, "region"))
		drawNetwork(t, &config)
		drawDelivery(t, &config)
		config.Cluster = drawCluster(t, aws.Partition(config.Region))
		config.Compute = drawCompute(t)
		for _, key := range rapid.SliceOfNDistinct(name().Filter(givenByPeople), 1, 3, rapid.ID[string]).Draw(t, "balancers") {
			balancer := drawLoadBalancer(t, config.Region)
			balancer.Domain = key + "." + balancer.Domain
			config.LoadBalancers[key] = balancer
		}
		for _, key := range drawNames(t, "overrides", 0, 2) {
			image, low := "ghcr.io/company/"+key+":1.0.0", rapid.IntRange(1, 3).Draw(t, "min")
			config.Models.Overrides[key] = modelspec.Override{Image: &image, Replicas: &modelspec.ReplicasOverride{Min: &low}}
		}
		for _, key := range drawNames(t, "tags", 0, 3) {
			config.Tags[key] = rapid.StringMatching(`[A-Za-z0-9 _.:/=+@-]{0,20}`).Draw(t, "tag")
		}
		return config
	})
}

func drawNetwork(t *rapid.T, config *Config) {
	vpc := &config.Network
	if rapid.Bool().Draw(t, "existing") {
		vpc.Existing = ExistingNetwork{
			VpcId:            "vpc-0123456789abcdef0",
			PrivateSubnetIds: []string{"subnet-00000000", "subnet-00000001"},
			PublicSubnetIds:  []string{"subnet-0123456789abcdef2", "subnet-0123456789abcdef3"},
		}
		return
	}
	vpc.Cidr = rapid.SampledFrom([]string{"10.0.0.0/16", "10.42.0.0/18", "172.20.16.0/20", "100.64.0.0/16"}).Draw(t, "cidr")
	vpc.AvailabilityZones = rapid.IntRange(2, 6).Draw(t, "zones")
	if rapid.Bool().Draw(t, "named") {
		for i := range vpc.AvailabilityZones {
			vpc.ZoneNames = append(vpc.ZoneNames, config.Region+string(rune('a'+i)))
		}
	}
	vpc.NatGateways = rapid.SampledFrom(network.NatModes).Draw(t, "nat")
	if vpc.NatGateways == network.NatNone {
		vpc.InterfaceEndpoints = []string{network.EndpointsPrivate}
		config.Images.Mirror = "111122223333.dkr.ecr." + config.Region + ".amazonaws.com/mirror"
	}
	if rapid.Bool().Draw(t, "pods") {
		vpc.PodCidr = "100.65.0.0/16"
	}
	vpc.FlowLogs.Destination = rapid.SampledFrom(network.FlowLogDestinations).Draw(t, "flow logs")
}

func drawDelivery(t *rapid.T, config *Config) {
	config.Delivery.Repositories = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"models/churn", "models/fraud-detection", "a0"}), 0, 3,
		rapid.ID[string]).Draw(t, "repositories")
	if rapid.Bool().Draw(t, "github") {
		config.Delivery.GitHub.Repository, config.Delivery.GitHub.Environments = "company/modelway", []string{config.Environment}
	}
	if rapid.Bool().Draw(t, "ids") {
		config.Delivery.GitHub.OrganizationId, config.Delivery.GitHub.RepositoryId = "1", "2345"
	}
	if aws.Partition(config.Region) == "aws" && rapid.Bool().Draw(t, "budget") {
		config.Cost = Cost{MonthlyBudgetUsd: 500, AlertEmails: []string{"ml@company.com"}, AlertTopicArns: []string{}}
	}
}

func name() *rapid.Generator[string] { return rapid.StringMatching(`[a-z]([a-z0-9-]{0,8}[a-z0-9])?`) }

// givenByPeople says whether a load balancer may have the name, whatever the names of others.
func givenByPeople(name string) bool {
	return !numbered.MatchString(name) && !strings.HasPrefix(name+"-", DedicatedPrefix)
}

func drawNames(t *rapid.T, label string, low, high int) []string {
	return rapid.SliceOfNDistinct(name(), low, high, rapid.ID[string]).Draw(t, label)
}

func drawCluster(t *rapid.T, partition string) Cluster {
	made := Cluster{
		Name:                 rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9_-]{0,99}`).Draw(t, "cluster"),
		KubernetesVersion:    rapid.SampledFrom(KubernetesVersions).Draw(t, "version").Version,
		EndpointPublicAccess: rapid.Bool().Draw(t, "public"),
		PublicAccessCidrs:    []string{},
		LogRetentionDays:     rapid.SampledFrom(aws.LogRetentionDays).Draw(t, "retention"),
		DeletionProtection:   rapid.Bool().Draw(t, "protection"),
		SupportType:          rapid.SampledFrom(cluster.SupportTypes).Draw(t, "support"),
		AdoptLogGroup:        rapid.Bool().Draw(t, "adopt"),
		AccessEntries:        []AccessEntry{},
		AddonVersions:        map[string]string{rapid.SampledFrom(addons.Names()).Draw(t, "add-on"): "v1.2.3-eksbuild.4"},
	}
	for _, user := range drawNames(t, "users", 0, 2) {
		made.AccessEntries = append(made.AccessEntries, AccessEntry{
			PrincipalArn: fmt.Sprintf("arn:%s:iam::111122223333:user/%s", partition, user),
			Policy:       rapid.SampledFrom(cluster.AccessPolicies).Draw(t, "policy"), Namespaces: []string{"models", "team-*"},
		})
	}
	for _, role := range drawNames(t, "roles", 1, 3) {
		made.AdminRoleArns = append(made.AdminRoleArns, fmt.Sprintf("arn:%s:iam::111122223333:role/%s", partition, role))
	}
	if made.EndpointPublicAccess {
		blocks := []string{"0.0.0.0/0", "203.0.113.0/24", "198.51.100.7/32"}
		made.PublicAccessCidrs = rapid.SliceOfNDistinct(rapid.SampledFrom(blocks), 1, 3, rapid.ID[string]).Draw(t, "blocks")
	}
	return made
}

func drawCompute(t *rapid.T) Compute {
	compute := Compute{FargateProfiles: defaultFargateProfiles(), NodeGroups: []NodeGroup{}, ClusterAutoscaler: rapid.Bool().Draw(t,
		"autoscaler")}
	for _, key := range drawNames(t, "profiles", 0, 3) {
		if key == "system" || key == "models" || len(key) > 3 && key[:4] == "eks-" {
			continue
		}
		compute.FargateProfiles = append(compute.FargateProfiles, FargateProfile{Name: key, Selectors: []Selector{
			{Namespace: key + "*", Labels: map[string]string{"team": "ml?"}},
		}})
	}
	for _, key := range drawNames(t, "groups", 0, 3) {
		compute.NodeGroups = append(compute.NodeGroups, drawNodeGroup(t, key))
	}
	return compute
}

func drawNodeGroup(t *rapid.T, key string) NodeGroup {
	ami := rapid.SampledFrom(machine.AmiTypes).Draw(t, "ami")
	types := map[machine.Hardware][]string{
		{Architecture: machine.X86, Accelerator: machine.NoAccelerator}: {"t3.medium", "m6i.large", "c7i-flex.2xlarge", "m8a.metal-24xl"},
		{Architecture: machine.Arm, Accelerator: machine.NoAccelerator}: {"t4g.small", "m7g.large", "a1.xlarge"},
		{Architecture: machine.X86, Accelerator: machine.Nvidia}:        {"g4dn.xlarge", "g6e.2xlarge", "p5.48xlarge"},
		{Architecture: machine.Arm, Accelerator: machine.Nvidia}:        {"g5g.xlarge", "p6e-gb200.36xlarge"},
		{Architecture: machine.X86, Accelerator: machine.Neuron}:        {"inf2.xlarge", "trn1.32xlarge"},
	}[ami.Hardware()]
	low := rapid.IntRange(0, 5).Draw(t, "min")
	high := rapid.IntRange(max(1, low), 10).Draw(t, "max")
	group := NodeGroup{
		Name:          key,
		InstanceTypes: rapid.SliceOfNDistinct(rapid.SampledFrom(types), 1, len(types), rapid.ID[string]).Draw(t, "types"),
		CapacityType:  rapid.SampledFrom(compute.CapacityTypes).Draw(t, "capacity"),
		AmiType:       ami.Name,
		MinSize:       low,
		MaxSize:       high,
		DesiredSize:   rapid.IntRange(low, high).Draw(t, "desired"),
		DiskSizeGiB:   rapid.IntRange(20, 16384).Draw(t, "disk"),
		Labels:        map[string]string{"company.com/pool": key},
		Taints:        []Taint{},
	}
	if rapid.Bool().Draw(t, "tainted") {
		group.Taints = []Taint{{Key: "dedicated", Value: "", Effect: rapid.SampledFrom(compute.TaintEffects).Draw(t, "effect")}}
	}
	return group
}

func drawLoadBalancer(t *rapid.T, region string) LoadBalancer {
	balancer := DefaultLoadBalancer()
	balancer.Scheme = rapid.SampledFrom(serving.Schemes).Draw(t, "scheme")
	balancer.Domain = rapid.SampledFrom([]string{"company.com", "ml.company.co.uk", "localhost"}).Draw(t, "domain")
	balancer.SslPolicy = rapid.SampledFrom(serving.SslPolicies).Draw(t, "policy")
	balancer.Listeners = nil
	for _, port := range rapid.SliceOfNDistinct(rapid.IntRange(1, 65535), 1, 4, rapid.ID[int]).Draw(t, "ports") {
		protocol := rapid.SampledFrom(alb.Protocols).Draw(t, "protocol")
		balancer.Listeners = append(balancer.Listeners, Listener{Protocol: protocol, Port: port})
	}
	if rapid.Bool().Draw(t, "zone") {
		balancer.HostedZoneId = "Z08345672CD1EXAMPLE"
	}
	if rapid.Bool().Draw(t, "web acl") {
		balancer.WebAclArn = fmt.Sprintf("arn:%s:wafv2:%s:111122223333:regional/webacl/api/0123abcd", aws.Partition(region), region)
	}
	if balancer.HasHTTPS() && rapid.Bool().Draw(t, "jwt") {
		balancer.Jwt = Jwt{Issuer: "https://login.company.com/", JwksUrl: "https://login.company.com/jwks.json",
			Claims: []JwtClaim{{Name: "scope", Format: "space-separated-values", Values: []string{"predict"}}}}
	}
	if balancer.RequestCertificate = balancer.HasHTTPS() && balancer.HostedZoneId != ""; balancer.HasHTTPS() && !balancer.RequestCertificate {
		balancer.CertificateArns = []string{fmt.Sprintf("arn:%s:acm:%s:111122223333:certificate/0123abcd", aws.Partition(region), region)}
	}
	return balancer
}

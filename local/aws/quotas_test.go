package aws

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/compute"
)

// For each quota one resource fewer than it allows is taken, and one more refused.
func TestQuotas(t *testing.T) {
	w := newWorld(t)
	fill := func(typ string, limit int, code string, in func(i int) Properties) {
		t.Helper()
		for i := range limit {
			w.create(typ, in(i))
		}
		_, err := w.try(typ, in(limit))
		refused(t, err, code, "")
	}
	fill(Eip, 5, "AddressLimitExceeded", func(int) Properties { return Properties{} })
	fill(Vpc, 5, "VpcLimitExceeded", func(i int) Properties { return Properties{"cidrBlock": fmt.Sprintf("10.%d.0.0/16", i)} })
	w.bare("busy", "ec2.amazonaws.com")
	fill(RolePolicyAttachment, 10, "LimitExceeded", func(i int) Properties {
		policy := w.create(Policy, Properties{"name": fmt.Sprint("p", i), "policy": anyone})
		return Properties{"role": "busy", "policyArn": policy}
	})
	vpc := first(w.ids(Vpc))
	group := w.create(SecurityGroup, Properties{"vpcId": vpc, "name": "models"})
	fill(SecurityGroupRule, 30, "RulesPerSecurityGroupLimitExceeded", func(i int) Properties {
		return Properties{"securityGroupId": group, "type": "ingress", "protocol": "tcp", "fromPort": i, "toPort": i,
			"cidrBlocks": list("10.0.0.0/8", "172.16.0.0/12")}
	})
	w.create(SecurityGroupRule, Properties{"securityGroupId": group, "type": "egress", "protocol": "-1", "cidrBlocks": list("0.0.0.0/0")})
	_, err := w.try(SecurityGroup, Properties{"vpcId": vpc, "name": "inline", "ingress": []any{map[string]any{"fromPort": 1, "toPort": 1,
		"protocol": "tcp", "cidrBlocks": blocks(61)}}})
	refused(t, err, "RulesPerSecurityGroupLimitExceeded", "61 ingress rules")

	t.Setenv(EnvQuotas, `{"elasticIps": 6, "vpcs": 6}`)
	w.create(Eip, Properties{})
	w.create(Vpc, Properties{"cidrBlock": "10.9.0.0/16"})
	require.NoError(t, w.change(Vpc, vpc, Properties{"tags": map[string]any{"a": "b"}}), "an update is not one more")
	t.Setenv(EnvQuotas, `{"elasticIp": 6}`)
	_, err = w.try(Eip, Properties{})
	require.ErrorContains(t, err, "elasticIps")
}

func TestQuotaOfProfilesAndLoadBalancers(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	role := w.role("pods", "eks-fargate-pods.amazonaws.com")
	for i := range 10 {
		w.create(FargateProfile, profile(role, fmt.Sprint("p", i), n.private...))
	}
	_, err := w.try(FargateProfile, profile(role, "more", n.private...))
	refused(t, err, "ResourceLimitExceededException", "fargateProfilesPerCluster is 10")
	t.Setenv(EnvQuotas, `{"fargateProfilesPerCluster": 11}`)
	many := func(n int) (all []any) {
		for i := range n {
			all = append(all, map[string]any{"namespace": fmt.Sprint("team-", i)})
		}
		return all
	}
	wide := profile(role, "wide", n.private...)
	wide["selectors"] = many(6)
	_, err = w.try(FargateProfile, wide)
	refused(t, err, "ResourceLimitExceededException", "selectorsPerFargateProfile: it is 5, and the FargateProfile has 6")
	wide["selectors"] = []any{map[string]any{"namespace": "x", "labels": manyTags(6)}}
	_, err = w.try(FargateProfile, wide)
	refused(t, err, "ResourceLimitExceededException", "labelsPerFargateSelector: it is 5")
	t.Setenv(EnvQuotas, `{"fargateProfilesPerCluster": 11, "selectorsPerFargateProfile": 6}`)
	wide["selectors"] = many(6)
	w.create(FargateProfile, wide)

	t.Setenv(EnvQuotas, `{"loadBalancers": 0}`)
	refused(t, w.Update(func(s *State) error { _, err := s.CreateLoadBalancer("x", "internal", n.private, nil); return err }),
		"TooManyLoadBalancers", "is 0")
}

// The settings keep to the quotas of EKS that they know of.
func TestSettingsKeepToQuotas(t *testing.T) {
	limits, err := Quotas()
	require.NoError(t, err)
	for name, most := range map[string]int{"fargateProfilesPerCluster": compute.MaxFargateProfiles,
		"nodeGroupsPerCluster":       compute.MaxNodeGroups,
		"selectorsPerFargateProfile": compute.MaxSelectors, "labelsPerFargateSelector": compute.MaxSelectorLabels} {
		require.LessOrEqual(t, most, limits[name], name)
	}
}

// What one resource has counts as what a region has does.
func TestQuotasOfOneResource(t *testing.T) {
	for _, c := range []struct {
		typ, name string
		limit     int
		in        func(n int) Properties
	}{
		{NodeGroup, "nodesPerNodeGroup", 450, func(n int) Properties { return Properties{"scalingConfig": map[string]any{"maxSize": n}} }},
		{Cluster, "publicCidrsPerCluster", 40, func(n int) Properties {
			return Properties{"vpcConfig": map[string]any{"publicAccessCidrs": blocks(n)}}
		}},
		{Role, "policiesPerRole", 10, func(n int) Properties { return Properties{"managedPolicyArns": blocks(n)} }},
	} {
		s := newState()
		require.NoError(t, s.checkQuotas(&Resource{Type: c.typ, Inputs: c.in(c.limit)}), c.name)
		require.ErrorContains(t, s.checkQuotas(&Resource{Type: c.typ, Inputs: c.in(c.limit + 1)}), "the quota "+c.name+": it is ", c.name)
	}
}

// A load balancer has as much as its quotas allow, and nothing more.
func TestQuotasOfLoadBalancers(t *testing.T) {
	for _, c := range []struct {
		name, code string
		limit      int
		load       func(n int) Load
	}{
		{"loadBalancers", "TooManyLoadBalancers", 50, func(n int) Load { return Load{LoadBalancers: n} }},
		{"targetGroups", "TooManyTargetGroups", 3000, func(n int) Load { return Load{TargetGroups: n} }},
		{"listenersPerLoadBalancer", "TooManyListeners", 50, func(n int) Load { return Load{Listeners: n} }},
		{"certificatesPerLoadBalancer", "TooManyCertificates", 25, func(n int) Load { return Load{Certificates: n} }},
		{"rulesPerLoadBalancer", "TooManyRules", 100, func(n int) Load { return Load{Rules: n} }},
		{"targetGroupsPerLoadBalancer", "TooManyUniqueTargetGroupsPerLoadBalancer", 100, func(n int) Load { return Load{Groups: n} }},
		{"targetsPerTargetGroup", "TooManyTargets", 1000, func(n int) Load { return Load{Targets: []int{n}} }},
		{"targetsPerLoadBalancer", "TooManyTargets", 1000, func(n int) Load { return Load{Targets: []int{n / 2, n - n/2}} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, c.load(c.limit).Check())
			refused(t, c.load(c.limit+1).Check(), c.code, fmt.Sprintf("the quota %s is %d, and there would be %d", c.name, c.limit, c.limit+1))
			t.Setenv(EnvQuotas, fmt.Sprintf(`{"targetsPerLoadBalancer": 1001, %q: %d}`, c.name, c.limit+1))
			require.NoError(t, c.load(c.limit+1).Check())
		})
	}
	require.Len(t, elbQuotas(), 8, "a quota without a row here")
}

func (w *world) ids(typ string) (ids []string) {
	require.NoError(w.t, w.View(func(s *State) error {
		for _, r := range s.List(typ) {
			ids = append(ids, r.ID)
		}
		return nil
	}))
	return ids
}

func blocks(n int) []any {
	var all []any
	for i := range n {
		all = append(all, fmt.Sprintf("10.0.%d.0/24", i))
	}
	return all
}

package aws

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
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
		return Properties{"securityGroupId": group, "type": "ingress", "protocol": "tcp", "fromPort": i, "toPort": i, "cidrBlocks": list("10.0.0.0/8", "172.16.0.0/12")}
	})
	w.create(SecurityGroupRule, Properties{"securityGroupId": group, "type": "egress", "protocol": "-1", "cidrBlocks": list("0.0.0.0/0")})
	_, err := w.try(SecurityGroup, Properties{"vpcId": vpc, "name": "inline", "ingress": []any{map[string]any{"fromPort": 1, "toPort": 1, "protocol": "tcp", "cidrBlocks": blocks(61)}}})
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
	t.Setenv(EnvQuotas, `{"loadBalancers": 0}`)
	refused(t, w.Update(func(s *State) error { _, err := s.CreateLoadBalancer("x", "internal", n.private, nil); return err }), "TooManyLoadBalancers", "is 0")
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

package loadbalancer

import (
	"slices"
	"testing"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/local/aws"
	"github.com/stretchr/testify/require"
)

// TestAttributesAndCertificates requires what the class says in the account, and the account's refusal when it cannot be so.
func TestAttributesAndCertificates(t *testing.T) {
	w := newWorld(t)
	c := &controller{Config: Config{Account: w.account}}
	model := alb.LoadBalancer{Scheme: "internal", SubnetIds: []string{"subnet-a", "subnet-b"},
		Attributes: map[string]string{"idle_timeout.timeout_seconds": "60"},
		Listeners:  []alb.ListenerModel{{CertificateArns: []string{"arn:b", "arn:a"}}, {CertificateArns: []string{"arn:a"}}}}
	standing := func() (lb aws.LoadBalancer) {
		require.NoError(t, w.account.View(func(s *aws.State) error { lb = *find(s, stack{"test", "x"}); return nil }))
		return lb
	}
	_, err := c.ensureLoadBalancer(stack{"test", "x"}, model)
	require.NoError(t, err)
	made := standing()
	require.Equal(t, model.Attributes, made.Attributes)
	require.Equal(t, []string{"arn:a", "arn:b"}, made.CertificateArns)

	model.Attributes = map[string]string{"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs"}
	_, err = c.ensureLoadBalancer(stack{"test", "x"}, model)
	require.ErrorContains(t, err, "InvalidConfigurationRequest: Access Denied for bucket: logs")
	require.Equal(t, made, standing())

	serial := func() (n uint64) {
		require.NoError(t, w.account.View(func(s *aws.State) error { n = s.Serial; return nil }))
		return n
	}
	model.Attributes = map[string]string{"waf.fail_open.enabled": "true"}
	_, err = c.ensureLoadBalancer(stack{"test", "x"}, model)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"idle_timeout.timeout_seconds": "60", "waf.fail_open.enabled": "true"}, standing().Attributes,
		"what is left out stays")

	slices.Reverse(model.Listeners)
	before := serial()
	_, err = c.ensureLoadBalancer(stack{"test", "x"}, model)
	require.NoError(t, err)
	require.Equal(t, before, serial(), "nothing is written where nothing changes")
}

// TestOnlyTheSchemeReplaces changes what a load balancer is made of: LBC pkg/deploy/elbv2/load_balancer_synthesizer.go
// (isSDKLoadBalancerRequiresReplacement), load_balancer_manager.go (Update).
func TestOnlyTheSchemeReplaces(t *testing.T) {
	w := newWorld(t)
	w.edit(func(s *aws.State) {
		put(s, aws.Subnet, "subnet-c", aws.Properties{"vpcId": "vpc-1", "availabilityZone": "us-east-1c", "cidrBlock": "10.0.2.0/24"})
		put(s, aws.Vpc, "vpc-2", aws.Properties{"cidrBlock": "10.1.0.0/16"})
		put(s, aws.Subnet, "subnet-d", aws.Properties{"vpcId": "vpc-2", "availabilityZone": "us-east-1a", "cidrBlock": "10.1.0.0/24"})
		put(s, aws.Subnet, "subnet-e", aws.Properties{"vpcId": "vpc-2", "availabilityZone": "us-east-1b", "cidrBlock": "10.1.1.0/24"})
	})
	c := &controller{Config: Config{Account: w.account}}
	owner := stack{"test", "x"}
	model := alb.LoadBalancer{Scheme: "internet-facing", SubnetIds: []string{"subnet-a", "subnet-b"}}
	ensure := func(change func()) string {
		change()
		hostname, err := c.ensureLoadBalancer(owner, model)
		require.NoError(t, err)
		return hostname
	}
	first := ensure(func() {})
	require.Equal(t, first, ensure(func() { model.SubnetIds = []string{"subnet-c", "subnet-b"} }))
	require.NoError(t, w.account.View(func(s *aws.State) error {
		var in []string
		for _, i := range s.Interfaces {
			require.NotEmpty(t, i.PublicIP)
			in = append(in, i.SubnetID)
		}
		require.ElementsMatch(t, []string{"subnet-b", "subnet-c"}, in)
		return nil
	}))
	require.Equal(t, first, ensure(func() { model.SubnetIds = []string{"subnet-a", "subnet-b", "subnet-c"} }))
	require.Equal(t, first, ensure(func() { model.Name = "mine" }), "a name counts when the load balancer is made")
	require.Equal(t, first, ensure(func() { model.IpAddressType = "dualstack" }))
	for _, bad := range [][]string{{"subnet-a"}, {"subnet-a", "subnet-z"}, {"subnet-d", "subnet-e"}} {
		wrong := model
		wrong.SubnetIds = bad
		_, err := c.ensureLoadBalancer(owner, wrong)
		require.Error(t, err, bad)
	}
	require.Equal(t, first, ensure(func() {}))
	internal := ensure(func() { model.Scheme = "internal" })
	require.NotEqual(t, first, internal)
	require.Contains(t, internal, "mine-")
	loadBalancers, interfaces, securityGroups := w.held()
	require.Equal(t, [3]int{1, 3, 1}, [3]int{loadBalancers, interfaces, securityGroups})
}

// TestLoadBalancersOfEarlierVersions finds one that does not know its stack by the name that it was given.
func TestLoadBalancersOfEarlierVersions(t *testing.T) {
	w := newWorld(t)
	c := &controller{Config: Config{Account: w.account}}
	owner := stack{"test", "x"}
	model := alb.LoadBalancer{Scheme: "internal", SubnetIds: []string{"subnet-a", "subnet-b"}, Name: owner.name("")}
	first, err := c.ensureLoadBalancer(owner, model)
	require.NoError(t, err)
	w.edit(func(s *aws.State) { find(s, owner).Stack = "" })
	model.Name = ""
	again, err := c.ensureLoadBalancer(owner, model)
	require.NoError(t, err)
	require.Equal(t, first, again)
}

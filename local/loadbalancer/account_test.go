package loadbalancer

import (
	"slices"
	"testing"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/local/aws"
	"github.com/stretchr/testify/require"
)

// TestAttributesAndCertificates wants what the class says in the account, and the account's refusal when it cannot be so.
func TestAttributesAndCertificates(t *testing.T) {
	w := newWorld(t)
	c := &controller{Config: Config{Account: w.account}}
	model := alb.LoadBalancer{Scheme: "internal", SubnetIds: []string{"subnet-a", "subnet-b"}, Attributes: map[string]string{"idle_timeout.timeout_seconds": "60"},
		Listeners: []alb.ListenerModel{{CertificateArns: []string{"arn:b", "arn:a"}}, {CertificateArns: []string{"arn:a"}}}}
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
	model.Attributes = made.Attributes
	slices.Reverse(model.Listeners)
	before := serial()
	_, err = c.ensureLoadBalancer(stack{"test", "x"}, model)
	require.NoError(t, err)
	require.Equal(t, before, serial(), "nothing is written where nothing changes")
}

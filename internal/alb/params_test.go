package alb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alb"
)

// What is written as an IngressClassParams is read from it as it was.
func TestClassParamsAreReadAsTheyAreWritten(t *testing.T) {
	https := alb.Listener{Protocol: alb.HTTPS, Port: 443}
	p := alb.ClassParams{
		Name: "public", Group: "public-group", LoadBalancerName: "company", Scheme: "internal", IpAddressType: "ipv4", TargetType: "ip",
		SubnetIds: []string{"subnet-a", "subnet-b"}, InboundCidrs: []string{"10.0.0.0/8"}, CertificateArns: []string{"arn:one", "arn:two"},
		SslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06", SslRedirectPort: 443, Listeners: []alb.Listener{https, {Protocol: alb.HTTP, Port: 80}},
		ListenerAttributes: map[alb.Listener]map[string]string{https: {alb.ServerHeader: "false"}, {Protocol: alb.HTTP, Port: 80}: {}},
		Attributes:         map[string]string{"idle_timeout.timeout_seconds": "60"}, Tags: map[string]string{"team": "ml"},
		WebAclArn: "arn:acl", WebAclName: "models",
	}
	read, err := alb.ReadClassParams("public", p.Spec())
	require.NoError(t, err)
	require.Equal(t, p, read)
	_, err = alb.ReadClassParams("public", map[string]any{"scheme": 1})
	require.Error(t, err)
	require.Empty(t, alb.ClassParams{Name: "public"}.Spec(), "a field that is not set is LBC's to choose")
}

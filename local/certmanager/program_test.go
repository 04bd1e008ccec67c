package certmanager

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestArgumentsOfTheChart reads what the containers of cert-manager's chart get.
func TestArgumentsOfTheChart(t *testing.T) {
	t.Setenv("KUBECONFIG", "")
	f, err := parseFlags("cert-manager-controller", []string{
		"--v=2", "--cluster-resource-namespace=certificates", "--leader-election-namespace=kube-system",
		"--acme-http01-solver-image=example.com/solver:v1", "--max-concurrent-challenges=60",
	})
	require.NoError(t, err)
	require.Equal(t, flags{clusterNamespace: "certificates", health: 9403, secure: 6443}, f)

	f, err = parseFlags("cert-manager-webhook", []string{
		"--v=2", "--secure-port=10260", "--dynamic-serving-ca-secret-namespace=certificates", "--dynamic-serving-ca-secret-name=webhook-ca",
		"--dynamic-serving-dns-names=webhook", "--dynamic-serving-dns-names=webhook.certificates.svc",
	})
	require.NoError(t, err)
	require.Equal(t, 10260, f.secure)
	require.Equal(t, 6080, f.health)
	require.Equal(
		t,
		Webhook{Namespace: "certificates", Secret: "webhook-ca", DNSNames: []string{"webhook", "webhook.certificates.svc"}},
		f.webhook,
	)

	require.ErrorContains(
		t,
		Main("cert-manager-ctl", nil),
		`"cert-manager-ctl" is not a program of cert-manager: they are cert-manager-controller,`,
	)
}

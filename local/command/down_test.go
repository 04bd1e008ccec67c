package command

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/awscli"
	"github.com/modelway/modelway/local/checkout"
)

// TestDownRemovesCredentials keeps locks and programs only.
func TestDownRemovesCredentials(t *testing.T) {
	c := checkout.Checkout{Root: t.TempDir()}
	require.NoError(t, awscli.Save(c, awscli.Credential{Token: "secret"}))
	for _, name := range []string{"command.lock", "supervisor.lock", "supervisor.json", "kubeconfig", "port", "port-internal"} {
		require.NoError(t, os.WriteFile(c.State("run", name), nil, 0o644))
	}
	require.NoError(t, os.MkdirAll(c.State("aws"), 0o755))
	require.NoError(t, os.MkdirAll(c.Bin(), 0o755))

	require.NoError(t, removeState(c))
	require.Equal(t, []string{"command.lock", "supervisor.lock"}, entries(t, c.State("run")))
	require.Equal(t, []string{"bin", "run"}, entries(t, c.State()))
}

// TestDownLeavesTheChain has the stack of `make chain` below the checkout's own, which may be up.
func TestDownLeavesTheChain(t *testing.T) {
	c := checkout.Checkout{Root: t.TempDir()}
	inner := checkout.Checkout{Root: c.State("chain")}
	require.NoError(t, os.MkdirAll(inner.State("run"), 0o755))
	require.NoError(t, os.WriteFile(inner.State("run", "supervisor.json"), nil, 0o644))
	require.NoError(t, os.MkdirAll(c.State("aws"), 0o755))

	require.NoError(t, removeState(c))
	require.Equal(t, []string{"chain"}, entries(t, c.State()))
	require.Equal(t, []string{"supervisor.json"}, entries(t, inner.State("run")))
}

func entries(t *testing.T, folder string) (all []string) {
	t.Helper()
	found, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range found {
		all = append(all, entry.Name())
	}
	return all
}

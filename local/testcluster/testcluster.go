// Package testcluster gives a test a Kubernetes control plane of its own, whose API server reaches pods as that of the local stack does.
package testcluster

import (
	"cmp"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/controlplane"
	"github.com/modelway/modelway/local/egress"
)

// Bin is the folder of the built programs: MODELWAY_BIN, or .modelway/bin of this checkout, which `make tools` fills.
func Bin(t testing.TB) string {
	t.Helper()
	here, err := os.Getwd()
	require.NoError(t, err)
	c, err := checkout.Find(here)
	require.NoError(t, err)
	return cmp.Or(os.Getenv("MODELWAY_BIN"), c.Bin())
}

// Start runs a control plane until the test ends, and returns it with an administrator's connection. podAt returns the pod with an address,
// as namespace/name; "" when none has it.
func Start(t testing.TB, podAt func(ip string) string) (*controlplane.ControlPlane, *rest.Config) {
	t.Helper()
	require.FileExists(t, filepath.Join(Bin(t), "kube-apiserver"), "run make tools")
	dir := t.TempDir()
	listener, err := egress.Listen(dir)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- egress.Serve(ctx, listener, egress.Config{
			Pod: func(ip string) (string, error) { return podAt(ip), nil }, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		})
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-served)
	})
	plane, err := controlplane.Start(t.Context(), controlplane.Options{Dir: dir, BinDir: Bin(t), EgressSocket: listener.Addr().String()})
	require.NoError(t, err)
	t.Cleanup(plane.Stop)
	config, err := clientcmd.BuildConfigFromFlags("", plane.Kubeconfig)
	require.NoError(t, err)
	config.QPS = -1
	return plane, config
}

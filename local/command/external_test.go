package command

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/local/controlplane"
	"github.com/modelway/modelway/local/nodes"
	"github.com/modelway/modelway/local/supervisor"
)

// TestClusterOfTheUser brings the platform up on a cluster that somebody else runs.
func TestClusterOfTheUser(t *testing.T) {
	t.Parallel()
	s := &stack{t: t, c: newCheckout(t)}
	theirs, err := controlplane.Start(context.Background(), controlplane.Options{Dir: t.TempDir(), BinDir: s.c.Bin()})
	require.NoError(t, err)
	t.Cleanup(theirs.Stop)
	t.Cleanup(func() { require.NoError(t, supervisor.Stop(s.c, 30*time.Second)) })
	s.status, err = supervisor.Start(context.Background(), s.c, theirs.Kubeconfig)
	require.NoError(t, err)
	require.True(t, s.status.External)
	require.Equal(t, theirs.Endpoint, s.status.Endpoint)
	s.port, err = freePort(0)
	require.NoError(t, err)

	_, outs := s.up()
	require.JSONEq(t, `{"predictions":[0.92]}`, s.answer(outs, "fraud-detection", transaction))

	client, err := s.status.Client()
	require.NoError(t, err)
	pods, err := client.CoreV1().Pods("").List(context.Background(), metav1.ListOptions{})
	require.NoError(t, err)
	require.NotEmpty(t, pods.Items)
	for _, pod := range pods.Items {
		require.Equal(t, "true", pod.Spec.NodeSelector[nodes.LocalLabel], pod.Name)
	}

	require.NoError(t, s.destroy())
	requireEmptyAccount(t, s)
	requireEmptyCluster(t, s)
}

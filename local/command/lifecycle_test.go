package command

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/engine"
)

const transaction = `{"instances": [1000, 45, 0.67]}`

// weightsDir is a folder that pods see: each has a /tmp of its own, which hides this machine's, and a checkout that is below it.
func weightsDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var/tmp", "weights-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// addedModel is a model file whose weights the model server finds in a folder.
func addedModel(t *testing.T) string {
	t.Helper()
	weights := weightsDir(t)
	require.NoError(t, os.WriteFile(filepath.Join(weights, "added.json"),
		[]byte(`{"name": "added", "features": ["x"], "weights": [1], "bias": 0, "decimals": 2}`), 0o644))
	return "name: added\nimage: ghcr.io/modelway/model-server:0.1.0\nenv: {MODEL_DIR: " + weights + "}\n"
}

// TestLifecycle takes one stack from nothing to nothing.
func TestLifecycle(t *testing.T) {
	t.Parallel()
	s := start(t)

	changes, outs := s.up()
	require.NotEmpty(t, changes)
	require.JSONEq(t, `{"predictions":[0.92]}`, s.answer(outs, "fraud-detection", transaction))
	require.Contains(t, s.answer(outs, "churn", sampleRequest(t, s, "churn")), "predictions")
	require.Contains(t, s.answer(outs, "recommender", sampleRequest(t, s, "recommender")), "predictions")

	changes, _ = s.up()
	require.Empty(t, names(changes), "a second up changes nothing")

	progress := s.progress()
	require.NoError(t, engine.Refresh(context.Background(), s.project(), progress))
	require.Empty(t, names(progress.Changes), "refresh finds no drift")

	added := addedModel(t)
	s.writeModel("added", added)
	changes, outs = s.up()
	requireOnly(t, changes, "create added-")
	require.JSONEq(t, `{"predictions":[0.5]}`, s.answer(outs, "added", `{"instances": [[0]]}`))

	s.writeModel("added", added+"resources: {cpu: 500m}\n")
	changes, _ = s.up()
	requireOnly(t, changes, "update added-")

	require.NoError(t, os.Remove(filepath.Join(s.c.Root, "models", "added.yaml")))
	changes, _ = s.up()
	requireOnly(t, changes, "delete added-")
	require.JSONEq(t, `{"predictions":[0.92]}`, s.answer(outs, "fraud-detection", transaction))

	require.NoError(t, s.destroy())
	requireEmptyAccount(t, s)
	requireEmptyCluster(t, s)
}

// requireOnly requires changes, all of which start with the prefix.
func requireOnly(t *testing.T, changes []engine.Change, prefix string) {
	t.Helper()
	all := names(changes)
	require.NotEmpty(t, all)
	for _, name := range all {
		require.True(t, strings.HasPrefix(name, prefix), "%q is not among the changes wanted, %q; all: %v", name, prefix, all)
	}
}

// sampleRequest has as many features as the model server's built-in model takes.
func sampleRequest(t *testing.T, s *stack, model string) string {
	t.Helper()
	requests := map[string]string{"churn": `{"instances": [[12, 79.5, 3]]}`, "recommender": `{"instances": [[0.8, 0.1, 0.3]]}`}
	require.Contains(t, requests, model)
	return requests[model]
}

// requireEmptyAccount requires nothing in the account but what was there before, and the records that certificates were validated by, which
// stay on purpose: another environment's certificate of the same name has the same record.
func requireEmptyAccount(t *testing.T, s *stack) {
	t.Helper()
	account, err := aws.Open(s.c.Account())
	require.NoError(t, err)
	require.NoError(t, account.View(func(state *aws.State) error {
		left := slices.DeleteFunc(state.Left(), func(what string) bool { return validation.MatchString(what) })
		require.Empty(t, left, "left in the account")
		return nil
	}))
}

// validation is a record by which a certificate was validated.
var validation = regexp.MustCompile(`^\S+ Z\w+__[0-9a-f]{32}\.[a-z.]+_CNAME$`)

// requireEmptyCluster requires what a new cluster has: the namespaces of Kubernetes itself with nothing in them. Custom resource
// definitions stay, as Helm never deletes those of a chart's crds folder.
func requireEmptyCluster(t *testing.T, s *stack) {
	t.Helper()
	client, err := s.status.Client()
	require.NoError(t, err)
	ctx, all := context.Background(), metav1.ListOptions{}

	namespaces, err := client.CoreV1().Namespaces().List(ctx, all)
	require.NoError(t, err)
	own := []string{"default", "kube-node-lease", "kube-public", "kube-system"}
	for _, n := range namespaces.Items {
		require.True(t, slices.Contains(own, n.Name), "namespace %s is left", n.Name)
	}
	ingresses, err := client.NetworkingV1().Ingresses("").List(ctx, all)
	require.NoError(t, err)
	require.Empty(t, ingresses.Items)
	classes, err := client.NetworkingV1().IngressClasses().List(ctx, all)
	require.NoError(t, err)
	require.Empty(t, classes.Items)
	deployments, err := client.AppsV1().Deployments("").List(ctx, all)
	require.NoError(t, err)
	require.Empty(t, deployments.Items)
	pods, err := client.CoreV1().Pods("").List(ctx, all)
	require.NoError(t, err)
	require.Empty(t, pods.Items)
	require.Eventually(t, func() bool {
		nodes, err := client.CoreV1().Nodes().List(ctx, all)
		return err == nil && len(nodes.Items) == 0
	}, patience, tick, "nodes are left")
}

// TestTwoCheckouts runs two local stacks at once. They have the same VPC block, so their pods want the same addresses.
func TestTwoCheckouts(t *testing.T) {
	first, second := start(t), start(t)
	for _, s := range []*stack{first, second} {
		_, outs := s.up()
		require.JSONEq(t, `{"predictions":[0.92]}`, s.answer(outs, "fraud-detection", transaction))
	}
	require.NotEqual(t, first.port, second.port)
	require.NotEqual(t, first.status.Endpoint, second.status.Endpoint)
}

package command

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/outputs"

	"github.com/modelway/modelway/local/engine"
)

// TestManyModels serves a hundred models, each by a process of its own and each reached by path, by host or by both, through more load
// balancers than one. Each gives an answer that no other gives. A sample has 36 models and smaller load balancers.
func TestManyModels(t *testing.T) {
	t.Parallel()
	models := 100
	s := start(t)
	if !whole(t) {
		models = 36
		edit(t, s.c, "Pulumi.local.yaml", "config:\n", "config:\n  modelway:quotas: {rules: 40}\n")
	}
	variable, value, _ := strings.Cut(engine.SaveAtTheEnd, "=")
	s.env = map[string]string{variable: value}
	weights := weightsDir(t)
	require.NoError(t, os.RemoveAll(filepath.Join(s.c.Root, "models")))
	require.NoError(t, os.Mkdir(filepath.Join(s.c.Root, "models"), 0o755))
	add := func(name string, bias float64, route string) {
		text, err := json.Marshal(map[string]any{"name": name, "features": []string{"x"}, "weights": []float64{1}, "bias": bias, "decimals": 6})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(weights, name+".json"), text, 0o644))
		s.writeModel(name, fmt.Sprintf("name: %s\nimage: ghcr.io/modelway/model-server:0.1.0\ncompute: nodes\nroute: %s\nenv: {MODEL_DIR: %s}\n",
			name, route, weights))
	}
	want := map[string]string{}
	for i := range models {
		name := fmt.Sprintf("model-%03d", i)
		want[name] = []string{"path", "host", "both"}[i%3]
		add(name, float64(i-models/2)/25, "{by: "+want[name]+"}")
	}
	add("apart", 0, "{exposure: dedicated}")
	add("inside", 0, "{exposure: none, namespaces: [checkout]}")

	_, outs := s.up()
	placed := placement(t, outs)
	require.Equal(t, []string{"apart.localhost"}, placed["model-apart"], "a dedicated model is alone behind its load balancer")
	delete(placed, "model-apart")
	require.GreaterOrEqual(t, len(placed), 2, "%d models with %d rules need two load balancers", models, models+models/3)
	require.JSONEq(t, `{"predictions":[0.5]}`, s.answer(outs, "apart", `{"instances": [[0]]}`))
	answers := map[string]string{}
	for name, by := range want {
		hosts := map[string][]string{"path": {"api"}, "host": {name}, "both": {"api", name}}[by]
		for _, host := range hosts {
			url := fmt.Sprintf("http://%s.localhost:%d/v1/models/%s:predict", host, s.port, name)
			require.NoError(t, awaitModel(context.Background(), url))
			answer, err := predict(context.Background(), url, `{"instances": [[0]]}`)
			require.NoError(t, err, url)
			if earlier, asked := answers[name]; asked {
				require.Equal(t, earlier, answer, "%s answers the same on both hosts", name)
			}
			answers[name] = answer
		}
	}
	distinct := map[string]string{}
	for name, answer := range answers {
		require.Empty(t, distinct[answer], "%s and %s give the same answer, %s", name, distinct[answer], answer)
		distinct[answer] = name
	}

	s.breakOneModel(outs, answers)

	require.NoError(t, os.RemoveAll(filepath.Join(s.c.Root, "models")))
	require.NoError(t, os.Mkdir(filepath.Join(s.c.Root, "models"), 0o755))
	_, empty := s.up()
	names := hostnames(t, outs)
	delete(names, "model-apart") // which goes with its model
	require.Equal(t, names, hostnames(t, empty), "load balancers keep their DNS names without any model")
	for name, hosts := range placement(t, empty) {
		require.Contains(t, placed, name)
		require.Empty(t, hosts, name)
	}

	require.NoError(t, s.destroy())
	requireEmptyAccount(t, s)
	requireEmptyCluster(t, s)
}

// breakOneModel breaks the files of a deployed model and of a new one. A run that skips invalid models changes nothing; a run that fails
// on them changes nothing either.
func (s *stack) breakOneModel(outs auto.OutputMap, answers map[string]string) {
	s.t.Helper()
	file := filepath.Join(s.c.Root, "models", "model-030.yaml")
	text, err := os.ReadFile(file)
	require.NoError(s.t, err)
	s.writeModel("model-030", strings.Replace(string(text), "0.1.0", "latest", 1))
	s.writeModel("new", "name: new\nimage: ghcr.io/modelway/model-server:0.1.0\nroute: {by: host, subdomain: model-001}\n")

	progress := s.progress()
	err = s.upErr(progress)
	require.ErrorContains(s.t, err, "models/model-030.yaml:2: image:")
	require.ErrorContains(s.t, err, "model new: route asks for host model-001.localhost")
	require.ErrorContains(s.t, err, "model-001 (")
	require.Empty(s.t, names(progress.Changes), "nothing is changed when a model is invalid")

	settings := filepath.Join(s.c.Root, "Pulumi.local.yaml")
	before, err := os.ReadFile(settings)
	require.NoError(s.t, err)
	require.NoError(s.t, os.WriteFile(settings, append(slices.Clone(before), "  modelway:models: {onInvalidModel: skip}\n"...), 0o644))
	changes, after := s.up()
	require.Empty(s.t, names(changes), "the other models are not touched, and the broken one runs on")
	require.Equal(s.t, placement(s.t, outs), placement(s.t, after), "no host moves")
	require.Equal(s.t, answers["model-030"], s.answer(after, "model-030", `{"instances": [[0]]}`))

	require.NoError(s.t, os.WriteFile(settings, before, 0o644))
	require.NoError(s.t, os.WriteFile(file, text, 0o644))
	require.NoError(s.t, os.Remove(filepath.Join(s.c.Root, "models", "new.yaml")))
}

func hostnames(t *testing.T, outs auto.OutputMap) map[string]string {
	t.Helper()
	names, err := output[map[string]string](outs, outputs.LoadBalancerHostnames)
	require.NoError(t, err)
	return names
}

// placement are the hosts of each load balancer.
func placement(t *testing.T, outs auto.OutputMap) map[string][]string {
	t.Helper()
	all, err := output[map[string]struct{ Hosts []string }](outs, outputs.LoadBalancers)
	require.NoError(t, err)
	hosts := map[string][]string{}
	for name, lb := range all {
		hosts[name] = lb.Hosts
	}
	return hosts
}

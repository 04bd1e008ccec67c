package platform

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/recorder"
)

// previousOutputs are the outputs of a stack as the engine hands them out: of all of them, with the kubeconfig as a secret.
func previousOutputs(loadBalancers, models map[string]any) resource.PropertyMap {
	found := resource.NewPropertyMapFromMap(map[string]any{
		outputs.ClusterName: "modelway-test", outputs.LoadBalancers: loadBalancers, outputs.Models: models,
		outputs.ModelURLs: map[string]any{"churn": "https://api.company.com/v1/models/churn:predict"},
	})
	found[resource.PropertyKey(outputs.Kubeconfig)] = resource.MakeSecret(resource.NewProperty("apiVersion: v1"))
	return found
}

// made is a model of which a file says more than the name and the image.
func made(t *testing.T, name, rest string) modelspec.Model {
	t.Helper()
	compact := map[string]any{}
	require.NoError(t, yaml.Unmarshal([]byte(rest), &compact))
	compact["image"] = "example.com/model:1"
	m, err := modelspec.Restore(name, compact)
	require.NoError(t, err)
	return m
}

// readBack gives what ReadPrevious makes of a stack's outputs.
func readBack(t *testing.T, found resource.PropertyMap) (previous plan.Previous, err error) {
	t.Helper()
	var asked resource.PropertyMap
	_ = recorder.Run(t, func(ctx *pulumi.Context) error {
		previous, err = ReadPrevious(ctx)
		return nil
	}, recorder.WithStack("prod"), recorder.WithInvoke("pulumi:pulumi:readStackOutputs", func(args resource.PropertyMap) (resource.PropertyMap,
		error) {
		asked = args
		return resource.PropertyMap{"outputs": resource.NewProperty(found)}, nil
	}))
	require.Equal(t, resource.PropertyMap{"name": resource.NewProperty("organization/modelway/prod")}, asked)
	return previous, err
}

func TestReadPrevious(t *testing.T) {
	own := made(t, "own", "route: {exposure: dedicated}\nenv: {THREADS: '2'}\ncanary: {image: 'example.com/own:2', weight: 10}")
	previous, err := readBack(t, previousOutputs(
		map[string]any{
			"public": map[string]any{"loadBalancer": "public", "scheme": "internet-facing", "hosts": []any{"api.company.com",
				"fraud.company.com"}, "models": 2.0, "rules": 2.0, "targetGroups": 2.0, "targets": 8.0},
			"model-own": map[string]any{"loadBalancer": "public", "scheme": "internet-facing", "hosts": []any{}, "models": 0.0},
		},
		map[string]any{"churn": map[string]any{"image": "example.com/model:1"}, "own": own.Compact(),
			"old": map[string]any{"imagee": "example.com/model:1"}, "odd": "example.com/model:1"}))
	require.NoError(t, err)
	require.Equal(t, plan.Previous{
		LoadBalancers: map[string]plan.PreviousLoadBalancer{
			"public":    {LoadBalancer: "public", Scheme: "internet-facing", Hosts: []string{"api.company.com", "fraud.company.com"}},
			"model-own": {LoadBalancer: "public", Scheme: "internet-facing", Hosts: []string{}},
		},
		Models: map[string]modelspec.Model{"churn": made(t, "churn", ""), "own": own, "old": {}, "odd": {}},
	}, previous)
	require.True(t, previous.Deployed("old"), "what cannot be read any more is deployed all the same")
	require.False(t, previous.Deployed("new"))
}

func TestReadPreviousOfANewStack(t *testing.T) {
	previous, err := readBack(t, resource.PropertyMap{})
	require.NoError(t, err)
	require.Equal(t, plan.Previous{Models: map[string]modelspec.Model{}}, previous)
}

func TestReadPreviousOfAnotherShape(t *testing.T) {
	_, err := readBack(t, previousOutputs(map[string]any{"public": "api.company.com"}, nil))
	require.ErrorContains(t, err, "reading the output loadBalancers of stack organization/modelway/prod: ")
}

// TestSecretLoadBalancersAreRead is a stack whose owner makes every output a secret.
func TestSecretLoadBalancersAreRead(t *testing.T) {
	found := previousOutputs(map[string]any{"public": map[string]any{"loadBalancer": "public", "scheme": "internal",
		"hosts": []any{"api.company.com"}}}, map[string]any{"churn": map[string]any{"image": "example.com/model:1"}})
	for key, value := range found {
		found[key] = resource.MakeSecret(value)
	}
	previous, err := readBack(t, found)
	require.NoError(t, err)
	require.Equal(t, []string{"api.company.com"}, previous.LoadBalancers["public"].Hosts)
	require.Equal(t, map[string]modelspec.Model{"churn": made(t, "churn", "")}, previous.Models)
}

// project writes a folder of models for the program.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "models"), 0o755))
	for name, rest := range files {
		require.NoError(t, os.WriteFile(filepath.Join(root, "models", name+".yaml"), []byte("name: "+name+"\nimage: example.com/model:1\n"+rest+
			"\n"), 0o644))
	}
	return root
}

// TestProgramFailsOnAnInvalidModel requires nothing registered, and the model named.
func TestProgramFailsOnAnInvalidModel(t *testing.T) {
	root := project(t, map[string]string{"churn": "replicas: {max: 0}", "fraud": ""})
	given := settingsWith(t, map[string]any{})
	previous := previousOutputs(map[string]any{"public": map[string]any{"loadBalancer": "public", "scheme": "internet-facing",
		"hosts": []any{"api.company.com"}}}, nil)
	recording, err := deployAgain("test", root, given, previous)
	require.EqualError(t, err, "models/churn.yaml:3: replicas.max: 0 is out of range; allowed: 1 to 1000; fix: write 1 or more; to take the "+
		"model away, delete its file")
	require.Empty(t, recording.OfType(Token))
}

// TestProgramSkipsAnInvalidModel requires the deployed file of a broken model registered, and the others.
func TestProgramSkipsAnInvalidModel(t *testing.T) {
	root := project(t, map[string]string{"churn": "replicas: {max: 0}", "fraud": "", "new": "compute: gpu"})
	given := settingsWith(t, map[string]any{"modelway:models": map[string]any{"onInvalidModel": config.OnInvalidModelSkip}})
	previous := previousOutputs(
		map[string]any{"public": map[string]any{"loadBalancer": "public", "scheme": "internet-facing", "hosts": []any{"api.company.com"}}},
		map[string]any{"churn": map[string]any{"image": "example.com/churn:0.9", "replicas": map[string]any{"max": 7.0}}},
	)
	recording, err := deployAgain("test", root, given, previous)
	require.NoError(t, err)
	platform := recording.Find(t, Token, "modelway")
	require.Equal(t, []any{"churn", "fraud"}, platform.Input("models"))
	require.Equal(t, map[string]any{
		"churn": map[string]any{"image": "example.com/churn:0.9", "replicas": map[string]any{"max": 7.0}},
		"fraud": map[string]any{"image": "example.com/model:1"},
	}, platform.Outputs[resourceKey(outputs.Models)].Mappable())
}

// settingsWith are settings of an environment with one load balancer, as the engine passes them.
func settingsWith(t *testing.T, more map[string]any) map[string]string {
	t.Helper()
	more["modelway:loadBalancers"] = map[string]any{"public": map[string]any{"domain": "company.com"}}
	return flattened(t, more)
}

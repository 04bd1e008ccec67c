package modelspec_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
)

const overridden = `name: churn
image: ghcr.io/acme/churn:1.0.0
replicas:
  min: 2
  max: 4
resources:
  cpu: "1"
  memory: 2Gi
`

func loadOverridden(t *testing.T, override modelspec.Override) (modelspec.Model, error) {
	t.Helper()
	models, err := modelspec.Load(folder(map[string]string{"churn.yaml": overridden}), "models",
		map[string]modelspec.Override{"churn": override})
	if err != nil {
		return modelspec.Model{}, err
	}
	require.Len(t, models, 1)
	return models[0], nil
}

func TestOverrideMergesPartially(t *testing.T) {
	base, err := loadOverridden(t, modelspec.Override{})
	require.NoError(t, err)

	want := base
	want.Image = "ghcr.io/acme/churn:2.0.0"
	got, err := loadOverridden(t, modelspec.Override{Image: pointer(want.Image)})
	require.NoError(t, err)
	require.Equal(t, want, got)

	want = base
	want.Replicas.Max = 9
	got, err = loadOverridden(t, modelspec.Override{Replicas: &modelspec.ReplicasOverride{Max: pointer(9)}})
	require.NoError(t, err)
	require.Equal(t, want, got)

	want = base
	want.Resources.Memory = "3Gi"
	got, err = loadOverridden(t, modelspec.Override{Resources: &modelspec.ResourcesOverride{Memory: pointer("3Gi")}})
	require.NoError(t, err)
	require.Equal(t, want, got)

	want = base
	want.Scaling = modelspec.Scaling{Metric: modelspec.MetricRequests, Target: 50}
	got, err = loadOverridden(t, modelspec.Override{Scaling: &modelspec.ScalingOverride{
		Metric: pointer(modelspec.MetricRequests), Target: pointer(50)}})
	require.NoError(t, err)
	require.Equal(t, want, got)

	want = base
	want.Compute = modelspec.ComputeNodes
	got, err = loadOverridden(t, modelspec.Override{Compute: pointer(modelspec.ComputeNodes)})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestOverrideOfMinRaisesDefaultMax(t *testing.T) {
	models, err := modelspec.Load(folder(map[string]string{"a.yaml": "name: a\nimage: acme/a:1\n"}), "models",
		map[string]modelspec.Override{"a": {Replicas: &modelspec.ReplicasOverride{Min: pointer(6)}}})
	require.NoError(t, err)
	require.Equal(t, modelspec.Replicas{Min: 6, Max: 6}, models[0].Replicas)
}

func TestOverrideFaultsNameTheConfigurationKey(t *testing.T) {
	for name, test := range map[string]struct {
		override modelspec.Override
		want     string
	}{
		"a minimum of nothing is not taken for no minimum": {
			modelspec.Override{Replicas: &modelspec.ReplicasOverride{Min: pointer(0)}},
			`modelway:models.overrides.churn.replicas.min: 0 is out of range; allowed: 1 to 1000; fix: write 1 or more; to take the model away, delete its file`,
		},
		"an override that clashes with the file names both": {
			modelspec.Override{Replicas: &modelspec.ReplicasOverride{Min: pointer(5)}},
			`models/churn.yaml:5: replicas.max: 4 is less than replicas.min, 5 (modelway:models.overrides.churn.replicas.min); ` +
				`allowed: 5 to 1000; fix: raise replicas.max or lower replicas.min`,
		},
		"the file clashes with an override": {
			modelspec.Override{Replicas: &modelspec.ReplicasOverride{Max: pointer(1)}},
			`modelway:models.overrides.churn.replicas.max: 1 is less than replicas.min, 2 (models/churn.yaml:4); ` +
				`allowed: 2 to 1000; fix: raise replicas.max or lower replicas.min`,
		},
		"a quantity": {
			modelspec.Override{Resources: &modelspec.ResourcesOverride{CPU: pointer("two")}},
			`modelway:models.overrides.churn.resources.cpu: "two" is not a Kubernetes quantity; ` +
				`allowed: a Kubernetes quantity from "10m", such as "250m" or "2"; fix: write cores or thousandths of a core`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loadOverridden(t, test.override)
			require.EqualError(t, err, test.want)
		})
	}
}

// The configuration of an environment is JSON below Pulumi.<stack>.yaml.
func TestOverrideReadsConfigurationKeys(t *testing.T) {
	var got modelspec.Override
	require.NoError(t, json.Unmarshal([]byte(`{"image":"acme/a:1","replicas":{"min":0},"resources":{"cpu":"1","memory":"1Gi"}}`), &got))
	require.Equal(t, modelspec.Override{
		Image:     pointer("acme/a:1"),
		Replicas:  &modelspec.ReplicasOverride{Min: pointer(0)},
		Resources: &modelspec.ResourcesOverride{CPU: pointer("1"), Memory: pointer("1Gi")},
	}, got)
}

// An environment that runs another image than the file's runs nothing of what the file's source tells of.
func TestOverriddenImagesHaveNoSource(t *testing.T) {
	source := "{registry: 'https://m.company.com', name: a, version: '3', run: " + strings.Repeat("0a", 16) + ", digest: 'sha256:" +
		strings.Repeat("0c", 32) + "'}"
	file := folder(map[string]string{"a.yaml": "name: a\nimage: acme/a:1\nsource: " + source + "\ncanary:\n  image: acme/a:2\n  source: " + source + "\n"})
	given := func(override modelspec.Override) []bool {
		models, err := modelspec.Load(file, "models", map[string]modelspec.Override{"a": override})
		require.NoError(t, err)
		return []bool{models[0].Source.Given(), models[0].Canary.Source.Given()}
	}
	require.Equal(t, []bool{true, true}, given(modelspec.Override{Canary: &modelspec.CanaryOverride{Weight: pointer(10)}}))
	require.Equal(t, []bool{false, true}, given(modelspec.Override{Image: pointer("acme/a:0")}))
	require.Equal(t, []bool{true, false}, given(modelspec.Override{Canary: &modelspec.CanaryOverride{Image: pointer("acme/a:9")}}))
}

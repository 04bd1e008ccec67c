package review_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
)

// modelOf is a model of a stack before and after, as a step that changes nothing.
func modelOf(name string, inputs map[string]any) events.Step {
	urn := "urn:pulumi:s::p::modelway:platform:Platform$modelway:model:Model::" + name
	r := &resource.Resource{URN: urn, Type: resource.ModelType, Name: name, Properties: inputs}
	return events.Step{Op: events.OpSame, URN: urn, Type: resource.ModelType, Old: r, New: r}
}

// TestAnotherVersionOfKServeIsARolloutOfItsModels wants to be told of each model that KServe serves, and of no other.
func TestAnotherVersionOfKServeIsARolloutOfItsModels(t *testing.T) {
	release := func(key, before, after string) events.Step {
		parent := "urn:pulumi:s::p::modelway:platform:Platform$modelway:" + key + ":Addon::modelway-" + key
		urn := "urn:pulumi:s::p::modelway:platform:Platform$modelway:" + key + ":Addon$kubernetes:helm.sh/v3:Release::modelway-" + key +
			"-release"
		r := func(version string) *resource.Resource {
			return &resource.Resource{URN: urn, Type: "kubernetes:helm.sh/v3:Release", Name: "modelway-" + key + "-release", Parent: parent,
				Custom:     true,
				Properties: map[string]any{"version": version, "values": map[string]any{"by": version}}}
		}
		return events.Step{Op: events.OpUpdate, URN: urn, Type: "kubernetes:helm.sh/v3:Release", Old: r(before), New: r(after),
			Diffs: []string{"version"}}
	}
	models := []events.Step{
		modelOf("churn", map[string]any{"image": "example.com/churn:1"}), modelOf("iris", map[string]any{"digest": "sha256:0"}),
		modelOf("wine", map[string]any{"digest": "sha256:1"}),
	}
	report := func(step events.Step) review.Report { return of(append(models[:3:3], step)...) }

	for _, key := range []string{"kserve", "kserveruntimes"} {
		r := report(release(key, "v0.20.0", "v0.21.0"))
		require.Len(t, r.Breaking, 1, key)
		require.Equal(t, []string{"version"}, r.Breaking[0].Why)
		require.Equal(t, []string{"iris", "wine"}, r.Breaking[0].Models)
		require.False(t, r.Breaking[0].AllModels)
		require.Contains(t, r.Breaking[0].Consequence, "A rollout of every model with files")
	}
	require.Empty(t, report(release("kserve", "v0.20.0", "v0.20.0")).Breaking, "other values")
	require.Empty(t, report(release("certmanager", "v1.21.2", "v1.22.0")).Breaking)
	gone := release("kservecrd", "v0.20.0", "")
	gone.Op, gone.New = events.OpDelete, nil
	require.Contains(t, report(gone).Breaking[0].Consequence, "Every InferenceService is deleted")
}

package kserve_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/resource"
)

func TestFormatsAreFoundByName(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range kserve.Formats {
		found, ok := kserve.Find(f.Name)
		require.True(t, ok)
		require.Equal(t, f, found)
		require.False(t, seen[f.Name], "%s is there twice", f.Name)
		require.True(t, f.Runtime != "" && f.User > 0 && f.Files != "", f.Name)
		seen[f.Name] = true
		require.NotContains(t, kserve.Flavors, f.Name, "a format of its own needs no flavor")
	}
	_, ok := kserve.Find("onnx")
	require.False(t, ok)
}

// What pods ask for is as unknown as the predictor, and no more than that.
func TestPodSpecKeepsWhatIsUnknown(t *testing.T) {
	service := func(predictor any) resource.Value {
		return resource.Of(map[string]any{"spec": map[string]any{"predictor": predictor}})
	}
	require.True(t, kserve.PodSpec(service(resource.Unknown{})).Unknown())
	for _, model := range []any{resource.Unknown{}, map[string]any{"storageUri": resource.Unknown{}, "resources": map[string]any{}}} {
		spec := kserve.PodSpec(service(map[string]any{"model": model}))
		require.False(t, spec.Unknown())
		require.Len(t, spec.At("containers").List(), 1)
	}
	none := kserve.PodSpec(service(map[string]any{"model": map[string]any{}}))
	require.Empty(t, none.At("initContainers").List(), "nothing is downloaded")
}

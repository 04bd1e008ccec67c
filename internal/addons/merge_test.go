package addons

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMerge(t *testing.T) {
	base := map[string]any{"replicaCount": 2, "list": []any{1, 2}, "resources": map[string]any{"limits": map[string]any{"cpu": "1"},
		"requests": "same"}}
	got := Merge(base, map[string]any{"replicaCount": 1, "list": []any{3},
		"resources": map[string]any{"limits": map[string]any{"memory": "1Gi"}}})
	require.Equal(t, map[string]any{
		"replicaCount": 1,
		"list":         []any{3},
		"resources":    map[string]any{"limits": map[string]any{"cpu": "1", "memory": "1Gi"}, "requests": "same"},
	}, got)
	require.Equal(t, 2, base["replicaCount"], "the base is left alone")
	require.Equal(t, map[string]any{"cpu": "1"}, base["resources"].(map[string]any)["limits"], "the base is left alone, all the way down")
}

func TestMergeKeepsBothSides(t *testing.T) {
	flat := rapid.MapOf(rapid.StringMatching(`[a-e]`), rapid.Map(rapid.IntRange(0, 9), func(i int) any { return i }))
	rapid.Check(t, func(t *rapid.T) {
		base, override := flat.Draw(t, "base"), flat.Draw(t, "override")
		want := maps.Clone(base)
		maps.Copy(want, override)
		got := Merge(base, override)
		if len(want) == 0 {
			require.Empty(t, got)
			return
		}
		require.Equal(t, want, got)
	})
}

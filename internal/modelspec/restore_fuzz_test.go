package modelspec_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
)

// What was deployed is read back from the stack's outputs: a model that Compact writes as it was, or an error.
func FuzzRestore(f *testing.F) {
	for _, text := range []string{`{"image":"acme/a:1"}`, `{"image":"acme/a:1","replicas":{"min":2,"max":9}}`, `{"image":null}`,
		`{"name":"b"}`, `{"env":{"A":1e400}}`} {
		f.Add("a", text)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		var compact map[string]any
		if json.Unmarshal([]byte(text), &compact) != nil {
			return
		}
		model, err := modelspec.Restore(name, compact)
		if err != nil {
			require.NotEmpty(t, err.Error())
			require.Zero(t, model)
			return
		}
		again, err := modelspec.Restore(name, model.Compact())
		require.NoError(t, err)
		require.Equal(t, model, again)
	})
}

package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
)

// A model that sets the variable of its storage itself is left out and named, and does not stop the others.
func TestAModelWithItsOwnStoreUriIsLeftOut(t *testing.T) {
	cfg := environmentWith(skipping, func(cfg *config.Config) { cfg.ModelStore.Enabled = true })
	for key, env := range map[string]string{
		"env":     "env: {MODEL_STORE_URI: 's3://other/x'}",
		"secrets": "secrets: {MODEL_STORE_URI: 'store/uri'}",
	} {
		admitted, err := Admit(cfg, folder(t, map[string]string{"churn": "storage: read\n" + env, "good": "storage: read"}), Previous{})
		require.NoError(t, err)
		require.Equal(t, []string{"good"}, names(admitted.Models))
		require.Len(t, admitted.Warnings, 1)
		require.Contains(t, admitted.Warnings[0], "models/churn.yaml:4: "+key+".MODEL_STORE_URI: is set by storage: read; allowed: any other "+
			"name; fix: remove it")
	}
}

package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
)

// TestScalingByRequests wants the monitoring, or an adapter of the user's, and says which switch is off.
func TestScalingByRequests(t *testing.T) {
	byRequests := map[string]string{"churn": "scaling: {metric: requests, target: 50}"}
	admit := func(change func(*config.Config)) error {
		_, err := Admit(environmentWith(change), folder(t, byRequests), Previous{})
		return err
	}
	monitored := func(cfg *config.Config) { cfg.Monitoring.Enabled = true }
	require.NoError(t, admit(monitored), "with nothing else to set")
	require.NoError(t, admit(func(cfg *config.Config) { cfg.Models.RequestMetric = "model_requests_per_second" }))
	require.NoError(t, admit(func(cfg *config.Config) {
		monitored(cfg)
		cfg.Monitoring.Scaling, cfg.Models.RequestMetric = false, "model_requests_per_second"
	}))
	for fix, change := range map[string]func(*config.Config){
		"set modelway:monitoring.enabled to true": func(*config.Config) {},
		"set modelway:monitoring.scaling to true": func(cfg *config.Config) { monitored(cfg); cfg.Monitoring.Scaling = false },
	} {
		err := admit(change)
		require.ErrorContains(t, err, `model churn: scaling.metric is "requests", but environment test serves no such metric; `+fix)
		require.ErrorContains(t, err, "models/churn.yaml:3")
	}
}

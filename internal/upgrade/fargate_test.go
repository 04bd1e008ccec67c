package upgrade_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/upgrade"
)

// TestPodsOnFargate are those of models with and without files: each kind is replaced by what its controller does not take back.
func TestPodsOnFargate(t *testing.T) {
	profile := made("aws:eks/fargateProfile:FargateProfile", "models", map[string]any{"selectors": []any{map[string]any{"namespace": "models"}}})
	service := made(kserve.Type, "churn", map[string]any{"metadata": map[string]any{"name": "churn", "namespace": "models"},
		"spec": map[string]any{"predictor": map[string]any{"minReplicas": 1.0, "maxReplicas": 1.0, "model": map[string]any{}}}})
	restart := func(more ...resource.Resource) upgrade.Step {
		e := environment{more: append(more, profile)}
		p, err := e.plan("1.35", "1.36", nil)
		require.NoError(t, err)
		last := p.Steps[len(p.Steps)-1]
		require.Equal(t, upgrade.FargatePods, last.Kind)
		require.Contains(t, strings.Join(p.Unread, "\n"), "--nodes fargate=VERSION")
		return last
	}
	const rolled = "kubectl -n models rollout restart deployment,statefulset"
	const written = "kubectl -n models annotate --overwrite --all inferenceservices modelway.dev/restarted=$(date -u +%Y%m%dT%H%M%SZ)"
	images := model("fraud", 1, map[string]any{"maxUnavailable": 1.0})
	require.Equal(t, rolled, restart(images...).Command)
	require.Equal(t, written, restart(service).Command)
	require.Equal(t, rolled+" && "+written, restart(append(images, service)...).Command)
}

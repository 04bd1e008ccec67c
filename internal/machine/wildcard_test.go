package machine_test

import (
	"testing"

	"github.com/modelway/modelway/internal/machine"
	"github.com/stretchr/testify/require"
)

func TestSelectors(t *testing.T) {
	labels := map[string]string{"modelway.dev/*": "fargat?"}
	require.True(t, machine.Selects("models*", labels, "models", map[string]string{"modelway.dev/compute": "fargate", "x": "y"}))
	require.True(t, machine.Selects("models*", labels, "models-eu", map[string]string{"modelway.dev/compute": "fargate"}))
	require.False(t, machine.Selects("models*", labels, "model", map[string]string{"modelway.dev/compute": "fargate"}))
	require.False(t, machine.Selects("models*", labels, "models", map[string]string{"modelway.dev/compute": "fargates"}))
	require.False(t, machine.Selects("models*", labels, "models", nil))
	require.False(t, machine.Selects("a.c", nil, "abc", nil), "a dot is a dot")
	require.True(t, machine.Selects("kube-system", nil, "kube-system", map[string]string{"x": "y"}))
}

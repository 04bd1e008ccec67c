package compute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
)

func profile(name string, selectors ...compute.Selector) compute.FargateProfile {
	return compute.FargateProfile{Name: name, Selectors: selectors}
}

func TestSelects(t *testing.T) {
	labels := map[string]string{"app": "churn", "modelway.dev/compute": "fargate"}
	for _, c := range []struct {
		selector compute.Selector
		want     bool
	}{
		{compute.Selector{Namespace: "models"}, true},
		{compute.Selector{Namespace: "model"}, false},
		{compute.Selector{Namespace: "models-a"}, false},
		{compute.Selector{Namespace: "models*"}, true},
		{compute.Selector{Namespace: "m?dels"}, true},
		{compute.Selector{Namespace: "models?"}, false},
		{compute.Selector{Namespace: "*"}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "churn"}}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "ch*"}}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"modelway.dev/*": "fargate"}}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "churn", "tier": "gold"}}, false},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "fargate"}}, false},
		{compute.Selector{Namespace: "kube-system", Labels: map[string]string{"app": "churn"}}, false},
	} {
		profiles := []compute.FargateProfile{profile("other", compute.Selector{Namespace: "nothing"}), profile("p", c.selector)}
		require.Equal(t, c.want, compute.Spec{FargateProfiles: profiles}.OnFargate(addons.Workload{Namespace: "models", Labels: labels}), "%+v",
			c.selector)
	}
	require.False(t, compute.Spec{}.OnFargate(addons.Dns()))
}

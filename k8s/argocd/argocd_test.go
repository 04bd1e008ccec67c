package argocd_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/argocd"
)

// TestAccessIsOfTheNamespaceAlone wants the controller to write kinds of models in one namespace, and no Secrets and no roles.
func TestAccessIsOfTheNamespaceAlone(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		needs, err := recorder.StandIns(ctx, "Need", 2)
		if err != nil {
			return err
		}
		_, err = argocd.NewAccess(ctx, "a", &argocd.AccessArgs{Namespace: pulumi.String("models"), DependsOn: needs})
		return err
	})
	role := recording.Find(t, "kubernetes:rbac.authorization.k8s.io/v1:Role", "a-role")
	require.Equal(t, "models", role.Input("metadata.namespace"))
	written := map[string]bool{}
	for _, rule := range role.Input("rules").([]any) {
		rule := rule.(map[string]any)
		require.NotContains(t, rule["verbs"], "*")
		for _, name := range rule["resources"].([]any) {
			written[name.(string)] = true
		}
	}
	for _, kind := range []string{"deployments", "services", "ingresses", "inferenceservices", "scaledobjects"} {
		require.Contains(t, written, kind)
	}
	for _, kind := range []string{"secrets", "roles", "rolebindings", "pods", "*"} {
		require.NotContains(t, written, kind)
	}
	binding := recording.Find(t, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "a-binding")
	require.Equal(t, []any{"models", "argocd-application-controller", "argocd"}, []any{binding.Input("metadata.namespace"),
		binding.Input("subjects[0].name"), binding.Input("subjects[0].namespace")})
	for _, need := range recording.OfType("test:index:Need") {
		require.True(t, role.DependsDirectly(need.URN) && binding.DependsDirectly(need.URN))
	}
}

func TestAccessNeedsARelease(t *testing.T) {
	_, err := argocd.NewAccess(nil, "a", &argocd.AccessArgs{Namespace: pulumi.String("models")})
	require.ErrorContains(t, err, "AccessArgs.DependsOn are required")
}

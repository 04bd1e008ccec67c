package platform

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/recorder"
)

func withArgocd(c *config.Config) { c.Argocd.Enabled, c.Argocd.Replicas = true, 2 }

// TestArgocd wants a password before the release, the settings in its values, its page without a login of the load balancer, a place for its
// pods, their price, and no role in AWS.
func TestArgocd(t *testing.T) {
	r := recordStored(t, withArgocd, behindLogin, func(c *config.Config) {
		c.Argocd.Oidc = argocd.Oidc{Issuer: "https://login.company.com", ClientId: "argocd", ClientSecret: "argocd-oidc/secret",
			GroupsClaim: "cognito:groups"}
		c.Argocd.Groups.Admin = []string{"ml platform"}
	})
	require.Empty(t, missing(r))
	release := r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-argocd-release")
	secret := r.Find(t, "kubernetes:core/v1:Secret", "modelway-argocd-argocd-redis")
	require.Equal(t, []any{argocd.Password, argocd.Namespace}, []any{secret.Input("metadata.name"), secret.Input("metadata.namespace")})
	require.True(t, release.DependsDirectly(secret.URN), "no pod starts before its password")
	require.Equal(t, false, release.Input("values.redisSecretInit.enabled"))
	require.Equal(t, false, release.Input(`values.configs.cm["admin.enabled"]`))
	require.Equal(t, "g, ml platform, role:admin\n", release.Input(`values.configs.rbac["policy.csv"]`))
	require.Equal(t, "[cognito:groups]", release.Input("values.configs.rbac.scopes"))
	require.Contains(t, release.Input(`values.configs.cm["oidc.config"]`), "clientSecret: $argocd-oidc:secret\n")
	require.Equal(t, []any{2.0, 2.0}, []any{release.Input("values.server.replicas"), release.Input("values.repoServer.replicas")})
	page := r.Find(t, "kubernetes:networking.k8s.io/v1:Ingress", "modelway-tool-argocd-ingress")
	require.NotContains(t, page.Input("metadata.annotations"), "alb.ingress.kubernetes.io/auth-type")
	for _, role := range r.OfType("aws:iam/role:Role") {
		require.NotContains(t, role.Name, "-argocd-")
	}
	binding := r.Find(t, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "modelway-argocd-access-binding")
	require.True(t, r.Reaches(binding.URN, release.URN), "the rights go before Argo CD")
	require.Equal(t, []any{map[string]any{"namespace": argocd.Namespace}},
		r.Find(t, "aws:eks/fargateProfile:FargateProfile", "modelway-compute-argocd").Input("selectors"))
	var billed []string
	for _, item := range cost.Of(r.Set(), recorder.DefaultRegion, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)).Items {
		if item.Component == "argocd" {
			arithmetic, _, _ := strings.Cut(item.Arithmetic, " x ")
			billed = append(billed, item.What+": "+arithmetic)
		}
	}
	require.NotEmpty(t, billed)
	for _, line := range billed {
		require.Regexp(t, `^Fargate pod, 0\.25 vCPU, (1|0\.5) GB: `, line)
	}
}

// TestWithoutArgocdNothingOfItIsThere keeps environments without the setting as they are.
func TestWithoutArgocdNothingOfItIsThere(t *testing.T) {
	for _, found := range recordStored(t).Resources {
		require.NotContains(t, found.Name, "argocd")
	}
}

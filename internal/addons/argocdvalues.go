package addons

import (
	"cmp"
	"fmt"

	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/kserve"
)

// argocdValues are by the names of https://github.com/argoproj/argo-helm/blob/argo-cd-10.9.6/charts/argo-cd/values.yaml, which were read in
// 10.1.1 (docs/adr/0040). What would only be there in case somebody asks is off: the login by Dex, notifications, and ApplicationSets,
// which can remove Applications by mistake.
func argocdValues(f Facts) map[string]any {
	off := map[string]any{"enabled": false}
	two := map[string]any{"enabled": f.Argocd.Replicas > 1, "maxUnavailable": 1, "minAvailable": ""}
	noToken := map[string]any{"automountServiceAccountToken": false}
	return map[string]any{
		"fullnameOverride": argocd.Name,
		"global": map[string]any{
			"logging":       map[string]any{"format": "json"},
			"networkPolicy": map[string]any{"create": true},
		},
		"configs":         argocdConfigs(f),
		"dex":             off,
		"notifications":   off,
		"applicationSet":  map[string]any{"replicas": 0},
		"redis":           Merge(noToken, map[string]any{"image": map[string]any{"tag": redisTag}}),
		"redisSecretInit": off,
		"controller": map[string]any{
			"clusterRoleRules": map[string]any{"enabled": true, "rules": argocd.Reads()},
		},
		"repoServer": Merge(noToken, map[string]any{
			"topologySpreadConstraints": argocdRepoServer.spread(), "pdb": two, "copyutil": map[string]any{"resources": fixed("100m", "64Mi")},
		}),
		"server": map[string]any{
			"topologySpreadConstraints": argocdServer.spread(), "pdb": two,
			"service": map[string]any{"type": "ClusterIP"},
			"clusterRoleRules": map[string]any{"enabled": true, "rules": append(argocd.Reads(),
				map[string]any{"apiGroups": []any{""}, "resources": []any{"pods/log"}, "verbs": []any{"get"}})},
		},
	}
}

// argocdConfigs are Argo CD's own settings
// (https://github.com/argoproj/argo-cd/blob/v3.5.3/docs/operator-manual/argocd-cm.yaml). It reads no more than its roles let it, and
// leaves out the rest without a word.
func argocdConfigs(f Facts) map[string]any {
	s := f.Argocd
	health := "resource.customizations.health."
	cm := map[string]any{
		"admin.enabled":                                                 !s.Oidc.Given(),
		"timeout.reconciliation":                                        argocd.Reconciliation,
		"timeout.reconciliation.jitter":                                 argocd.Jitter,
		"resource.respectRBAC":                                          "normal",
		health + kserve.Group + "_" + kserve.Kind:                       argocd.InferenceServiceHealth,
		health + "networking.k8s.io_Ingress":                            argocd.IngressHealth,
		"resource.customizations.useOpenLibs.networking.k8s.io_Ingress": "true",
	}
	for _, kind := range []string{"autoscaling_HorizontalPodAutoscaler", keda.Group + "_" + keda.Kind, "batch_CronJob"} {
		cm[health+kind] = argocd.AsideHealth
	}
	if f.ToolsDomain != "" {
		cm["url"] = "https://" + argocd.Page + "." + f.ToolsDomain
	}
	if login := s.LoginConfig(); login != "" {
		cm["oidc.config"] = login
	}
	configs := map[string]any{
		"cm": cm,
		"params": map[string]any{
			"server.insecure": true,
			"redis.server":    fmt.Sprintf("%s.%s.svc:6379", argocd.Redis, argocd.Namespace),
			"repo.server":     fmt.Sprintf("%s.%s.svc:8081", argocd.RepoServer, argocd.Namespace),
		},
		"rbac": map[string]any{"policy.default": "", "policy.csv": s.Policy(),
			"scopes": "[" + cmp.Or(s.Oidc.GroupsClaim, argocd.DefaultGroupsClaim) + "]"},
	}
	if s.WebhookSecret != "" {
		configs["secret"] = map[string]any{"githubSecret": argocd.SecretKey(s.WebhookSecret)}
	}
	return configs
}

package addons

import "github.com/modelway/modelway/internal/kserve"

const (
	// KServeDefinitionsKey, KServeKey and KServeRuntimesKey are the keys of KServe's three charts.
	KServeDefinitionsKey = "kservecrd"
	KServeKey            = "kserve"
	KServeRuntimesKey    = "kserveruntimes"

	kserveVersion = "v" + kserve.Version
	kserveCharts  = "oci://ghcr.io/kserve/charts"
	rbacProxyTag  = "v0.18.0"
)

// kserveController is the pod of KServe's controller: what its two containers ask for, together with the 256Mi that Fargate keeps, makes 1
// GB. Its webhooks admit every pod of the models that it serves, so there are two. The chart has no number of them: package k8s/kserve sets
// it.
var kserveController = Workload{
	Name: "KServe controller", Namespace: kserve.Namespace,
	Labels:   charted(kserve.Controller, kserve.Controller),
	Replicas: 2, CPU: "250m", Memory: "640Mi", Metrics: Metrics{Port: 8443, Secured: true},
}

// KServeDefinitions are the definitions of KServe's objects, in a chart of their own, so that Helm upgrades them and removes them last.
func KServeDefinitions() Helm {
	return Helm{
		Key:     KServeDefinitionsKey,
		Title:   "KServe definitions",
		Why:     "define InferenceServices and runtimes",
		Chart:   kserveChart("kserve-crd"),
		Setting: kserve.Setting,
		After:   []string{CertManagerKey},
	}
}

// KServe is KServe's controller, with its webhooks.
func KServe() Helm {
	chart := kserveChart("kserve-resources")
	chart.Images = []ChartImage{
		{Repository: "docker.io/kserve/kserve-controller", At: "kserve.controller", Key: "image"},
		{Repository: "quay.io/brancz/kube-rbac-proxy", Tag: rbacProxyTag, At: "kserve.controller", Key: "rbacProxyImage", Whole: true},
		{Repository: "docker.io/kserve/storage-initializer", At: "kserve.storage", Key: "image", Idle: true},
		{Repository: "docker.io/kserve/storage-initializer", At: "kserve.localmodel", Key: "defaultJobImage", Idle: true},
		{Repository: "docker.io/kserve/agent", At: "kserve.agent", Key: "image", Idle: true},
		{Repository: "docker.io/kserve/router", At: "kserve.router", Key: "image", Idle: true},
		{Repository: "docker.io/kserve/art-explainer", At: "kserve.servingruntime.art", Key: "image", Idle: true},
	}
	return Helm{
		Key:       KServeKey,
		Title:     "KServe",
		Why:       "serves models that are files",
		Chart:     chart,
		Values:    kserveValues,
		Workloads: []Workload{kserveController},
		Setting:   kserve.Setting,
		After:     []string{CertManagerKey, KServeDefinitionsKey},
		Object:    "Deployment " + kserve.Controller,
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit": NoStorage,
			"container-image-pull-policy":                   PinnedImage,
			"container-security-context-user-group-id":      ImageUser,
			"deployment-has-host-podantiaffinity":           Spread,
			"deployment-replicas":                           "The chart has no number of pods. The platform lays two over it.",
			"pod-networkpolicy":                             OpenToAPI,
		},
	}
}

// kserveChart is one of KServe's charts, which have one version, and go into one namespace.
func kserveChart(name string) Chart {
	return Chart{
		Name: name, Repository: kserveCharts, Version: kserveVersion, AppVersion: kserveVersion, Namespace: kserve.Namespace,
		Kubernetes: Kubernetes{From: "1.32", Source: "https://kserve.github.io/website/latest/admin/kubernetes_deployment/"},
	}
}

// kserveValues are by the names of https://github.com/kserve/kserve/blob/v0.20.0/charts/kserve-resources/values.yaml.
func kserveValues(Facts) map[string]any {
	return map[string]any{"kserve": map[string]any{
		"controller": map[string]any{
			// Models become plain Deployments and Services, and the platform's own Ingresses lead to them.
			"deploymentMode":            kserve.Standard,
			"gateway":                   map[string]any{"disableIngressCreation": true, "disableIstioVirtualHost": true},
			"imagePullPolicy":           "IfNotPresent",
			"resources":                 fixed("200m", "512Mi"),
			"rbacProxy":                 map[string]any{"resources": fixed("50m", "128Mi")},
			"topologySpreadConstraints": kserveController.spread(),
		},
		// The container of those who name no other; models of the platform name their own.
		"storage": map[string]any{"containerSecurityContext": restrictedContainer()},
	}}
}

// restrictedContainer is the security context of a container in a namespace that enforces the restricted pod security standard.
func restrictedContainer() map[string]any {
	return map[string]any{
		"allowPrivilegeEscalation": false, "privileged": false, "runAsNonRoot": true, "capabilities": map[string]any{"drop": []any{"ALL"}},
		"seccompProfile": map[string]any{"type": "RuntimeDefault"},
	}
}

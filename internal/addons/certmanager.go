package addons

import (
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/pipelines"
)

const (
	// CertManagerKey is the key of cert-manager.
	CertManagerKey         = "certmanager"
	certManagerVersion     = "v1.21.2"
	certManagerNamespace   = "cert-manager"
	certManagerRegistry    = "quay.io/jetstack/cert-manager-"
	certManagerWebhookPort = 10260
	certManagerMetrics     = 9402
)

// The pods of cert-manager fill the smallest Fargate size. The webhook answers for every certificate that a chart brings, so there are two
// of it; the two others catch up with what happened while they were away.
var (
	certManagerController = Workload{
		Name: "cert-manager controller", Namespace: certManagerNamespace, Labels: charted("cert-manager", "cert-manager"),
		Replicas: 1, CPU: "250m", Memory: "256Mi", ReplicasAt: "replicaCount", ResourcesAt: "resources",
		Metrics: Metrics{Port: certManagerMetrics},
	}
	certManagerInjector = Workload{
		Name: "cert-manager CA injector", Namespace: certManagerNamespace, Labels: charted("cainjector", "cert-manager"),
		Replicas: 1, CPU: "250m", Memory: "256Mi", ReplicasAt: "cainjector.replicaCount", ResourcesAt: "cainjector.resources",
		Metrics: Metrics{Port: certManagerMetrics},
	}
	certManagerWebhook = Workload{
		Name: "cert-manager webhook", Namespace: certManagerNamespace, Labels: charted("webhook", "cert-manager"),
		Replicas: 2, CPU: "250m", Memory: "256Mi", ReplicasAt: "webhook.replicaCount", ResourcesAt: "webhook.resources",
		Metrics: Metrics{Port: certManagerMetrics},
	}
)

// CertManager is cert-manager, which issues the certificates of the webhooks of KServe and of Kubeflow Pipelines.
func CertManager() Helm {
	return Helm{
		Key:   CertManagerKey,
		Title: "cert-manager",
		Why:   "issues the certificates of the webhooks of KServe and of Kubeflow Pipelines",
		Chart: Chart{
			Name: "cert-manager", Repository: "https://charts.jetstack.io", Version: certManagerVersion, AppVersion: certManagerVersion,
			Namespace:  certManagerNamespace,
			Kubernetes: Kubernetes{From: "1.33", To: "1.36", Source: "https://cert-manager.io/docs/releases/"},
			Images: []ChartImage{
				{Repository: certManagerRegistry + "controller"},
				{Repository: certManagerRegistry + "cainjector", At: "cainjector.image"},
				{Repository: certManagerRegistry + "webhook", At: "webhook.image"},
				{Repository: certManagerRegistry + "startupapicheck", At: "startupapicheck.image"},
				{Repository: certManagerRegistry + "acmesolver", At: "acmesolver.image", Idle: true},
			},
		},
		Values:    certManagerValues,
		Workloads: []Workload{certManagerController, certManagerInjector, certManagerWebhook},
		Setting:   kserve.Setting, AlsoSettings: []string{pipelines.Setting},
		Object: "* cert-manager*",
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit": NoStorage,
			"container-image-pull-policy":                   PinnedImage,
			"container-security-context-user-group-id":      ImageUser,
			"deployment-has-host-podantiaffinity":           Spread,
			"deployment-replicas": "Of the webhook there are two. The controller and the CA injector answer nobody, and " +
				"catch up with what happened while they were away.",
			"pod-networkpolicy": OpenToAPI,
			"pod-probes":        "The controller and the CA injector have no readiness probe: only Prometheus asks their Services, for metrics.",
		},
	}
}

// certManagerValues are by the names of
// https://github.com/cert-manager/cert-manager/blob/v1.21.2/deploy/charts/cert-manager/values.yaml.
func certManagerValues(Facts) map[string]any {
	return map[string]any{
		// Helm upgrades the definitions with the release, and leaves them and their objects when it goes.
		"crds": map[string]any{"enabled": true},
		// The leases are where the pods are, so that they need no rights in kube-system.
		"global": map[string]any{"leaderElection": map[string]any{"namespace": certManagerNamespace}},
		"webhook": map[string]any{
			// On Fargate the pod shares its addresses with a kubelet, which listens on the chart's own 10250.
			"securePort":                certManagerWebhookPort,
			"podDisruptionBudget":       map[string]any{"enabled": true, "maxUnavailable": 1},
			"topologySpreadConstraints": certManagerWebhook.spread(),
		},
		// The release is complete once a certificate can be asked for: the charts that come after it bring one.
		"startupapicheck": map[string]any{"enabled": true, "resources": certManagerController.resources()},
	}
}

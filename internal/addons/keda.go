package addons

import "github.com/modelway/modelway/internal/keda"

const (
	// KedaKey is the key of KEDA.
	KedaKey      = "keda"
	kedaRegistry = "ghcr.io/kedacore/"
	kedaMetrics  = 8080
)

// The pods of KEDA. The operator keeps what it watches in memory, pods among it, and is 1 GB on Fargate with the 256Mi that Fargate keeps.
// One leads, and the metrics server asks it, so that there is one of each: while they are away, models keep their replicas.
var (
	kedaOperator = Workload{
		Name: "KEDA operator", Namespace: keda.Namespace, Labels: charted(keda.Operator, keda.Namespace),
		Replicas: 1, CPU: "250m", Memory: "768Mi", ReplicasAt: "operator.replicaCount", ResourcesAt: "resources.operator",
		Metrics: Metrics{Port: kedaMetrics},
	}
	kedaMetricsServer = Workload{
		Name: "KEDA metrics server", Namespace: keda.Namespace, Labels: charted(keda.MetricsServer, keda.Namespace),
		Replicas: 1, CPU: "250m", Memory: "256Mi", ReplicasAt: "metricsServer.replicaCount", ResourcesAt: "resources.metricServer",
	}
)

// Keda is KEDA, which scales models by the requests that Prometheus counts. It calls nothing in AWS: the Prometheus of the cluster has the
// latest series, wherever older ones are kept.
//
// Its webhook is off. It refuses an object whose workload has another autoscaler, which is what a model has while its metric changes
// (https://github.com/kedacore/keda/blob/v2.20.2/apis/keda/v1alpha1/scaledobject_webhook.go), and asks for nothing else that the
// platform does not see to.
func Keda() Helm {
	return Helm{
		Key:   KedaKey,
		Title: "KEDA",
		Why:   "scales models by the requests that Prometheus counts",
		Chart: Chart{
			Name: "keda", Repository: "https://kedacore.github.io/charts", Version: keda.Version, AppVersion: keda.Version,
			Namespace:  keda.Namespace,
			Kubernetes: Kubernetes{From: "1.33", To: "1.35", Source: "https://keda.sh/docs/2.20/operate/cluster/"},
			Images: []ChartImage{
				{Repository: kedaRegistry + "keda", At: "image.keda", Apart: true},
				{Repository: kedaRegistry + "keda-metrics-apiserver", At: "image.metricsApiServer", Apart: true},
				{Repository: kedaRegistry + "keda-admission-webhooks", At: "image.webhooks", Apart: true, Idle: true},
			},
		},
		Values:    kedaValues,
		Places:    Places{ClusterName: "clusterName"},
		Workloads: []Workload{kedaOperator, kedaMetricsServer},
		Setting:   keda.Setting,
		When:      func(f Facts) bool { return f.Monitoring.ByRequests() },
		Object:    "* keda-*",
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit": NoStorage,
			"container-image-pull-policy":                   PinnedImage,
			"container-security-context-user-group-id":      ImageUser,
			"deployment-replicas": "One operator leads, and the metrics server asks it. While one of them is away, models keep the replicas that " +
				"they have.",
			"pod-networkpolicy": "The API server calls the metrics server, from addresses that no policy can name; the operator calls the API " +
				"server and Prometheus, and nothing else.",
		},
	}
}

// kedaValues are by the names of https://github.com/kedacore/charts/blob/v2.20.2/keda/values.yaml.
func kedaValues(Facts) map[string]any {
	return map[string]any{
		"image": map[string]any{"pullPolicy": "IfNotPresent"},
		// Helm upgrades the definitions with the release, and leaves them when it goes, so that objects of others do not hang for want of the
		// operator, which alone removes their finalizers.
		"crds":     map[string]any{"additionalAnnotations": map[string]any{"helm.sh/resource-policy": "keep"}},
		"webhooks": map[string]any{"enabled": false},
		// Deployments and StatefulSets can be scaled, and nothing else read; Secrets of its own namespace only.
		"rbac": map[string]any{"enabledCustomScaledRefKinds": false},
		"permissions": map[string]any{
			"operator":     map[string]any{"restrict": map[string]any{"secret": true}},
			"metricServer": map[string]any{"restrict": map[string]any{"secret": true}},
		},
		"prometheus": map[string]any{"operator": map[string]any{"enabled": true, "port": kedaMetrics}},
	}
}

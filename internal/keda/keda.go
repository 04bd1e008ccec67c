// Package keda has the names of KEDA, which scales models by the requests that Prometheus counts. It is pure.
package keda

const (
	// Version of KEDA and of its chart.
	Version = "2.20.2"
	// Setting is the key of the setting that installs it where the monitoring is.
	Setting = "monitoring.scaling"
	// Namespace is where it runs, and Operator the name of the Deployment that makes autoscalers of its objects.
	Namespace = "keda"
	Operator  = "keda-operator"
	// MetricsServer is the Deployment that answers autoscalers, as the API external.metrics.k8s.io.
	MetricsServer = "keda-operator-metrics-apiserver"

	// ApiVersion, Kind and Plural name its object, of which it makes an autoscaler called keda-hpa-<name>, and Type is its type in Pulumi.
	ApiVersion = Group + "/v1alpha1"
	Group      = "keda.sh"
	Kind       = "ScaledObject"
	Plural     = "scaledobjects"
	Type       = "kubernetes:" + ApiVersion + ":" + Kind
	// Paused is the annotation that keeps a number of replicas, which KEDA would raise to the minimum otherwise
	// (https://keda.sh/docs/2.20/concepts/scaling-deployments/#pausing-autoscaling).
	Paused = "autoscaling.keda.sh/paused-replicas"
)

// AutoscalerType is the type of Kubernetes's own autoscaler in Pulumi.
const AutoscalerType = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"

// Scalers are the types of what decides how many replicas a workload has.
var Scalers = []string{AutoscalerType, Type}

// Bounds are the keys in the spec of a type of Scalers that have the least and the most replicas.
func Bounds(scaler string) (least, most string) {
	if scaler == Type {
		return "minReplicaCount", "maxReplicaCount"
	}
	return "minReplicas", "maxReplicas"
}

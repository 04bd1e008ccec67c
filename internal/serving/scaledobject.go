package serving

import "strconv"

// unanswered is how many times in a row Prometheus gives no answer before a version is held at what it has.
const unanswered = 3

// ScaledObject is the spec of what KEDA is told of a version that is scaled by requests: the query of all its requests a second, which
// Prometheus answers at an address, and how many of them a replica takes, which the autoscaler that KEDA makes divides by.
//
// While Prometheus is away, or knows nothing of the version, it keeps the replicas that it has, and no fewer than its minimum. KEDA never
// scales it to zero: an Application Load Balancer keeps no requests, so that callers would get 503 until a pod is ready
// (https://keda.sh/docs/2.20/reference/scaledobject-spec/, https://keda.sh/docs/2.20/scalers/prometheus/).
func ScaledObject(v Version, query, address string) map[string]any {
	return map[string]any{
		"scaleTargetRef":  map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": v.DeploymentName()},
		"minReplicaCount": v.Replicas.Min,
		"maxReplicaCount": v.Replicas.Max,
		"fallback": map[string]any{
			"failureThreshold": unanswered, "replicas": v.Replicas.Min, "behavior": "currentReplicasIfHigher",
		},
		"triggers": []any{map[string]any{
			"type": "prometheus", "metricType": "AverageValue",
			"metadata": map[string]any{
				"serverAddress": address, "query": query, "threshold": strconv.Itoa(v.Model.Scaling.Target), "ignoreNullValues": "false",
			},
		}},
	}
}

package charts

import "maps"

// ClusterAutoscalerServiceAccount is the service account of the Cluster Autoscaler. Its IAM role trusts this name in the
// chart's namespace.
const ClusterAutoscalerServiceAccount = "cluster-autoscaler"

// ClusterAutoscaler pins the Cluster Autoscaler. The chart comes with one image for all clusters, its AppVersion, and the
// platform runs the one of ClusterAutoscalerTag in its place. It brings no definitions.
func ClusterAutoscaler() Chart {
	return Chart{
		Name:       "cluster-autoscaler",
		Repository: "https://kubernetes.github.io/autoscaler",
		Version:    "9.59.0",
		AppVersion: "v1.35.0",
		Namespace:  "kube-system",
		Image:      "registry.k8s.io/autoscaling/cluster-autoscaler",
	}
}

// clusterAutoscalerTags are the tags of the Cluster Autoscaler's image by the cluster's Kubernetes version. It simulates the
// scheduler of its own version, so the minor versions must agree, and within one the latest release is the one to take
// (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/README.md#releases). 1.37 has none of its own and
// takes the newest one.
var clusterAutoscalerTags = tags{
	"1.33": "v1.33.6",
	"1.34": "v1.34.5",
	"1.35": "v1.35.2",
	"1.36": "v1.36.1",
	"1.37": "v1.36.1",
}

// ClusterAutoscalerTag returns the tag of the Cluster Autoscaler's image that fits a Kubernetes version, such as 1.36.
func ClusterAutoscalerTag(kubernetesVersion string) (string, error) {
	return clusterAutoscalerTags.of("the Cluster Autoscaler", kubernetesVersion)
}

// ClusterAutoscalerValues returns the values of the chart that do not depend on the cluster, but for the tag of its image. The
// names are those of
// https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-chart-9.59.0/cluster-autoscaler/charts/cluster-autoscaler/values.yaml.
// Replicas is the number of pods; above one, all but the leader stand by.
func ClusterAutoscalerValues(tag string, replicas int) map[string]any {
	values := map[string]any{
		"cloudProvider":       "aws",
		"image":               map[string]any{"tag": tag},
		"replicaCount":        replicas,
		"podDisruptionBudget": map[string]any{"maxUnavailable": 1},
		"priorityClassName":   "system-cluster-critical",
		"resources":           controllerResources(),
		"extraArgs":           scalingArgs(),
		// The API server is found by its address and AWS by the VPC's own resolver. With the cluster's DNS, a cluster whose
		// CoreDNS waits for a node would wait for ever.
		"dnsPolicy": "Default",
		"topologySpreadConstraints": []any{map[string]any{
			"maxSkew":           1,
			"topologyKey":       "topology.kubernetes.io/zone",
			"whenUnsatisfiable": "ScheduleAnyway",
			"labelSelector":     map[string]any{"matchLabels": map[string]any{"app.kubernetes.io/name": "aws-cluster-autoscaler"}},
		}},
	}
	maps.Copy(values, restrictedValues())
	return values
}

// scalingArgs are arguments of the Cluster Autoscaler, in the types that the chart writes as they are
// (https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-1.36.1/cluster-autoscaler/FAQ.md#what-are-the-parameters-to-ca).
// Nodes whose pods belong to kube-system are left to its defaults: pods with a disruption budget are moved, others keep their
// node for the first hour.
func scalingArgs() map[string]any {
	return map[string]any{
		// Of the groups that the waiting pods fit, the one that they fill best grows.
		"expander": "least-waste",
		// Groups of one shape, such as one a zone, grow evenly.
		"balance-similar-node-groups": true,
		// Models have an emptyDir, and would pin every node that they ever ran on.
		"skip-nodes-with-local-storage": false,
		// What runs on every node says nothing of whether a node is needed.
		"ignore-daemonsets-utilization": true,
		// Replicas leave five minutes after the load does. A node stays longer, since the next one has its images to pull.
		"scale-down-unneeded-time": "10m",
	}
}

// restrictedValues make the pods fit the restricted pod security standard, as the user "nonroot" of the image
// (https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-1.36.1/cluster-autoscaler/Dockerfile).
func restrictedValues() map[string]any {
	const nonroot = 65532
	return map[string]any{
		"securityContext": map[string]any{
			"runAsNonRoot":   true,
			"runAsUser":      nonroot,
			"runAsGroup":     nonroot,
			"fsGroup":        nonroot,
			"seccompProfile": map[string]any{"type": "RuntimeDefault"},
		},
		"containerSecurityContext": map[string]any{
			"allowPrivilegeEscalation": false,
			"readOnlyRootFilesystem":   true,
			"capabilities":             map[string]any{"drop": []any{"ALL"}},
		},
	}
}

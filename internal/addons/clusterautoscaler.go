package addons

import "github.com/modelway/modelway/internal/podsecurity"

// autoscalerPods have the size of controllerPods, which also holds the 600Mi that the autoscaler's own manifest allows it. Of two pods one
// leads and one stands by, which takes over within a minute. The chart puts the cloud before its name
// (https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-chart-9.59.0/cluster-autoscaler/charts/cluster-autoscaler/templates/_helpers.tpl).
var autoscalerPods = Workload{
	Name: "Cluster Autoscaler", Namespace: SystemNamespace, Labels: charted("aws-cluster-autoscaler", "cluster-autoscaler"),
	Replicas: 2, CPU: "250m", Memory: "768Mi", ReplicasAt: "replicaCount", ResourcesAt: "resources", Metrics: Metrics{Port: 8085},
}

// ClusterAutoscaler is the Cluster Autoscaler. The chart comes with one image for all clusters, its AppVersion, and the platform
// runs the one of clusterAutoscalerTags in its place. It brings no definitions.
func ClusterAutoscaler() Helm {
	return Helm{
		Key:   "autoscaler",
		Token: "modelway:autoscaler:Autoscaler",
		Title: "Cluster Autoscaler",
		Why:   "resizes the node groups by what their pods ask for",
		Chart: Chart{
			Name:       "cluster-autoscaler",
			Repository: "https://kubernetes.github.io/autoscaler",
			Version:    "9.59.0",
			AppVersion: "v1.35.0",
			Namespace:  SystemNamespace,
			Images:     []ChartImage{{Repository: "registry.k8s.io/autoscaling/cluster-autoscaler", Tags: clusterAutoscalerTags}},
		},
		ServiceAccount: "cluster-autoscaler",
		Policy:         clusterAutoscalerPolicy,
		Places:         Places{ClusterName: "autoDiscovery.clusterName", Region: "awsRegion", ServiceAccount: "rbac.serviceAccount"},
		Values:         clusterAutoscalerValues,
		Workloads:      []Workload{autoscalerPods},
		Setting:        "compute.clusterAutoscaler",
		When:           func(f Facts) bool { return f.Resizable },
		Object:         "Deployment cluster-autoscaler-aws-cluster-autoscaler",
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit": NoStorage,
			"container-image-pull-policy":                   PinnedImage,
			"deployment-has-host-podantiaffinity":           Spread,
			"pod-networkpolicy":                             NoPolicy,
			"pod-probes":                                    "The chart has no readiness probe. Only Prometheus asks its Service, for metrics.",
		},
	}
}

// clusterAutoscalerTags are the tags of the Cluster Autoscaler's image by the cluster's Kubernetes version. It simulates the
// scheduler of its own version, so the minor versions must agree, and within one the latest release is the one to take
// (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/README.md#releases). 1.37 has none of its own and
// takes the newest one.
var clusterAutoscalerTags = Tags{
	"1.33": "v1.33.6",
	"1.34": "v1.34.5",
	"1.35": "v1.35.2",
	"1.36": "v1.36.1",
	"1.37": "v1.36.1",
}

// clusterAutoscalerValues are by the names of
// https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-chart-9.59.0/cluster-autoscaler/charts/cluster-autoscaler/values.yaml.
func clusterAutoscalerValues(f Facts) map[string]any {
	const nonroot = 65532
	return map[string]any{
		"cloudProvider":       "aws",
		"podDisruptionBudget": map[string]any{"maxUnavailable": 1},
		"priorityClassName":   "system-cluster-critical",
		"extraArgs":           scalingArgs(f),
		// The API server is found by its address and AWS by the VPC's own resolver. With the cluster's DNS, a cluster whose
		// CoreDNS waits for a node would wait for ever.
		"dnsPolicy":                 "Default",
		"topologySpreadConstraints": autoscalerPods.spread(),
		// The pods fit the restricted pod security standard, as the user "nonroot" of the image
		// (https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-1.36.1/cluster-autoscaler/Dockerfile).
		"securityContext":          podsecurity.Pod(nonroot, nonroot),
		"containerSecurityContext": podsecurity.Container(),
	}
}

// scalingArgs are arguments of the Cluster Autoscaler, in the types that the chart writes as they are
// (https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-1.36.1/cluster-autoscaler/FAQ.md#what-are-the-parameters-to-ca).
// Nodes whose pods belong to kube-system are left to its defaults: pods with a disruption budget are moved, others keep their
// node for the first hour.
func scalingArgs(f Facts) map[string]any {
	args := map[string]any{
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
	if f.NoInternet {
		// Instance types and their prices are looked up where no VPC endpoint leads
		// (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md).
		args["aws-use-static-instance-list"] = true
	}
	return args
}

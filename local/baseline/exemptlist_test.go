package baseline

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/addons"
)

// Exceptions are all findings that are known and stay, by check and object. docs/security.md shows them.
func Exceptions() []Exception {
	const (
		model    = "Deployment models/*"
		plugin   = "DaemonSet kube-system/nvidia-device-plugin"
		schedule = "CronJob models/models-*"
		training = "CronJob models/*-train"
		exporter = "DaemonSet kube-system/kube-prometheus-stack-prometheus-node-exporter"
	)
	all := []Exception{
		{"container-ephemeral-storage-request-and-limit", model, "The root file system is read-only. The one writable folder, /tmp, has a size " +
			"limit, which the kubelet enforces."},
		{"container-ephemeral-storage-request-and-limit", schedule, addons.NoStorage},
		{"container-ephemeral-storage-request-and-limit", plugin, "It writes a socket, into a folder of the node."},
		{"container-ephemeral-storage-request-and-limit", training, "It writes to /tmp alone, which has a size limit."},
		{"container-image-pull-policy", model, addons.PinnedImage},
		{"container-image-pull-policy", training, addons.PinnedImage},
		{"networkpolicy-targets-pod", "NetworkPolicy mlflow/trainer", "It is for pods that train, which others make."},
		{"container-image-pull-policy", schedule, addons.PinnedImage},
		{"container-image-pull-policy", plugin, addons.PinnedImage},
		{"container-memory-requests-equal-limits", plugin,
			"It runs on every GPU node and needs little; the limit only keeps a leak off the models."},
		{"container-resources", plugin, "It uses CPU when it starts only, and a limit would make that slow."},
		{"container-resources", schedule, "It uses CPU for a moment only, and a limit would make that long."},
		{"container-security-context-readonlyrootfilesystem", plugin, "NVIDIA's own manifest leaves it writable, and does not say what the " +
			"plugin writes."},
		{"container-security-context-user-group-id", plugin, "The folder of the kubelet's device plugins belongs to root."},
		{"deployment-has-host-podantiaffinity", model, "Topology spread constraints ask for different nodes and zones, and let replicas start " +
			"where there is no room for that."},
		{"horizontalpodautoscaler-replicas", "HorizontalPodAutoscaler models/*", "How many replicas a model has at least is said in its file, " +
			"by `replicas.min`. The samples are to be cheap."},
		{"pod-networkpolicy", plugin, addons.NoPolicy},
		{"pod-probes-identical", model, "The KServe V1 protocol has one status. The liveness probe asks less often and takes more failures " +
			"([times](models.md#zero-downtime)), and begins after the startup probe."},
		{CheckPodSecurity + ": restricted volume types", plugin, "The kubelet finds plugins by a socket in a folder of the node."},
		{CheckPodSecurity + ": runAsNonRoot != true", plugin, "The folder of the kubelet's device plugins belongs to root."},
	}
	for _, check := range []string{"container-seccomp-profile", CheckPodSecurity + ": seccompProfile"} {
		all = append(all, Exception{check, exporter, "The chart sets none. It runs beside the agents that EKS has on every node, none of which has one."})
	}
	for _, check := range []string{"host namespaces", "hostPort"} {
		all = append(all, Exception{CheckPodSecurity + ": " + check, exporter, "It measures the node: its network and its processes."})
	}
	all = append(all, Exception{"container-ephemeral-storage-request-and-limit", exporter, addons.NoStorage},
		Exception{"container-image-pull-policy", exporter, addons.PinnedImage},
		Exception{"pod-networkpolicy", exporter, addons.NoPolicy})
	for _, e := range addons.Exceptions() {
		all = append(all, Exception(e))
	}
	slices.SortStableFunc(all, func(a, b Exception) int { return strings.Compare(a.Check, b.Check) })
	return all
}

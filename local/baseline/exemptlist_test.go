package baseline

// Exceptions are all findings that are known and stay, by check and object. docs/security.md shows them.
func Exceptions() []Exception {
	const (
		model      = "Deployment models/*"
		controller = "Deployment kube-system/aws-load-balancer-controller"
		autoscaler = "Deployment kube-system/cluster-autoscaler-aws-cluster-autoscaler"
		plugin     = "DaemonSet kube-system/nvidia-device-plugin"
		schedule   = "CronJob models/models-*"

		pinned    = "Every image has a version or a digest, and repositories that the platform makes refuse to change one. With `Always` no pod starts while the registry is away."
		noStorage = "The root file system is read-only and there is no writable volume."
		noPolicy  = "It runs in kube-system, where EKS and its add-ons belong. The platform has no policies there."
	)
	return []Exception{
		{"container-ephemeral-storage-request-and-limit", model, "The root file system is read-only. The one writable folder, /tmp, has a size limit, which the kubelet enforces."},
		{"container-ephemeral-storage-request-and-limit", controller, noStorage},
		{"container-ephemeral-storage-request-and-limit", autoscaler, noStorage},
		{"container-ephemeral-storage-request-and-limit", schedule, noStorage},
		{"container-ephemeral-storage-request-and-limit", plugin, "It writes a socket, into a folder of the node."},
		{"container-image-pull-policy", model, pinned},
		{"container-image-pull-policy", controller, pinned},
		{"container-image-pull-policy", autoscaler, pinned},
		{"container-image-pull-policy", schedule, pinned},
		{"container-image-pull-policy", plugin, pinned},
		{"container-memory-requests-equal-limits", plugin, "It runs on every GPU node and needs little; the limit only keeps a leak off the models."},
		{"container-resources", plugin, "It uses CPU when it starts only, and a limit would make that slow."},
		{"container-resources", schedule, "It uses CPU for a moment only, and a limit would make that long."},
		{"container-security-context-readonlyrootfilesystem", plugin, "NVIDIA's own manifest leaves it writable, and does not say what the plugin writes."},
		{"container-security-context-user-group-id", controller, "The image sets its user, and `runAsNonRoot` makes sure that it is not root."},
		{"container-security-context-user-group-id", plugin, "The folder of the kubelet's device plugins belongs to root."},
		{"deployment-has-host-podantiaffinity", model, "Topology spread constraints ask for different nodes and zones, and let replicas start where there is no room for that."},
		{"deployment-has-host-podantiaffinity", autoscaler, "A topology spread constraint asks for different zones."},
		{"horizontalpodautoscaler-replicas", "HorizontalPodAutoscaler models/*", "How many replicas a model has at least is said in its file, by `replicas.min`. The samples are to be cheap."},
		{"pod-networkpolicy", controller, noPolicy},
		{"pod-networkpolicy", autoscaler, noPolicy},
		{"pod-networkpolicy", plugin, noPolicy},
		{"pod-probes", autoscaler, "The chart has no readiness probe. Only Prometheus asks its Service, for metrics."},
		{"pod-probes-identical", model, "The KServe V1 protocol has one status. The liveness probe asks less often and takes more failures ([times](models.md#zero-downtime)), and begins after the startup probe."},
		{CheckPodSecurity + ": restricted volume types", plugin, "The kubelet finds plugins by a socket in a folder of the node."},
		{CheckPodSecurity + ": runAsNonRoot != true", plugin, "The folder of the kubelet's device plugins belongs to root."},
	}
}

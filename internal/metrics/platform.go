package metrics

// Series of the programs around models. Sources of names: https://github.com/kubernetes/kube-state-metrics/tree/v2.20.0/docs/metrics,
// https://cert-manager.io/docs/devops-tips/prometheus-metrics/, https://book.kubebuilder.io/reference/metrics-reference,
// https://github.com/kubernetes-sigs/aws-load-balancer-controller/tree/main/pkg/aws/metrics, cAdvisor's
// https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md.
const (
	// Up is 1 where a scrape succeeds, and Alerts is 1 for each alert that is pending or firing. Both are Prometheus's own.
	Up     = "up"
	Alerts = "ALERTS"

	// Series of kube-state-metrics.
	PodsAvailable       = "kube_deployment_status_replicas_available"
	PodsWanted          = "kube_deployment_spec_replicas"
	DeploymentCondition = "kube_deployment_status_condition"
	SetReady            = "kube_statefulset_status_replicas_ready"
	PodPhase            = "kube_pod_status_phase"
	ContainerWaiting    = "kube_pod_container_status_waiting_reason"
	ContainerRestarts   = "kube_pod_container_status_restarts_total"
	ContainerRequests   = "kube_pod_container_resource_requests"
	NodeAllocatable     = "kube_node_status_allocatable"

	// ContainerMemory is what a kubelet says of a container's memory that cannot be taken back.
	ContainerMemory = "container_memory_working_set_bytes"

	// CertificateEnd is when a certificate of cert-manager ends, as a Unix time.
	CertificateEnd = "certmanager_certificate_expiration_timestamp_seconds"

	// Series of controllers that are built on controller-runtime: those of KServe, load balancers and cert-manager's CA injector.
	ReconcileErrors = "controller_runtime_reconcile_errors_total"
	ReconcileTime   = "controller_runtime_reconcile_time_seconds"
	QueueDepth      = "workqueue_depth"

	// Application is 1 for each application of Argo CD, with its state in labels, and ApplicationSyncs counts how its syncs end
	// (https://argo-cd.readthedocs.io/en/release-3.5/operator-manual/metrics/#application-controller-metrics).
	Application      = "argocd_app_info"
	ApplicationSyncs = "argocd_app_sync_total"

	// AwsCalls counts what the load balancer controller asks of AWS, by service, operation and error_code, "" for those that succeed.
	AwsCalls = "aws_api_calls_total"
)

// Series of YACE, which reads them from CloudWatch: requests and failures of a target group in a minute, and the days until a certificate
// of ACM ends. Its form of a name:
// https://github.com/prometheus-community/yet-another-cloudwatch-exporter/blob/v0.67.0/pkg/promutil/migrate.go.
const (
	TargetGroupRequests = "aws_applicationelb_request_count_sum"
	TargetGroupErrors   = "aws_applicationelb_httpcode_target_5_xx_count_sum"
	CertificateDays     = "aws_certificatemanager_days_to_expiry_minimum"
)

// ResourceTag is the tag by which the load balancer controller tells its target groups apart, and LabelResource the label in which YACE
// exports it.
const (
	ResourceTag   = "ingress.k8s.aws/resource"
	LabelResource = "tag_ingress_k8s_aws_resource"
)

// Labels in which YACE exports dimensions of CloudWatch.
const (
	LabelTargetGroup = "dimension_TargetGroup"
	LabelCertificate = "dimension_CertificateArn"
)

// CloudWatchPeriod is the period of the sums that YACE asks CloudWatch for, and how often it asks, in seconds (docs/adr/0030).
const CloudWatchPeriod = 60

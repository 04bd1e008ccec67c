package monitoring

const (
	// Setting is the key of the setting that installs the monitoring.
	Setting = "monitoring.enabled"
	// Namespace is where everything of it runs. Models admit Prometheus from there.
	Namespace = "monitoring"
	// Release is the name of the Helm release, and Selected the label with this value on the objects that Prometheus obeys.
	Release  = "kube-prometheus-stack"
	Selected = "release"

	// QueryAddress is where pods of the cluster ask Prometheus.
	QueryAddress = "http://" + Release + "-prometheus." + Namespace + ".svc:9090"

	// PrometheusAccount, AlertmanagerAccount and GrafanaAccount are the service accounts of those that may call AWS.
	PrometheusAccount   = "prometheus"
	AlertmanagerAccount = "alertmanager"
	GrafanaAccount      = "grafana"

	// Version of the operator's API in which objects say what is scraped, by their kind.
	ScrapeVersion = "monitoring.coreos.com/v1alpha1"
	ScrapeKind    = "ScrapeConfig"
	// RuleVersion and RuleKind are those of rules and alerts.
	RuleVersion = "monitoring.coreos.com/v1"
	RuleKind    = "PrometheusRule"

	// ClusterScrapes is the name of the scrape class of targets that ask for a token of the cluster: the API server and what asks it who is
	// calling. A ScrapeConfig itself cannot name the file with the token.
	ClusterScrapes = "cluster"

	// StorageClass is the class of the volumes of Prometheus.
	StorageClass = "modelway-gp3"

	// HistorySource is the type of Grafana's source for what Amazon Managed Service for Prometheus keeps.
	HistorySource = "grafana-amazonprometheus-datasource"

	// Source is the identifier of Grafana's source that the chart sets up for Prometheus, and SourceType what it is.
	Source     = "prometheus"
	SourceType = "prometheus"

	// DashboardLabel with DashboardValue is the label of ConfigMaps whose keys Grafana's sidecar takes for files with dashboards
	// (https://github.com/prometheus-community/helm-charts/blob/kube-prometheus-stack-88.5.3/charts/kube-prometheus-stack/values.yaml).
	DashboardLabel = "grafana_dashboard"
	DashboardValue = "1"

	// SummaryAnnotation of an alert is a sentence with the model and the numbers, RunbookAnnotation the address of what to do, and
	// DashboardAnnotation that of its dashboard.
	SummaryAnnotation   = "summary"
	RunbookAnnotation   = "runbook_url"
	DashboardAnnotation = "dashboard_url"

	// Watchdog is the name of the alert that always fires, so that its absence tells that nobody would be told.
	Watchdog = "Watchdog"
)

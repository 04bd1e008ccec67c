package addons

import (
	"fmt"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/naming"
)

const (
	// PrometheusDefinitionsKey and PrometheusKey are the keys of the two charts of the monitoring.
	PrometheusDefinitionsKey = "monitoringcrd"
	PrometheusKey            = "monitoring"

	prometheusCharts  = "https://prometheus-community.github.io/helm-charts"
	operatorVersion   = "v0.93.1"
	operatorImages    = "quay.io/prometheus-operator/"
	prometheusVersion = "v3.14.0-distroless"
	workspaceTag      = "aws:ResourceTag/" + naming.ClusterTag
)

// The pods of the monitoring, each with the sum of what its containers ask for. The memory of the first is that of the default settings.
var (
	prometheusPods = Workload{
		Name: "Prometheus", Namespace: monitoring.Namespace, Labels: charted("prometheus", monitoring.Release+"-prometheus"),
		Replicas: 1, CPU: "500m", Memory: "2816Mi", ReplicasAt: "prometheus.prometheusSpec.replicas",
		ContainerAt: "prometheus.prometheusSpec.resources", OthersCPU: reloaderCPU, OthersMemory: reloaderMemory,
	}
	alertmanagerPods = Workload{
		Name: "Alertmanager", Namespace: monitoring.Namespace, Labels: charted("alertmanager", monitoring.Release+"-alertmanager"),
		Replicas: 1, CPU: "250m", Memory: "256Mi", ReplicasAt: "alertmanager.alertmanagerSpec.replicas",
	}
	prometheusOperator = Workload{
		Name: "Prometheus operator", Namespace: monitoring.Namespace,
		Labels:   charted(monitoring.Release+"-prometheus-operator", monitoring.Release),
		Replicas: 1, CPU: "250m", Memory: "256Mi", ResourcesAt: "prometheusOperator.resources",
	}
	kubeStateMetrics = Workload{
		Name: "kube-state-metrics", Namespace: monitoring.Namespace, Labels: charted("kube-state-metrics", monitoring.Release),
		Replicas: 1, CPU: "250m", Memory: "256Mi", ResourcesAt: "kube-state-metrics.resources",
	}
	grafana = Workload{
		Name: "Grafana", Namespace: monitoring.Namespace, Labels: charted("grafana", monitoring.Release),
		Replicas: 1, CPU: "250m", Memory: "768Mi",
	}
)

// PrometheusDefinitions are the definitions of the operator's objects, in a chart of their own, so that Helm upgrades them and removes them
// last.
func PrometheusDefinitions() Helm {
	return Helm{
		Key:   PrometheusDefinitionsKey,
		Title: "Prometheus definitions",
		Why:   "define what Prometheus scrapes and which alerts it raises",
		Chart: Chart{
			Name: "prometheus-operator-crds", Repository: prometheusCharts, Version: "31.0.1", AppVersion: operatorVersion,
			Namespace: monitoring.Namespace,
		},
		Setting: monitoring.Setting,
	}
}

// Prometheus is Prometheus with its operator, Alertmanager, Grafana and what tells of the state of the cluster. The operator's webhook is
// off: it would need cert-manager or Jobs that write its certificate, and refuses nothing that the operator itself would take.
func Prometheus() Helm {
	return Helm{
		Key:   PrometheusKey,
		Title: "Prometheus",
		Why:   "measures models and platform, alerts, and shows dashboards",
		Chart: Chart{
			Name: monitoring.Release, Repository: prometheusCharts, Version: "88.5.3", AppVersion: operatorVersion,
			Namespace: monitoring.Namespace,
			Images: []ChartImage{
				{Repository: operatorImages + "prometheus-operator", At: "prometheusOperator.image", Apart: true},
				{Repository: operatorImages + "prometheus-config-reloader", At: "prometheusOperator.prometheusConfigReloader.image", Apart: true},
				{Repository: "quay.io/prometheus/prometheus", Tag: prometheusVersion, At: "prometheus.prometheusSpec.image", Apart: true},
				{Repository: "quay.io/prometheus/alertmanager", Tag: "v0.34.0", At: "alertmanager.alertmanagerSpec.image", Apart: true},
				{Repository: "registry.k8s.io/kube-state-metrics/kube-state-metrics", Tag: "v2.20.0", At: "kube-state-metrics.image", Apart: true},
				{Repository: "quay.io/prometheus/node-exporter", Tag: "v1.12.1-distroless", At: "prometheus-node-exporter.image", Apart: true},
				{Repository: "docker.io/grafana/grafana", Tag: "13.2.0", At: "grafana.image", Apart: true},
				{Repository: "quay.io/kiwigrid/k8s-sidecar", Tag: "2.10.1", At: "grafana.sidecar.image", Apart: true},
				{Repository: "quay.io/thanos/thanos", Tag: "v0.42.4", At: "prometheusOperator.thanosImage", Apart: true, Idle: true},
			},
		},
		Accounts: []Account{
			{Key: "prometheus", Name: monitoring.PrometheusAccount, At: "prometheus.serviceAccount", Policy: prometheusPolicy},
			{Key: "alertmanager", Name: monitoring.AlertmanagerAccount, At: "alertmanager.serviceAccount", Policy: alertmanagerPolicy},
			{Key: "grafana", Name: monitoring.GrafanaAccount, At: "grafana.serviceAccount", Policy: grafanaPolicy},
		},
		Pages: []Page{
			{Host: monitoring.GrafanaAccount, Service: monitoring.Release + "-grafana", Port: 80, Health: "/api/health"},
			{Host: monitoring.PrometheusAccount, Service: monitoring.Release + "-prometheus", Port: 9090, Health: "/-/healthy", Pods: 2},
			{Host: monitoring.AlertmanagerAccount, Service: monitoring.Release + "-alertmanager", Port: 9093, Health: "/-/healthy", Pods: 2},
		},
		Endpoints: func(f Facts) []string { return f.Monitoring.Endpoints() },
		Values:    prometheusValues,
		Workloads: []Workload{prometheusPods, alertmanagerPods, prometheusOperator, kubeStateMetrics, grafana},
		Suit:      suitPrometheus,
		Setting:   monitoring.Setting,
		After:     []string{PrometheusDefinitionsKey},
		Object:    "* " + monitoring.Release + "*",
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit": "What Prometheus may fill has a size limit, and Grafana keeps nothing.",
			"container-image-pull-policy":                   PinnedImage,
			"container-security-context-user-group-id":      ImageUser,
			"container-security-context-readonlyrootfilesystem": "Grafana and its sidecars write beside the folders that the chart mounts. " +
				"They keep nothing there, as no volume outlives the pod.",
			"pod-probes":           "The sidecars of Grafana answer nobody.",
			"pod-probes-identical": "The operator answers nobody but Prometheus, for metrics.",
			"service-targets-pod":  "The operator makes the pods of Prometheus and Alertmanager.",
			"deployment-replicas": "The operator, kube-state-metrics and Grafana answer no model, and catch up with what happened while they " +
				"were away. Prometheus and Alertmanager have as many pods as the setting says.",
			"pod-networkpolicy": "Prometheus scrapes pods of every namespace, and Alertmanager and Grafana call addresses that no policy can name.",
		},
	}
}

// suitPrometheus has as many pods of Prometheus and of Alertmanager as the setting says, and as much memory of each Prometheus.
func suitPrometheus(f Facts, row *Helm) {
	row.Workloads = append([]Workload(nil), row.Workloads...)
	if n := f.Monitoring.Replicas; n > 0 {
		row.Workloads[0].Replicas, row.Workloads[1].Replicas = n, n
	}
	row.Workloads[0].Memory = fmt.Sprintf("%dMi", f.Monitoring.PodMiB())
}

// prometheusPolicy lets Prometheus write to the workspace of the cluster, which its tag tells from others.
func prometheusPolicy(f Facts) iamdoc.Document { return onWorkspace(f, "RemoteWrite") }

// grafanaPolicy lets Grafana read it
// (https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-onboard-query-standalone-grafana.html).
func grafanaPolicy(f Facts) iamdoc.Document {
	return onWorkspace(f, "GetLabels", "GetMetricMetadata", "GetSeries", "QueryMetrics")
}

func onWorkspace(f Facts, actions ...string) iamdoc.Document {
	if !f.Monitoring.Managed() {
		return iamdoc.Document{}
	}
	return iamdoc.Document{Statements: []iamdoc.Statement{iamdoc.Grant(iamdoc.Actions("aps", actions...),
		iamdoc.Values{"arn:" + f.Partition + ":aps:" + f.Region + ":" + f.Account + ":workspace/*"},
		iamdoc.Conditions{"StringEquals": {workspaceTag: {f.ClusterName}}})}}
}

// alertmanagerPolicy lets Alertmanager publish to the topics of the receivers.
func alertmanagerPolicy(f Facts) iamdoc.Document {
	topics := f.Monitoring.Topics()
	if len(topics) == 0 {
		return iamdoc.Document{}
	}
	return iamdoc.Document{Statements: []iamdoc.Statement{iamdoc.Grant(iamdoc.Actions("sns", "Publish"), iamdoc.Values(topics), nil)}}
}

package addons

import (
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/podsecurity"
)

const (
	// YaceKey is the key of YACE.
	YaceKey   = "yace"
	yaceChart = "prometheus-yet-another-cloudwatch-exporter"
	yacePort  = 5000
	// nobody is the user of the image, which names it without its number
	// (https://github.com/prometheus-community/yet-another-cloudwatch-exporter/blob/v0.67.0/Dockerfile).
	nobody = 65534
	// ownPage is YACE's own page, which is no answer of IAM.
	ownPage = "http://127.0.0.1:5000"
)

// yacePods keep what CloudWatch last said. A second pod would ask, and pay for, everything once more.
var yacePods = Workload{
	Name: "YACE", Namespace: monitoring.Namespace, Labels: charted(yaceChart, yaceChart),
	Replicas: 1, CPU: "250m", Memory: "256Mi", ReplicasAt: "replicaCount", ResourcesAt: "resources",
	Metrics: Metrics{Port: yacePort},
}

// Yace is YACE, which tells Prometheus what CloudWatch knows (docs/adr/0030). Whether a cluster has it follows from the settings, and what
// it asks for from the models, which come and go.
func Yace() Helm {
	return Helm{
		Key:   YaceKey,
		Title: "YACE",
		Why:   "tells Prometheus what CloudWatch counts: failures of models whose servers do not, and days until certificates end",
		Chart: Chart{
			Name: yaceChart, Repository: prometheusCharts, Version: "0.47.0", AppVersion: "v0.67.0", Namespace: monitoring.Namespace,
			Images: []ChartImage{{Repository: "quay.io/prometheuscommunity/yet-another-cloudwatch-exporter", Apart: true}},
		},
		ServiceAccount: "yace",
		Policy:         yacePolicy,
		Endpoints:      func(Facts) []string { return []string{"monitoring", "tagging"} },
		Values:         yaceValues,
		Places:         Places{ServiceAccount: "serviceAccount"},
		Workloads:      []Workload{yacePods},
		Setting:        monitoring.Setting,
		When:           func(f Facts) bool { return f.On[kserve.Setting] || f.Certificates.Any() },
		After:          []string{PrometheusDefinitionsKey},
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit": NoStorage,
			"container-image-pull-policy":                   PinnedImage,
			"deployment-replicas": "Two would ask CloudWatch for everything twice. While it is away, availability of a model lags that much, " +
				"and no certificate ends.",
			"pod-networkpolicy":    "Prometheus asks it for metrics, and it calls AWS, whose addresses no policy can name.",
			"pod-probes-identical": "It answers as soon as it listens; what it last heard of CloudWatch is no reason to restart it.",
		},
	}
}

// yacePolicy lets YACE find what has tags and read its metrics
// (https://github.com/prometheus-community/yet-another-cloudwatch-exporter/blob/v0.67.0/README.md#authentication).
func yacePolicy(Facts) iamdoc.Document {
	read := iamdoc.GrantAny("CloudWatch and the tagging API know no resources in policies", append(
		iamdoc.Actions("cloudwatch", "GetMetricData", "GetMetricStatistics", "ListMetrics"), iamdoc.Actions("tag", "GetResources")...), nil)
	read.Sid = "ReadMetrics"
	return iamdoc.Document{Statements: []iamdoc.Statement{read}}
}

// yaceValues are by the names of values.yaml in
// https://github.com/prometheus-community/helm-charts/tree/cf408a29/charts/prometheus-yet-another-cloudwatch-exporter.
func yaceValues(f Facts) map[string]any {
	return map[string]any{
		"config":    Questions{f}.YAML(),
		"extraArgs": map[string]any{"scraping-interval": Questions{f}.Seconds()},
		// Before everything else it asks IAM for the account's alias, for a label. Where nothing leads to IAM the call would hang for longer
		// than the minute that it has, and what cannot be reached is tried five times. A wrong answer ends it at once.
		"extraEnv":           []any{map[string]any{"name": "AWS_ENDPOINT_URL_IAM", "value": ownPage}},
		"serviceAccount":     map[string]any{"automountServiceAccountToken": false},
		"testConnection":     false,
		"podSecurityContext": podsecurity.Pod(nobody, nobody),
		"securityContext":    podsecurity.Container(),
	}
}

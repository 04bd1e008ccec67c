package scrape

import (
	"fmt"
	"regexp"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/rule"
	"github.com/modelway/modelway/internal/serving"
)

// What Prometheus knows of a target that is a container's port.
const (
	container = "__meta_kubernetes_pod_container_name"
	portName  = "__meta_kubernetes_pod_container_port_name"
)

// Config is an object that says what Prometheus scrapes: its name, and its spec
// (https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1alpha1.ScrapeConfig).
type Config struct {
	Name string
	Spec map[string]any
}

// Configs lists what is scraped: the models of a namespace, the pods of add-ons that have metrics, and what runs on Fargate, whose kubelets
// only the API server reaches.
func Configs(f addons.Facts, models string) []Config {
	all := []Config{Models(models)}
	for _, pods := range addons.Workloads(f) {
		if pods.Metrics.Port > 0 {
			all = append(all, platform(pods))
		}
	}
	if f.Monitoring.Fargate {
		all = append(all, fargateContainers())
	}
	return all
}

// Models finds the pods of every model, of images and of files, stable and canary, by the platform's labels. Of an image it scrapes the
// port that answers predictions; of files the port of every runtime of KServe, whatever that one declares. Targets of one address and equal
// labels are one.
func Models(namespace string) Config {
	return Config{Name: metrics.Job, Spec: pods(namespace, metrics.Job, []any{
		keep(podLabel(labels.PartOf), labels.Modelway),
		keep(podLabel(labels.Component), labels.Model+"|"+labels.Canary),
		map[string]any{"action": "Keep", "sourceLabels": []any{container, portName},
			"regex": ".*;" + serving.PortName + "|" + kserve.Container + ";.*"},
		running(),
		atPort(kserve.Port, container, kserve.Container),
		replace("__meta_kubernetes_namespace", "(.+)", "namespace", "$1"),
		replace("__meta_kubernetes_pod_name", "(.+)", "pod", "$1"),
		replace(podLabel(labels.Name), "(.+)", metrics.LabelModel, "$1"),
		replace(podLabel(labels.Component), labels.Model, metrics.LabelTrack, metrics.Stable),
		replace(podLabel(labels.Component), labels.Canary, metrics.LabelTrack, metrics.Canary),
	})}
}

// platform finds pods of the platform by their labels, and scrapes the one port, whatever ports they declare.
func platform(w addons.Workload) Config {
	job := rule.Slug(w.Name)
	var rules []any
	for key, value := range w.Selector() {
		rules = append(rules, keep(podLabel(key), regexp.QuoteMeta(value)))
	}
	rules = append(rules,
		running(),
		atPort(w.Metrics.Port, container, ".*"),
		replace("__meta_kubernetes_namespace", "(.+)", "namespace", "$1"),
		replace("__meta_kubernetes_pod_name", "(.+)", "pod", "$1"),
	)
	spec := pods(w.Namespace, job, rules)
	if w.Metrics.Secured {
		spec["scheme"], spec["scrapeClass"] = "HTTPS", monitoring.ClusterScrapes
		// The proxy before the metrics makes a certificate of its own at each start.
		spec["tlsConfig"] = map[string]any{"insecureSkipVerify": true}
	}
	return Config{Name: job, Spec: spec}
}

// fargateContainers scrapes what the kubelets of Fargate's nodes know of their containers. They admit nobody but the API server
// (https://github.com/aws/containers-roadmap/issues/1798). With the job and path of the kubelets of nodes, the same rules and dashboards
// show the pods of both.
func fargateContainers() Config {
	return Config{Name: "fargate-containers", Spec: map[string]any{
		"jobName": "kubelet", "scheme": "HTTPS", "scrapeClass": monitoring.ClusterScrapes, "honorLabels": true,
		"kubernetesSDConfigs": []any{map[string]any{"role": "Node"}},
		"relabelings": []any{
			keep("__meta_kubernetes_node_label_eks_amazonaws_com_compute_type", "fargate"),
			replace("__meta_kubernetes_node_name", "(.+)", "node", "$1"),
			replace("__meta_kubernetes_node_name", "(.+)", "instance", "$1"),
			replace("__meta_kubernetes_node_name", "(.+)", "__metrics_path__", "/api/v1/nodes/$1/proxy/metrics/cadvisor"),
			map[string]any{"action": "Replace", "targetLabel": "__address__", "replacement": "kubernetes.default.svc:443"},
			map[string]any{"action": "Replace", "targetLabel": "metrics_path", "replacement": "/metrics/cadvisor"},
			map[string]any{"action": "Replace", "targetLabel": "job", "replacement": "kubelet"},
		},
		// What belongs to no pod is the node's own, which is nobody's on Fargate.
		"metricRelabelings": []any{
			map[string]any{"action": "Drop", "sourceLabels": []any{"id", "pod"}, "regex": ".+;"},
			map[string]any{"action": "Drop", "sourceLabels": []any{"__name__"},
				"regex": "container_(spec|tasks_state|blkio|memory_failures|file_descriptors|threads).*"},
		},
	}}
}

// pods scrapes pods of one namespace.
func pods(namespace, job string, rules []any) map[string]any {
	return map[string]any{
		"jobName": job, "metricsPath": "/metrics",
		"kubernetesSDConfigs": []any{map[string]any{"role": "Pod", "namespaces": map[string]any{"names": []any{namespace}}}},
		"relabelings":         append(rules, map[string]any{"action": "Replace", "targetLabel": "job", "replacement": job}),
	}
}

// atPort replaces the port of a target's address, where a label has the value. What is before it stays, whoever has written it there.
func atPort(port int, label, value string) map[string]any {
	return map[string]any{"action": "Replace", "sourceLabels": []any{label, "__address__"}, "regex": "(?:" + value + `);([^:]+)(?::\d+)?`,
		"targetLabel": "__address__", "replacement": fmt.Sprintf("$1:%d", port)}
}

// running leaves out pods that have ended, which stay in the list of pods.
func running() map[string]any {
	return map[string]any{"action": "Drop", "sourceLabels": []any{"__meta_kubernetes_pod_phase"}, "regex": "Pending|Succeeded|Failed"}
}

func keep(source, pattern string) map[string]any {
	return map[string]any{"action": "Keep", "sourceLabels": []any{source}, "regex": pattern}
}

func replace(source, pattern, target, replacement string) map[string]any {
	return map[string]any{"action": "Replace", "sourceLabels": []any{source}, "regex": pattern, "targetLabel": target,
		"replacement": replacement}
}

var notInMeta = regexp.MustCompile(`[^a-zA-Z0-9_]`)

// podLabel is where Prometheus has a pod's label
// (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#pod).
func podLabel(key string) string {
	return "__meta_kubernetes_pod_label_" + notInMeta.ReplaceAllString(key, "_")
}

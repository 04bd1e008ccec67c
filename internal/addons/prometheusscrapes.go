package addons

import (
	"fmt"

	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/podsecurity"
)

// scrapedByChart is what the chart itself finds: the API server, CoreDNS, kube-state-metrics, its own parts, and of nodes the kubelets and
// node-exporter. EKS shows no etcd, scheduler and controller manager on ports that a pod could reach
// (https://docs.aws.amazon.com/eks/latest/userguide/prometheus.html), and its kube-proxy serves metrics to its own node alone.
func scrapedByChart(m monitoring.Plan) map[string]any {
	off := map[string]any{"enabled": false}
	return map[string]any{
		"kubeEtcd": off, "kubeScheduler": off, "kubeControllerManager": off, "kubeProxy": off,
		"kubelet":                  kubelets(m),
		"nodeExporter":             map[string]any{"enabled": m.Nodes},
		"prometheus-node-exporter": nodeExporter(),
		"kube-state-metrics": map[string]any{
			// Not secrets and ConfigMaps, which nothing asks for.
			"collectors":            collectors(),
			"metricLabelsAllowlist": []any{"pods=[app.kubernetes.io/name,app.kubernetes.io/component,app.kubernetes.io/part-of]"},
		},
	}
}

// kubelets are those of nodes. Those of Fargate's nodes, whose names begin with fargate-, admit nobody but the API server.
func kubelets(m monitoring.Plan) map[string]any {
	relabelings := func() []any {
		return []any{
			map[string]any{"action": "drop", "sourceLabels": []any{"node"}, "regex": "fargate-.+"},
			map[string]any{"action": "replace", "sourceLabels": []any{"__metrics_path__"}, "targetLabel": "metrics_path"},
		}
	}
	interval := fmt.Sprintf("%ds", m.ScrapeSeconds)
	return map[string]any{"enabled": m.Nodes, "serviceMonitor": map[string]any{
		"cAdvisorInterval": interval, "resource": false,
		"relabelings": relabelings(), "cAdvisorRelabelings": relabelings(), "probesRelabelings": relabelings(),
	}}
}

// nodeExporter runs in kube-system, beside the agents that EKS has on every node: it reads the node's own files, which the restricted pod
// security standard of namespace monitoring refuses.
func nodeExporter() map[string]any {
	return map[string]any{"namespaceOverride": SystemNamespace, "resources": fixed("50m", "64Mi"),
		"containerSecurityContext": podsecurity.Container()}
}

func collectors() []any {
	var all []any
	for _, kind := range []string{
		"certificatesigningrequests", "cronjobs", "daemonsets", "deployments", "horizontalpodautoscalers", "ingresses", "jobs", "leases",
		"namespaces", "networkpolicies", "nodes", "persistentvolumeclaims", "persistentvolumes", "poddisruptionbudgets", "pods", "replicasets",
		"resourcequotas", "services", "statefulsets", "storageclasses",
	} {
		all = append(all, kind)
	}
	return all
}

// stockRules are the chart's own rules, without those whose series nothing here has.
func stockRules(m monitoring.Plan) map[string]any {
	rules := map[string]any{}
	for _, absent := range []string{
		"etcd", "kubeControllerManager", "kubeProxy", "kubeSchedulerAlerting", "kubeSchedulerRecording", "windows",
	} {
		rules[absent] = false
	}
	if !m.OnDisk() { // its windows are of 30 days
		rules["kubeApiserverAvailability"] = false
	}
	if !m.Nodes {
		// Each node of Fargate is as large as its one pod, so that no other one ever fits.
		for _, ofNodes := range []string{
			"kubernetesResources", "kubelet", "kubePrometheusNodeRecording", "kubernetesStorage", "network", "node", "nodeExporterAlerting",
			"nodeExporterRecording",
		} {
			rules[ofNodes] = false
		}
	}
	return rules
}

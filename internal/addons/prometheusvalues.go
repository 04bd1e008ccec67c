package addons

import (
	"fmt"
	"maps"

	"github.com/modelway/modelway/internal/monitoring"
)

// What the smaller containers of the monitoring's pods ask for.
const (
	reloaderCPU, reloaderMemory, reloaderMiB = "50m", "64Mi", 64
	sidecarCPU, sidecarMemory                = "50m", "128Mi"
	// shutdown is how long a Prometheus may take to end, in seconds. It sends what it has not sent for a minute at most
	// (--storage.remote.flush-deadline), and ends the writing of a block, with as long again for that. What a longer one leaves is in the log
	// on its disk, and read when it starts. The operator's own 600 would hold up drains of nodes, and the end of the namespace.
	shutdown = 120
	// alertmanagerDisk holds silences and what has been told.
	alertmanagerDisk = "1Gi"
	// podDisk is what a Prometheus without a volume may fill of its node's or Fargate's own disk, which has 20 GiB there
	// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html), and podSeries how much of it series may.
	podDisk, podSeries = "12Gi", "8GB"
	// historyPlugin reads Amazon Managed Service for Prometheus, at a version of Grafana's catalog.
	historyPlugin = monitoring.HistorySource + "@3.3.5"
	// tokenFolder has the token and the authority of a pod's service account.
	tokenFolder = "/var/run/secrets/kubernetes.io/serviceaccount/"
)

// prometheusValues are by the names of
// https://github.com/prometheus-community/helm-charts/blob/kube-prometheus-stack-88.5.3/charts/kube-prometheus-stack/values.yaml.
func prometheusValues(f Facts) map[string]any {
	values := map[string]any{
		// The definitions are those of the chart before this one.
		"crds": map[string]any{"enabled": false},
		// The alert that always fires is the platform's own, so that it stops when the platform's rules are not evaluated.
		"defaultRules": map[string]any{"create": true, "rules": stockRules(f.Monitoring), "disabled": map[string]any{monitoring.Watchdog: true}},
		"prometheusOperator": map[string]any{
			"admissionWebhooks": map[string]any{"enabled": false},
			"tls":               map[string]any{"enabled": false},
			"kubeletService":    map[string]any{"enabled": f.Monitoring.Nodes},
			"prometheusConfigReloader": map[string]any{
				"resources": fixed(reloaderCPU, reloaderMemory),
			},
		},
		"prometheus":   prometheusServer(f),
		"alertmanager": alertmanagerServer(f.Monitoring),
		"grafana":      grafanaServer(f),
	}
	maps.Copy(values, scrapedByChart(f.Monitoring))
	return values
}

// prometheusServer is Prometheus itself.
func prometheusServer(f Facts) map[string]any {
	m := f.Monitoring
	interval := fmt.Sprintf("%ds", m.ScrapeSeconds)
	own := ownNamespace()
	spec := map[string]any{
		"scrapeInterval": interval, "evaluationInterval": interval,
		// Amazon Managed Service for Prometheus takes one of the pods whose series have these two labels
		// (https://docs.aws.amazon.com/prometheus/latest/userguide/Send-high-availability-prom-operator.html).
		"externalLabels": map[string]any{"cluster": f.ClusterName}, "replicaExternalLabelName": "__replica__",
		"resources":                 fixed("450m", fmt.Sprintf("%dMi", m.PodMiB()-reloaderMiB)),
		"topologySpreadConstraints": prometheusPods.spread(),
		"scrapeClasses": []any{map[string]any{
			"name":          monitoring.ClusterScrapes,
			"authorization": map[string]any{"credentialsFile": tokenFolder + "token"},
			"tlsConfig":     map[string]any{"caFile": tokenFolder + "ca.crt"},
		}},
		"persistentVolumeClaimRetentionPolicy": claimsKept(m),
		"terminationGracePeriodSeconds":        shutdown,
		// Besides the label of the release, which the chart asks for: objects elsewhere have no effect. In kube-system is node-exporter.
		"ruleNamespaceSelector": own, "scrapeConfigNamespaceSelector": own, "podMonitorNamespaceSelector": own, "probeNamespaceSelector": own,
		"serviceMonitorNamespaceSelector": map[string]any{"matchExpressions": []any{map[string]any{
			"key": "kubernetes.io/metadata.name", "operator": "In", "values": []any{monitoring.Namespace, SystemNamespace},
		}}},
	}
	maps.Copy(spec, kept(m))
	server := map[string]any{"prometheusSpec": spec, "podDisruptionBudget": disruptions(m)}
	if m.Fargate {
		server["additionalRulesForClusterRole"] = []any{map[string]any{
			"apiGroups": []any{""}, "resources": []any{"nodes/proxy"}, "verbs": []any{"get"},
		}}
	}
	return server
}

// ownNamespace selects namespace monitoring.
func ownNamespace() map[string]any {
	return map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": monitoring.Namespace}}
}

// kept is how long series stay, and on what. Series are deleted by size before the disk is full
// (https://prometheus.io/docs/prometheus/latest/storage/#right-sizing-retention-size).
func kept(m monitoring.Plan) map[string]any {
	if !m.OnDisk() {
		return map[string]any{
			"retention": fmt.Sprintf("%dd", monitoring.ShortDays), "retentionSize": podSeries,
			"storageSpec": map[string]any{"emptyDir": map[string]any{"sizeLimit": podDisk}},
		}
	}
	return map[string]any{
		"retention": fmt.Sprintf("%dd", m.RetentionDays), "retentionSize": fmt.Sprintf("%dMB", int(float64(m.SizeGiB<<10)*monitoring.Filled)),
		"storageSpec": claim(fmt.Sprintf("%dGi", m.SizeGiB)),
	}
}

// claim is a volume for each pod.
func claim(size string) map[string]any {
	return map[string]any{"volumeClaimTemplate": map[string]any{"spec": map[string]any{
		"storageClassName": monitoring.StorageClass, "accessModes": []any{"ReadWriteOnce"},
		"resources": map[string]any{"requests": map[string]any{"storage": size}},
	}}}
}

// claimsKept says what becomes of volumes without a pod
// (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention).
func claimsKept(m monitoring.Plan) map[string]any {
	policy := "Delete"
	if m.KeepDisks {
		policy = "Retain"
	}
	return map[string]any{"whenDeleted": policy, "whenScaled": policy}
}

// disruptions let one pod go at a time where there are several. With one, a budget would stop drains.
func disruptions(m monitoring.Plan) map[string]any {
	if m.Replicas > 1 {
		return map[string]any{"enabled": true, "minAvailable": m.Replicas - 1}
	}
	return map[string]any{"enabled": false}
}

// alertmanagerServer is Alertmanager, with the Secrets that its receivers read.
func alertmanagerServer(m monitoring.Plan) map[string]any {
	spec := map[string]any{
		"resources": fixed("200m", "192Mi"), "topologySpreadConstraints": alertmanagerPods.spread(),
		"persistentVolumeClaimRetentionPolicy": claimsKept(m),
		// The configuration is whole: objects of other namespaces cannot send alerts elsewhere.
		"alertmanagerConfigSelector":          map[string]any{"matchLabels": map[string]any{monitoring.Selected: monitoring.Release}},
		"alertmanagerConfigNamespaceSelector": ownNamespace(),
	}
	if names := m.Alerts.SecretNames(); len(names) > 0 {
		secrets := make([]any, len(names))
		for i, name := range names {
			secrets[i] = name
		}
		spec["secrets"] = secrets
	}
	if m.OnDisk() {
		spec["storage"] = claim(alertmanagerDisk)
	}
	return map[string]any{"config": monitoring.AlertmanagerConfig(m.Alerts), "alertmanagerSpec": spec, "podDisruptionBudget": disruptions(m)}
}

// grafanaServer is Grafana. Dashboards and sources come from ConfigMaps, so that it keeps nothing, and a new pod is as good as the old one.
// Its sidecars read ConfigMaps of the own namespace, and no Secrets of others.
func grafanaServer(f Facts) map[string]any {
	sources := map[string]any{"resource": "configmap", "searchNamespace": monitoring.Namespace}
	return map[string]any{
		"resources":     fixed("150m", "512Mi"),
		"persistence":   map[string]any{"enabled": false},
		"initChownData": map[string]any{"enabled": false},
		"testFramework": map[string]any{"enabled": false},
		"rbac":          map[string]any{"namespaced": true},
		"sidecar": map[string]any{
			"resources": fixed(sidecarCPU, sidecarMemory), "dashboards": sources, "datasources": maps.Clone(sources),
		},
		"grafana.ini": map[string]any{
			"analytics": map[string]any{"reporting_enabled": false, "check_for_updates": false, "check_for_plugin_updates": false},
			"news":      map[string]any{"news_feed_enabled": false},
			"plugins":   grafanaPlugins(f),
			"auth":      map[string]any{"sigv4_auth_enabled": f.Monitoring.Managed()},
		},
	}
}

// grafanaPlugins are what Grafana downloads when it starts: nothing, or what reads Amazon Managed Service for Prometheus, where a way leads
// to the internet. Grafana starts without waiting for it.
func grafanaPlugins(f Facts) map[string]any {
	if f.ReadsHistory() {
		return map[string]any{"preinstall": historyPlugin}
	}
	return map[string]any{"preinstall_disabled": true}
}

// ReadsHistory reports whether Grafana reads what Amazon Managed Service for Prometheus keeps. Its own source of Prometheus no longer signs
// requests (https://grafana.com/docs/grafana/latest/datasources/prometheus/configure/aws-authentication/), and the plugin that does is
// downloaded.
func (f Facts) ReadsHistory() bool { return f.Monitoring.Managed() && !f.NoInternet }

package addons

import "github.com/modelway/modelway/internal/monitoring"

// unsent are series that only tell of the parts of the cluster itself. They are looked at when something is wrong, and AWS would be paid
// for each of their samples.
const unsent = "(apiserver|etcd|workqueue|rest_client|go|process|promhttp|prometheus|alertmanager|grafana|net_conntrack|" +
	"controller_runtime|authentication|authorization|kubelet|storage_operation|aggregator|watch_cache)_.*"

// RemoteWrite are the values that have Prometheus write to a workspace of Amazon Managed Service for Prometheus, and Grafana read it, by
// the address of its API and that of remote write, which may be values that are not known yet.
func RemoteWrite(f Facts, endpoint, write any) map[string]any {
	signed := map[string]any{"region": f.Region}
	values := map[string]any{"prometheus": map[string]any{"prometheusSpec": map[string]any{"remoteWrite": []any{map[string]any{
		"url": write, "sigv4": signed,
		// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-onboard-ingest-metrics-new-Prometheus.html
		"queueConfig":         map[string]any{"maxSamplesPerSend": 1000, "maxShards": 20, "capacity": 2500},
		"writeRelabelConfigs": []any{map[string]any{"action": "drop", "sourceLabels": []any{"__name__"}, "regex": unsent}},
	}}}}}
	if f.ReadsHistory() {
		values["grafana"] = map[string]any{"additionalDataSources": []any{map[string]any{
			"name": "History", "uid": "history", "type": monitoring.HistorySource, "access": "proxy", "url": endpoint, "editable": false,
			"jsonData": map[string]any{"httpMethod": "POST", "sigV4Auth": true, "sigV4AuthType": "default", "sigV4Region": f.Region},
		}}}
	}
	return values
}

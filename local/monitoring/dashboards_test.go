package monitoring_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/local/monitoring"
	"github.com/modelway/modelway/local/testcluster"
)

// TestEveryPanelIsAsked keeps the list of panels without real series to panels that exist.
func TestEveryPanelIsAsked(t *testing.T) {
	for place := range monitoring.Elsewhere {
		require.Contains(t, monitoring.Panels("churn"), place)
	}
}

// TestPanelsAreValid has promtool read every query.
func TestPanelsAreValid(t *testing.T) {
	testcluster.Build(t, "promtool")
	group := promrule.Group{Name: "panels"}
	for place, query := range monitoring.Panels("churn") {
		group.Rules = append(group.Rules, promrule.Rule{Record: "panel", Labels: map[string]string{"place": place}, Expr: query})
	}
	require.Greater(t, len(group.Rules), 30)
	text, err := promrule.YAML([]promrule.Group{group})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "panels.yaml")
	require.NoError(t, os.WriteFile(file, text, 0o644))
	output, err := exec.Command(promtool, "check", "rules", file).CombinedOutput()
	require.NoError(t, err, string(output))
}

// TestEveryPanelShowsRealRequests asks the real Prometheus every query while both versions of a model get requests, but for those whose
// series are elsewhere.
func TestEveryPanelShowsRealRequests(t *testing.T) {
	testcluster.Build(t, "prometheus", "modelserver")
	var pods []pod
	for version, track := range map[string]string{"1": metrics.Stable, "2": metrics.Canary} {
		server := serve(t, "--port=0", "--bind-address=127.0.0.1", "--model-name=churn", "--model-version="+version)
		load(t, server)
		pods = append(pods, pod{server, "churn", track})
	}
	prometheus := scraped(t, pods...)
	for place, query := range monitoring.Panels("churn") {
		if monitoring.Elsewhere[place] != "" {
			continue
		}
		assert.EventuallyWithT(t, func(c *assert.CollectT) {
			assert.NotEmpty(c, ask(t, prometheus, query), query)
		}, time.Minute, time.Second, "no series of %s", place)
	}
}

// around are series in the form of those whose sources are not here: kube-state-metrics, kubelets and controllers.
func around() []series {
	const pod = `namespace="models",pod="churn-5d4f8b7c9-x2x4z"`
	always := func(series string) series { return asSeries(series, "1x400") }
	const bin = `{job="models",namespace="models",pod="churn-5d4f8b7c9-x2x4z",model="churn",track="stable",version="1",bin="0",`
	return slices.Concat(available("2", "1", "1", "1"), counts("stable", "1", 900, 1, 400), counts("canary", "2", 90, 1, 400), []series{
		always(metrics.InputTraining + bin + `feature="a"}`), asSeries(metrics.InputValues+bin+`feature="a"}`, "0+60x400"),
		always(metrics.PredictionTraining + bin + `output="b"}`), asSeries(metrics.PredictionValues+bin+`output="b"}`, "0+60x400"),
		always(`kube_deployment_spec_replicas{namespace="models",deployment="churn"}`),
		always(`kube_pod_status_phase{namespace="models",pod="churn-1",phase="Pending"}`),
		asSeries(`kube_pod_container_status_restarts_total{`+pod+`,container="model"}`, "0+1x400"),
		always(`kube_pod_container_resource_requests{` + pod + `,container="model",resource="nvidia_com_gpu",unit="integer"}`),
		always(`kube_node_status_allocatable{node="a",resource="nvidia_com_gpu",unit="integer"}`),
		always(`container_memory_working_set_bytes{` + pod + `,container="model"}`),
		always(`certmanager_certificate_expiration_timestamp_seconds{namespace="kserve",name="serving-cert"}`),
		asSeries(`controller_runtime_reconcile_errors_total{job="kserve-controller",controller="inferenceservice"}`, "0+1x400"),
		asSeries(`controller_runtime_reconcile_time_seconds_bucket{job="kserve-controller",controller="inferenceservice",le="1"}`, "0+1x400"),
		asSeries(`controller_runtime_reconcile_time_seconds_bucket{job="kserve-controller",controller="inferenceservice",le="+Inf"}`, "0+1x400"),
		always(`workqueue_depth{job="kserve-controller",name="inferenceservice"}`),
		asSeries(`aws_api_calls_total{service="Elastic Load Balancing v2",operation="CreateRule",error_code="TooManyRules"}`, "0+1x400"),
	})
}

func asSeries(name, values string) series { return series{name, values} }

// TestPanelsOfTheClusterShowItsSeries asks the queries whose series are elsewhere of series in their form, with promtool.
func TestPanelsOfTheClusterShowItsSeries(t *testing.T) {
	testcluster.Build(t, "promtool")
	folder := t.TempDir()
	text, err := promrule.YAML(groups(t, room))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "rules.yaml"), text, 0o644))
	var asked []any
	for place := range monitoring.Elsewhere {
		asked = append(asked, map[string]any{"eval_time": "6h", "expr": fmt.Sprintf("count(%s) > bool 0", monitoring.Panels("churn")[place]),
			"exp_samples": []any{map[string]any{"labels": "{}", "value": 1}}})
	}
	file := filepath.Join(folder, "test.yaml")
	write(t, file, map[string]any{"rule_files": []string{"rules.yaml"}, "evaluation_interval": "30s", "tests": []any{
		map[string]any{"interval": "1m", "input_series": around(), "promql_expr_test": asked}}})
	output, err := exec.Command(promtool, "test", "rules", file).CombinedOutput()
	require.NoError(t, err, string(output))
}

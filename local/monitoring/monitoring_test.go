package monitoring_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	neturl "net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/traffic"

	"github.com/modelway/modelway/local/kubelet"
)

// model is a model as the platform makes one of an image, as far as its scraping goes, under restricted pod security.
const model = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: churn, namespace: models}, spec: {
  replicas: 1, selector: {matchLabels: {app.kubernetes.io/name: churn}}, template: {
    metadata: {labels: {app.kubernetes.io/name: churn, app.kubernetes.io/part-of: modelway, app.kubernetes.io/component: model}},
    spec: {securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}, containers: [{
      name: model, image: "ghcr.io/modelway/model-server:0.1.0", ports: [{name: http, containerPort: 8080}],
      env: [{name: MODEL_NAME, value: churn}, {name: MODEL_VERSION, value: "0.1.0"}],
      readinessProbe: {httpGet: {path: /v1/models/churn, port: http}},
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}}}`

const rules = `{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, metadata: {name: models, namespace: monitoring, labels: {
  release: kube-prometheus-stack}}, spec: {groups: [{name: models, interval: 1s, rules: [
    {record: "model:requests:total", expr: "sum by (model) (` + metrics.Requests + `)"},
    {alert: ModelAnswers, expr: "sum by (model) (` + metrics.Requests + `) > 0", labels: {severity: info}}]}]}}`

// onNodes are the facts of a cluster with node groups, whose Prometheus keeps series on a disk.
func onNodes() addons.Facts {
	return measured(monitoring.Plan{Spec: monitoring.Default(), Store: monitoring.StoreDisk, Nodes: true})
}

// onFargate are those of a cluster on Fargate, whose Prometheus keeps few, and whose kubelets the API server asks.
func onFargate() addons.Facts {
	return measured(monitoring.Plan{Spec: monitoring.Default(), Store: monitoring.StoreManaged, Fargate: true})
}

// measured are the facts of a cluster that is scraped every second.
func measured(plan monitoring.Plan) addons.Facts {
	plan.Enabled, plan.ScrapeSeconds = true, 1
	return addons.Facts{
		Partition: "aws", Region: "us-east-1", Account: "111122223333", ClusterName: "modelway-local", KubernetesVersion: "1.35",
		On: map[string]bool{monitoring.Setting: true}, Monitoring: plan,
	}
}

// TestPrometheusMeasuresAModel has the operator run Prometheus in a pod of this machine, which finds a model by the labels of its pods, and
// has its series and what rules make of them after one real request.
func TestPrometheusMeasuresAModel(t *testing.T) {
	s := start(t, filepath.Join("..", "charts", "prometheus-operator-crds", "templates", "*.yaml"), onNodes())
	s.apply(t, model)
	operator := s.ready(t, namespace, "app="+chart+"-operator")
	require.Empty(t, idle(operator), "the operator runs")
	prometheus := s.ready(t, namespace, "app.kubernetes.io/name=prometheus")
	require.Empty(t, idle(prometheus), "Prometheus and the config reloader run")
	t.Run("as the operator wrote it", func(t *testing.T) { s.written(t, prometheus) })
	t.Run("charts of others stand in", s.standsIn)

	churn := s.ready(t, "models", "app.kubernetes.io/name=churn")
	predict(t, churn)
	api := addressOf(prometheus, 9090, "")
	awaited(t, api, `up{job="`+metrics.Job+`",model="churn"} == 1`, 1)
	awaited(t, api, metrics.Requests+`{model="churn",code="200"} >= 1`, 1)
	awaited(t, api, metrics.Duration+`_count{model="churn"} >= 1`, 1)
	awaited(t, api, `kube_deployment_status_replicas_available{deployment="churn"} == 1`, 1)
	t.Run("a rule is loaded when it comes", func(t *testing.T) {
		s.apply(t, rules)
		awaited(t, api, `model:requests:total{model="churn"} >= 1`, 1)
		awaited(t, api, `ALERTS{alertname="ModelAnswers",model="churn"}`, 1)
	})
	t.Run("an alert reaches Alertmanager", func(t *testing.T) {
		alertmanager := s.ready(t, namespace, "app.kubernetes.io/name=alertmanager")
		require.Empty(t, idle(alertmanager), "Alertmanager runs")
		require.True(t, eventually(func() bool {
			return strings.Contains(get(t, addressOf(alertmanager, 9093, "/api/v2/alerts")), `"alertname":"ModelAnswers"`)
		}), "Prometheus tells Alertmanager of what fires")
		require.Contains(t, get(t, addressOf(alertmanager, 9093, "/api/v2/status")), "receiver: nobody", "its configuration is the platform's")
	})
	t.Run("modelway status asks what Prometheus has", func(t *testing.T) {
		models, err := traffic.Ask(t.Context(), api)
		require.NoError(t, err)
		require.Len(t, models, 1)
		require.Equal(t, "churn", models[0].Name)
		require.Contains(t, models[0].Values, traffic.Requests)
		require.Contains(t, models[0].Values, traffic.Failed)
	})
	t.Run("a new pod is found", func(t *testing.T) { s.findsNewPods(t, api) })
	t.Run("resident memory", func(t *testing.T) { s.measure(t) })
}

// TestFullDefinitions wants the objects of the chart to be what the operator's own definitions take, field by field, on Fargate too.
func TestFullDefinitions(t *testing.T) {
	if testing.Short() {
		t.Skip("the operator's own definitions take 200 MB of the API server")
	}
	s := start(t, filepath.Join(operatorModule(t), "example", "prometheus-operator-crd-full", "*.yaml"), onFargate())
	s.apply(t, rules)
	s.ready(t, namespace, "app.kubernetes.io/name=prometheus")
	s.measure(t)
}

// written wants the pod to run in all that the operator gave it.
func (s *stand) written(t *testing.T, pod corev1.Pod) {
	require.Equal(t, "init-config-reloader", pod.Spec.InitContainers[0].Name)
	var names []string
	for _, container := range pod.Status.ContainerStatuses {
		names = append(names, container.Name)
		require.NotNil(t, container.State.Running, container.Name)
		require.Zero(t, container.RestartCount, container.Name)
	}
	require.ElementsMatch(t, []string{"prometheus", "config-reloader"}, names)
	require.Equal(t, monitoring.PrometheusAccount, pod.Spec.ServiceAccountName)
	require.True(t, eventually(func() bool {
		return strings.Contains(get(t, addressOf(pod, 8080, "/metrics")), "reloader_last_reload_successful 1")
	}), "the reloader reaches Prometheus")
	flags := get(t, addressOf(pod, 9090, "/api/v1/status/flags"))
	require.Contains(t, flags, `"storage.tsdb.retention.time":"31d"`)
	require.Contains(t, flags, `"config.file":"/etc/prometheus/config_out/prometheus.env.yaml"`)
}

// standsIn wants pods whose programs are not here to be ready and to say so.
func (s *stand) standsIn(t *testing.T) {
	require.Contains(t, idle(s.ready(t, namespace, "app.kubernetes.io/name=grafana")), "Grafana is no Go module")
}

// findsNewPods wants Prometheus to find a pod that comes later, and to lose the one that went.
func (s *stand) findsNewPods(t *testing.T, api string) {
	s.apply(t, strings.ReplaceAll(model, "churn", "fraud"))
	fraud := s.ready(t, "models", "app.kubernetes.io/name=fraud")
	awaited(t, api, fmt.Sprintf(`up{job="models",model="fraud",instance="%s:8080"} == 1`, kubelet.Loopback(fraud.Status.PodIP)), 1)
	require.NoError(t, s.AppsV1().Deployments("models").Delete(t.Context(), "fraud", metav1.DeleteOptions{}))
	awaited(t, api, `up{job="models",model="fraud"}`, 0)
}

// measure logs what the programs take.
func (s *stand) measure(t testing.TB) {
	for _, name := range []string{"kube-apiserver", "prometheus", "prometheus-operator", "prometheus-config-reloader", "kube-state-metrics",
		"alertmanager"} {
		for _, resident := range residentOf(name) {
			t.Logf("%s: %d MB", name, resident>>20)
		}
	}
}

func predict(t testing.TB, pod corev1.Pod) {
	t.Helper()
	response, err := http.Post(addressOf(pod, 8080, "/v1/models/churn:predict"), "application/json", strings.NewReader(`{"instances": [1, 2, 3]}`))
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func get(t testing.TB, address string) string {
	t.Helper()
	response, err := http.Get(address)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(text)
}

// awaited waits until a query has so many series.
func awaited(t testing.TB, api, query string, series int) {
	t.Helper()
	last := ""
	if !eventually(func() bool {
		response, err := http.Get(api + "/api/v1/query?query=" + neturl.QueryEscape(query))
		if err != nil {
			last = err.Error()
			return false
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		last = string(text)
		var answer struct{ Data struct{ Result []any } }
		return json.Unmarshal(text, &answer) == nil && response.StatusCode == http.StatusOK && len(answer.Data.Result) == series
	}) {
		t.Fatalf("query %s: %d series are awaited; the last answer is %s\ntargets: %.6000s", query, series, last, get(t, api+"/api/v1/targets"))
	}
}

func eventually(done func() bool) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(200 * time.Millisecond):
		}
	}
	return true
}

// residentOf is the resident memory of each process of a program that this test started, in bytes; Linux tells.
func residentOf(name string) (all []int64) {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		text, _ := os.ReadFile(file)
		if command, _, _ := strings.Cut(string(text), "\x00"); filepath.Base(command) != name || !ofThisTest(filepath.Dir(file)) {
			continue
		}
		var total, resident int64
		statm, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "statm"))
		if _, err := fmt.Sscan(string(statm), &total, &resident); err == nil {
			all = append(all, resident*int64(os.Getpagesize()))
		}
	}
	return all
}

// ofThisTest says whether a process, a folder of /proc, descends from this one.
func ofThisTest(process string) bool {
	for process != "/proc/0" && process != "/proc/1" {
		text, err := os.ReadFile(filepath.Join(process, "status"))
		if err != nil {
			return false
		}
		_, after, _ := strings.Cut(string(text), "\nPPid:")
		parent := strings.Fields(after)[0]
		if parent == strconv.Itoa(os.Getpid()) {
			return true
		}
		process = "/proc/" + parent
	}
	return false
}

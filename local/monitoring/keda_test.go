package monitoring_test

import (
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/slo"
	"github.com/modelway/modelway/internal/strict"

	"github.com/modelway/modelway/local/charts"
	"github.com/modelway/modelway/local/helm"
	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/testcluster"
)

const (
	mostReplicas = 3
	// perReplica is how many requests a second a replica takes, and loaded how many there are under load.
	perReplica, loaded = 5, 20
)

// TestKedaScalesAModelUnderLoad has KEDA's own programs scale a model by what Prometheus counts of real requests: up, and back when they end;
// to zero while the schedule pauses it, and back. The rights are those of the chart, the definitions KEDA's own. What is not as on AWS is time:
// rates are those of 20 seconds, and the autoscaler forgets at once.
func TestKedaScalesAModelUnderLoad(t *testing.T) {
	if _, err := os.Stat(filepath.Join(testcluster.Bin(t), "keda-operator")); err != nil {
		t.Skip("KEDA is not built, which takes nine minutes of CPU: `make tools-keda` does it")
	}
	testcluster.Build(t, "keda-operator", "keda-metrics-apiserver")
	s := start(t, filepath.Join("..", "charts", "prometheus-operator-crds", "templates", "*.yaml"), onNodes())
	if s.isolation != kubelet.Mounted {
		t.Skipf("pods have the names of Services only where they have files of their own, and here they are %s", s.isolation)
	}
	s.installKeda(t)
	s.apply(t, model)
	s.applyDemand(t)
	api := addressOf(s.ready(t, namespace, "app.kubernetes.io/name=prometheus"), 9090, "")
	for _, name := range []string{keda.Operator, keda.MetricsServer} {
		require.Empty(t, idle(s.ready(t, keda.Namespace, "app="+name)), name)
	}
	churn := s.ready(t, "models", "app.kubernetes.io/name=churn")
	predict(t, churn)
	version := churnByRequests(t)
	awaited(t, api, slo.Demand(version), 1)

	object := s.scaledObject(t, version)
	stop := s.load(t, addressOf(churn, 8080, "/v1/models/churn:predict"))
	s.replicas(t, mostReplicas, "under load")
	s.byKeda(t)
	stop()
	s.replicas(t, 1, "when the load has ended")

	paused := `{"metadata": {"annotations": {"` + keda.Paused + `": "0"}}}`
	s.patch(t, object, paused)
	s.replicas(t, 0, "while the schedule has stopped it")
	s.patch(t, object, strings.Replace(paused, `"0"`, "null", 1))
	s.replicas(t, 1, "when the schedule has started it")

	require.NoError(t, s.At(t, object).Delete(t.Context(), object.GetName(), metav1.DeleteOptions{}))
	require.True(t, eventually(func() bool {
		_, err := s.At(t, object).Get(t.Context(), object.GetName(), metav1.GetOptions{})
		_, left := s.AutoscalingV2().HorizontalPodAutoscalers("models").Get(t.Context(), "keda-hpa-churn", metav1.GetOptions{})
		return apierrors.IsNotFound(err) && apierrors.IsNotFound(left)
	}), "KEDA takes its finalizer away, and its autoscaler goes")
}

// installKeda installs KEDA with the values of its row, on the definitions of its module, and the API that it serves.
func (s *stand) installKeda(t *testing.T) {
	t.Helper()
	s.namespaces(t, keda.Namespace)
	module := testcluster.Module(t, filepath.Join("..", "tools", "keda"), "github.com/kedacore/keda/v2")
	for _, definition := range testcluster.Objects(t, filepath.Join(module, "config", "crd", "bases", "*.yaml")) {
		require.NoError(t, s.Apply(t, definition), definition.GetName())
	}
	row := addons.Keda()
	folder, err := charts.CopyServed(filepath.Join("..", "charts", row.Chart.Name), t.TempDir(), row.Chart)
	require.NoError(t, err)
	values := maps.Clone(row.ValuesOf(addons.Install{ClusterName: "modelway-local"}))
	values["crds"] = map[string]any{"install": false}
	s.release(t, helm.Release{Chart: folder, Name: row.Chart.Name, Namespace: keda.Namespace, Values: values})
}

// applyDemand has Prometheus record the requests of versions, over 20 seconds.
func (s *stand) applyDemand(t *testing.T) {
	t.Helper()
	rules := slo.Rules()[0].Rules
	at := slices.IndexFunc(rules, func(r promrule.Rule) bool { return r.Record == slo.Requests })
	demand := rules[at]
	demand.Expr = strings.ReplaceAll(demand.Expr, "[5m]", "[20s]")
	require.NotEqual(t, rules[at].Expr, demand.Expr)
	object := parse(t, `{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, metadata: {name: demand, namespace: monitoring, labels: {
	  release: kube-prometheus-stack}}}`)
	object.Object["spec"] = promrule.Spec([]promrule.Group{{Name: "demand", Interval: "1s", Rules: []promrule.Rule{demand}}})
	require.NoError(t, s.Apply(t, object))
}

// churnByRequests is the version of a model that is scaled by requests.
func churnByRequests(t *testing.T) serving.Version {
	t.Helper()
	churn, err := modelspec.Restore("churn", map[string]any{
		"image": "ghcr.io/modelway/model-server:0.1.0", "replicas": map[string]any{"min": 1, "max": mostReplicas},
		"scaling": map[string]any{"metric": modelspec.MetricRequests, "target": perReplica},
	})
	require.NoError(t, err)
	return serving.Versions(churn)[0]
}

// scaledObject creates the platform's object for a version. KEDA's definition knows each of its fields.
func (s *stand) scaledObject(t *testing.T, version serving.Version) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": keda.ApiVersion, "kind": keda.Kind, "metadata": map[string]any{"name": version.Name, "namespace": "models"},
		"spec": strict.ToDocument(serving.ScaledObject(version, slo.Demand(version), monitoring.QueryAddress)),
	}}
	require.NoError(t, unstructured.SetNestedField(object.Object, int64(0),
		"spec", "advanced", "horizontalPodAutoscalerConfig", "behavior", "scaleDown", "stabilizationWindowSeconds"))
	_, err := s.At(t, object).Create(t.Context(), object, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
	require.NoError(t, err)
	return object
}

func (s *stand) patch(t testing.TB, object *unstructured.Unstructured, text string) {
	t.Helper()
	_, err := s.At(t, object).Patch(t.Context(), object.GetName(), types.MergePatchType, []byte(text), metav1.PatchOptions{})
	require.NoError(t, err)
}

// load asks a server for predictions, so many a second, until the test or the returned function ends it.
func (s *stand) load(t testing.TB, address string) (stop func()) {
	ctx, stop := context.WithCancel(t.Context())
	ticks := time.NewTicker(time.Second / loaded)
	go func() {
		defer ticks.Stop()
		for ctx.Err() == nil {
			if answer, err := http.Post(address, "application/json", strings.NewReader(`{"instances": [1, 2, 3]}`)); err == nil {
				_ = answer.Body.Close()
			}
			<-ticks.C
		}
	}()
	return stop
}

// replicas waits until the model has so many, all of them ready.
func (s *stand) replicas(t testing.TB, want int32, when string) {
	t.Helper()
	var last appsv1.Deployment
	if !eventually(func() bool {
		deployment, err := s.AppsV1().Deployments("models").Get(context.Background(), "churn", metav1.GetOptions{})
		if err == nil {
			last = *deployment
		}
		return err == nil && *last.Spec.Replicas == want && last.Status.Replicas == want && last.Status.ReadyReplicas == want
	}) {
		scaler, _ := s.AutoscalingV2().HorizontalPodAutoscalers("models").List(context.Background(), metav1.ListOptions{})
		t.Fatalf("%s, the model has %d replicas, %d of them ready, and %d are wanted: %+v", when, *last.Spec.Replicas, last.Status.ReadyReplicas,
			want, scaler.Items)
	}
}

// byKeda wants the autoscaler to be KEDA's, to follow the metric that it serves, and to stand alone.
func (s *stand) byKeda(t *testing.T) {
	t.Helper()
	scalers, err := s.AutoscalingV2().HorizontalPodAutoscalers("models").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, scalers.Items, 1)
	scaler := scalers.Items[0]
	require.Equal(t, "keda-hpa-churn", scaler.Name)
	require.EqualValues(t, 1, *scaler.Spec.MinReplicas)
	require.EqualValues(t, mostReplicas, scaler.Spec.MaxReplicas)
	require.Equal(t, autoscalingv2.ExternalMetricSourceType, scaler.Spec.Metrics[0].Type)
	require.EqualValues(t, perReplica, scaler.Spec.Metrics[0].External.Target.AverageValue.Value())
	require.Len(t, scaler.Status.CurrentMetrics, 1, "it was answered")
	require.Positive(t, scaler.Status.CurrentMetrics[0].External.Current.AverageValue.MilliValue())
}

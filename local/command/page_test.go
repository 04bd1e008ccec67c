package command

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/modelway/modelway/local/kubelet"
)

// TestPageIsFound wants the Prometheus whose programs run, and of a pod that runs nothing the reason.
func TestPageIsFound(t *testing.T) {
	pod := func(name, app, ip string, ready, runs corev1.ConditionStatus) *corev1.Pod {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "monitoring", Labels: map[string]string{
			"app.kubernetes.io/name": app}}}
		p.Status.PodIP = ip
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}, {Type: kubelet.RunsCondition, Status: runs,
			Message: "not built: run `make tools-monitoring`"}}
		return p
	}
	find := func(pods ...runtime.Object) place {
		return prometheusPage.find(t.Context(), fake.NewClientset(pods...))
	}
	stands := pod("stands", "prometheus", "10.0.0.5", corev1.ConditionTrue, corev1.ConditionFalse)
	starts := pod("starts", "prometheus", "10.0.0.6", corev1.ConditionFalse, corev1.ConditionTrue)
	model := pod("model", "churn", "10.0.0.7", corev1.ConditionTrue, corev1.ConditionTrue)
	require.True(t, find(starts, model).starts)
	require.True(t, find().starts, "the operator makes its pods once it runs")
	require.Equal(t, place{why: "runs nothing: not built: run `make tools-monitoring`"}, find(stands, model))
	waits := pod("waits", "prometheus", "10.0.0.9", corev1.ConditionFalse, corev1.ConditionTrue)
	waits.Status.ContainerStatuses = []corev1.ContainerStatus{{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
		Reason: "ContainerCreating", Message: `secrets "slack" not found`}}}}
	require.Equal(t, place{why: `waits: secrets "slack" not found`}, find(waits))
	real := pod("real", "prometheus", "10.0.0.8", corev1.ConditionTrue, corev1.ConditionTrue)
	require.Equal(t, place{url: "http://127.0.0.8:9090"}, find(starts, model, real))
}

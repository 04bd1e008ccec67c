package command

import (
	"context"
	"encoding/json"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/rollout"

	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/programs"
)

func TestModelsThatDoNotRunHere(t *testing.T) {
	known := kubelet.Table{programs.SampleImage: {}}
	own, foreign := rollout.Version{Image: programs.SampleImage + ":1"}, rollout.Version{Image: "example.com/model:1"}
	require.Empty(t, notRun(rollout.Model{Versions: []rollout.Version{own}}, known))
	require.Empty(t, notRun(rollout.Model{Versions: []rollout.Version{{Digest: "sha256:0a"}}}, known),
		"which runtimes run here the nodes know")
	require.Equal(t, "not answering: no program here stands for image example.com/model",
		notRun(rollout.Model{Versions: []rollout.Version{own, foreign}}, known))
}

// TestModelsWhosePodsRunNothing has a model with files whose format no program here serves, one that runs, and a pod that is ending.
func TestModelsWhosePodsRunNothing(t *testing.T) {
	pod := func(model string, runs corev1.ConditionStatus, gone *metav1.Time) corev1.Pod {
		return corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{labels.Name: model}, DeletionTimestamp: gone},
			Status:     corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: kubelet.RunsCondition, Status: runs, Message: "no Python"}}},
		}
	}
	var asked string
	found, err := idleModels(t.Context(), rollout.Source{Get: func(_ context.Context, path string) ([]byte, error) {
		asked = path
		return json.Marshal(corev1.PodList{Items: []corev1.Pod{pod("churn", corev1.ConditionFalse, nil), pod("fraud", corev1.ConditionTrue, nil),
			pod("recommender", corev1.ConditionFalse, new(metav1.Now()))}})
	}})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"churn": "not answering: no Python"}, found)
	require.Equal(t, "/api/v1/pods?labelSelector="+url.QueryEscape(labels.Models), asked)
}

func TestIdlePodsAreCounted(t *testing.T) {
	pod := func(kind corev1.PodConditionType, status corev1.ConditionStatus, message string) corev1.Pod {
		return corev1.Pod{Status: corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: kind, Status: status, Message: message}}}}
	}
	require.Equal(t, []string{"2 ready, but run nothing: no a", "1 ready, but run nothing: no b"}, idle([]corev1.Pod{
		pod(kubelet.RunsCondition, corev1.ConditionFalse, "no b"), pod(kubelet.RunsCondition, corev1.ConditionFalse, "no a"),
		pod(corev1.PodReady, corev1.ConditionFalse, "not ready"), pod(kubelet.RunsCondition, corev1.ConditionFalse, "no a"),
	}))
	require.Empty(t, idle(nil))
}

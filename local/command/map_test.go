package command

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8s "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/modelway/modelway/internal/envmap"
	"github.com/modelway/modelway/internal/labels"
)

// modelPod is a pod of a model.
func modelPod(name, model, component string, ready corev1.ConditionStatus) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: name, Labels: map[string]string{labels.Name: model, labels.Component: component}},
		Status:     corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}}},
	}
}

func TestTheMapTellsHowModelsAre(t *testing.T) {
	client := fake.NewClientset(modelPod("a-1", "a", labels.Model, corev1.ConditionTrue), modelPod("a-2", "a", labels.Canary, corev1.ConditionTrue),
		modelPod("b-1", "b", labels.Model, corev1.ConditionTrue), modelPod("c-1", "c", labels.Model, corev1.ConditionFalse),
		modelPod("t-1", "a", labels.Training, corev1.ConditionFalse))
	prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"status": "success", "data": {"result": [{"metric": {"model": "a"}, "value": [1, "2.5"]}]}}`)
	}))
	t.Cleanup(prometheus.Close)
	file := filepath.Join(t.TempDir(), "map.json")
	p := mapPage{
		file: file, client: func() (k8s.Interface, error) { return client, nil },
		prometheus: func(context.Context, k8s.Interface) (string, string) { return prometheus.URL, "" },
	}
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	none := ask("/")
	require.Equal(t, http.StatusNotFound, none.Code)
	require.Contains(t, none.Body.String(), "modelway up")

	text, err := json.Marshal(envmap.Map{Stack: "local", Models: []envmap.Model{{Name: "a", Least: 1}, {Name: "b", Least: 2}, {Name: "c", Least: 1},
		{Name: "d", Least: 1}}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	live := func() (l envmap.Live) {
		answer := ask("/map.json")
		require.Equal(t, http.StatusOK, answer.Code)
		require.Equal(t, "application/json", answer.Header().Get("Content-Type"))
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &struct{ Live *envmap.Live }{&l}))
		return l
	}
	now := live()
	require.True(t, now.Measured)
	for name, want := range map[string]envmap.LiveModel{
		"b": {Health: envmap.Partly, Ready: 1, Wanted: 2}, "c": {Health: envmap.Down, Wanted: 1}, "d": {Health: envmap.Down, Wanted: 1},
	} {
		require.Equal(t, want, now.Models[name], name)
	}
	require.Equal(t, envmap.Healthy, now.Models["a"].Health)
	require.Equal(t, 2, now.Models["a"].Ready, "a canary's pods count, a training's do not")
	require.InDelta(t, 2.5, *now.Models["a"].Requests, 0)

	page := ask("/")
	require.Equal(t, http.StatusOK, page.Code)
	require.True(t, strings.HasPrefix(page.Header().Get("Content-Type"), "text/html"))
	require.Contains(t, page.Body.String(), `<meta name="modelway-live" content="map.json">`)
	require.Contains(t, page.Body.String(), "<title>local: map of the environment</title>")

	prometheus.Close()
	require.False(t, live().Measured)
	require.NotEmpty(t, live().Note)
	require.NoError(t, os.WriteFile(file, []byte("{"), 0o600))
	require.Equal(t, http.StatusInternalServerError, ask("/").Code)
}

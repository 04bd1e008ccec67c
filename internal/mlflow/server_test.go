package mlflow_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/mlflow"
)

// server is a real MLflow server, and what writes to it.
type server struct {
	t      *testing.T
	client *mlflow.Client
}

// startServer runs MLflow as the local stack does. The test is skipped where its environment was not made.
func startServer(t *testing.T) server {
	python, err := filepath.Abs("../../.modelway/training/fraud-detection/bin/python")
	require.NoError(t, err)
	if _, err := os.Stat(python); err != nil {
		t.Skip("the real MLflow server needs Python 3.10 to 3.13 with packages: run `bash local/python.sh fraud-detection`")
	}
	script, err := os.ReadFile("../../local/tracking/server.py")
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	folder := t.TempDir()
	command := exec.Command(python, "-c", string(script), "--host", "127.0.0.1", "--port", port, "--workers", "1", "--backend-store-uri",
		"sqlite:///"+filepath.Join(folder, "mlflow.db"), "--no-serve-artifacts", "--default-artifact-root", filepath.Join(folder, "artifacts"))
	command.Env = append(os.Environ(), "MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false", "MLFLOW_DISABLE_TELEMETRY=true")
	var log bytes.Buffer
	command.Stdout, command.Stderr, command.Dir = &log, &log, folder
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	client, err := mlflow.New("http://127.0.0.1:" + port)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		response, err := http.Get(client.URL + "/health")
		if err == nil {
			_ = response.Body.Close()
		}
		return err == nil && response.StatusCode == http.StatusOK
	}, 5*time.Minute, 200*time.Millisecond, "MLflow answers")
	return server{t, client}
}

// post writes to the server, and returns its answer.
func (s server) post(path string, body map[string]any) (answer map[string]any) {
	s.t.Helper()
	return s.send(http.MethodPost, path, body)
}

func (s server) send(method, path string, body map[string]any) (answer map[string]any) {
	s.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(s.t, err)
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.client.URL+"/api/2.0/mlflow/"+path, bytes.NewReader(text))
	require.NoError(s.t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	defer response.Body.Close()
	text, err = io.ReadAll(response.Body)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, response.StatusCode, "%s: %s", path, text)
	require.NoError(s.t, json.Unmarshal(text, &answer))
	return answer
}

func TestRealServer(t *testing.T) {
	s := startServer(t)
	c, ctx := s.client, t.Context()
	_, err := c.Version(ctx, mlflow.Reference{Name: "churn", Alias: "champion"})
	require.ErrorIs(t, err, mlflow.ErrNotFound)
	require.ErrorContains(t, err, `has no model "churn"; fix: train one with `+"`make train MODEL=churn`")

	run := s.post("runs/create", map[string]any{"experiment_id": "0", "tags": []any{map[string]any{"key": "modelway.dev/commit", "value": "abc"}}})
	id := run["run"].(map[string]any)["info"].(map[string]any)["run_id"].(string)
	s.post("runs/log-metric", map[string]any{"run_id": id, "key": "auc", "value": 0.91, "timestamp": 1})
	s.post("runs/log-parameter", map[string]any{"run_id": id, "key": "depth", "value": "3"})
	logged := s.post("logged-models", map[string]any{"experiment_id": "0", "name": "model", "source_run_id": id})
	info := logged["model"].(map[string]any)["info"].(map[string]any)
	s.post("registered-models/create", map[string]any{"name": "churn"})
	_, err = c.Version(ctx, mlflow.Reference{Name: "churn", Alias: "champion"})
	require.ErrorIs(t, err, mlflow.ErrNotFound)
	require.ErrorContains(t, err, `no version of churn has the alias "champion"; there are: none`)
	for source, number := range map[string]string{fmt.Sprint("models:/", info["model_id"]): "1"} {
		s.post("model-versions/create", map[string]any{"name": "churn", "source": source, "run_id": id, "model_id": info["model_id"],
			"tags": []any{map[string]any{"key": "a", "value": "b"}}})
		s.post("registered-models/alias", map[string]any{"name": "churn", "alias": "champion", "version": number})
	}

	v, err := c.Version(ctx, mlflow.Reference{Name: "churn", Alias: "champion"})
	require.NoError(t, err)
	require.Equal(t, mlflow.Version{Name: "churn", Number: "1", Run: id, Source: fmt.Sprint("models:/", info["model_id"]),
		Status: mlflow.StatusReady, Aliases: []string{"champion"}, Tags: map[string]string{"a": "b"}}, v)
	same, err := c.Version(ctx, mlflow.Reference{Name: "churn", Version: "1"})
	require.NoError(t, err)
	require.Equal(t, v, same)
	at, err := c.Location(ctx, v)
	require.NoError(t, err)
	require.Equal(t, info["artifact_uri"], at)
	trained, err := c.Run(ctx, v.Run)
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"auc": 0.91}, trained.Metrics)
	require.Equal(t, map[string]string{"depth": "3"}, trained.Params)
	require.Equal(t, "abc", trained.Tags["modelway.dev/commit"])

	require.NoError(t, c.SetVersionTag(ctx, v, "modelway.dev/promoted-to/models/churn", "s3://models/churn/1/"))
	require.NoError(t, c.SetVersionTag(ctx, v, "a", "c"), "a tag is replaced")
	v, err = c.Version(ctx, mlflow.Reference{Name: "churn", Version: "1"})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": "c", "modelway.dev/promoted-to/models/churn": "s3://models/churn/1/"}, v.Tags)

	_, err = c.Version(ctx, mlflow.Reference{Name: "churn", Alias: "challenger"})
	require.ErrorContains(t, err, `no version of churn has the alias "challenger"; there are: champion; fix: set it in MLflow`)
	_, err = c.Version(ctx, mlflow.Reference{Name: "churn", Version: "7"})
	require.ErrorIs(t, err, mlflow.ErrNotFound)
	require.ErrorContains(t, err, "asking for churn/7")
	testDeleted(s, v)
	_, err = c.Run(ctx, "0123456789abcdef0123456789abcdef")
	require.ErrorIs(t, err, mlflow.ErrNotFound)
	require.ErrorContains(t, err, "asking for the run 0123456789abcdef0123456789abcdef")
}

// testDeleted deletes the run of a version, then the version, and wants each to be told.
func testDeleted(s server, v mlflow.Version) {
	t, c := s.t, s.client
	trained, err := c.Run(t.Context(), v.Run)
	require.NoError(t, err)
	require.False(t, trained.Deleted)
	s.post("runs/delete", map[string]any{"run_id": v.Run})
	trained, err = c.Run(t.Context(), v.Run)
	require.NoError(t, err, "MLflow goes on telling of a run that is deleted")
	require.True(t, trained.Deleted)

	s.send(http.MethodDelete, "model-versions/delete", map[string]any{"name": "churn", "version": "1"})
	_, err = c.Version(t.Context(), mlflow.Reference{Name: "churn", Version: "1"})
	require.ErrorIs(t, err, mlflow.ErrNotFound)
	require.ErrorContains(t, err, "fix: name another version, as in churn/1: this one was deleted, or never made")
	_, err = c.Version(t.Context(), mlflow.Reference{Name: "churn", Alias: "champion"})
	require.ErrorContains(t, err, `no version of churn has the alias "champion"; there are: none`, "aliases go with their version")
	require.ErrorIs(t, c.SetVersionTag(t.Context(), v, "a", "b"), mlflow.ErrNotFound)
}

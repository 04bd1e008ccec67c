package command

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/tracking"
)

// trainable is a checkout of its own that is also a commit, whose MLflow server is gone at the end of the test.
func trainable(t *testing.T) checkout.Checkout {
	t.Helper()
	c := newCheckout(t)
	for what, python := range map[string]string{"make train MODEL=fraud-detection": filepath.Join(c.Training("fraud-detection"), "bin", "python"),
		"make python": filepath.Join(c.Python(), "bin", "python")} {
		if _, err := os.Stat(python); err != nil {
			t.Skipf("training and its gates need Python 3.10 to 3.13 with packages: run `%s`: %v", what, err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("MLflow's log:\n%s", lastLines(tracking.LogFile(c), 40))
		}
		require.NoError(t, tracking.Stop(c))
	})
	require.NoError(t, os.WriteFile(filepath.Join(c.Root, ".gitignore"), []byte("/.modelway\n__pycache__/\n"), 0o644))
	// The gate latency waits long for a machine that has other work.
	file := filepath.Join(c.Root, "models", "fraud-detection.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(text, "slo: {latency: 20s}\n"...), 0o644))
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "All"}} {
		out, err := exec.Command("git", append([]string{"-C", c.Root}, args...)...).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	return c
}

// head is the commit of a checkout.
func head(t *testing.T, c checkout.Checkout) string {
	t.Helper()
	out, err := exec.Command("git", "-C", c.Root, "rev-parse", "HEAD").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// withStore gives a checkout an S3 with two buckets, for artifacts and for models, as if its local stack were up, and returns its address.
func withStore(t *testing.T, c checkout.Checkout) string {
	t.Helper()
	backend := s3mem.New()
	require.NoError(t, errors.Join(backend.CreateBucket("mlflow"), backend.CreateBucket("acme-models")))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	text, err := json.Marshal(localstore.Connection{Endpoint: server.URL, Region: "us-east-1", AccessKeyID: "id", SecretAccessKey: "secret"})
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(localstore.File(c.Root)), 0o755))
	require.NoError(t, os.WriteFile(localstore.File(c.Root), text, 0o600))
	return server.URL
}

// modelway runs a command of the command line program in a checkout, with its S3.
func modelway(c checkout.Checkout, name string) func(args ...string) (string, error) {
	return func(args ...string) (string, error) {
		command := exec.Command(filepath.Join(c.Bin(), "modelway"), append([]string{name, "--local"}, args...)...)
		command.Dir = c.Root
		out, err := command.CombinedOutput()
		return string(out), err
	}
}

func fraudDetection(t *testing.T, c checkout.Checkout) modelspec.Model {
	t.Helper()
	file := filepath.Join(c.Root, "models", "fraud-detection.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	m, err := modelspec.Parse(file, text)
	require.NoError(t, err)
	return m
}

// TestTrainAndPromote trains twice against the real MLflow server, and brings the first version into the model's file through all gates.
// What breaks in between is refused with its reason.
func TestTrainAndPromote(t *testing.T) {
	c := trainable(t)
	store, promote := withStore(t, c), modelway(c, "promote")
	train := func(t *testing.T, seed int) string {
		var said strings.Builder
		require.NoError(t, training{
			model: "fraud-detection", rows: 20000, seed: seed, artifacts: "s3://mlflow/runs/",
		}.run(t.Context(), &said, c), "%s", &said)
		return said.String()
	}
	said := train(t, 15)
	require.Contains(t, said, "version      fraud-detection/1, champion\n")
	require.Regexp(t, `metric +auc 0\.[89]`, said)
	require.Contains(t, said, ".modelway/bin/modelway promote fraud-detection@champion")
	server, runs := tracking.Running(c)
	require.True(t, runs)
	client, err := mlflow.New(server.URL)
	require.NoError(t, err)

	before := fraudDetection(t, c)
	out, err := promote("fraud-detection@champion", "--bucket", "acme-models")
	require.NoError(t, err, out)
	for _, gate := range []string{"version", "commit", "digest", "format", "answers", "signature", "serving", "golden", "latency"} {
		require.Regexp(t, `(?m)^`+gate+` +passes `, out)
	}
	require.Contains(t, out, "Nothing was changed: --apply does it")
	require.Equal(t, before, fraudDetection(t, c))
	out, err = promote("fraud-detection@champion", "--bucket", "acme-models", "--apply", "--for", "2s")
	require.NoError(t, err, out)
	m := fraudDetection(t, c)
	require.Equal(t, []string{"1", head(t, c), server.URL}, []string{m.Source.Version, m.Source.Commit, m.Source.Registry})
	version, err := client.Version(t.Context(), mlflow.Reference{Name: "fraud-detection", Version: "1"})
	require.NoError(t, err)
	require.Equal(t, m.Source.Run, version.Run)
	require.Equal(t, m.Files.Digest, version.Tags["modelway.dev/artifact-digest"])
	require.Equal(t, m.Files.URI, version.Tags["modelway.dev/promoted-to/acme-models/fraud-detection"])
	out, err = modelway(c, "trace")("fraud-detection")
	require.NoError(t, err, out)
	require.Equal(t, 6, strings.Count(out, " holds"), "from the file: %s", out)

	require.Contains(t, train(t, 16), "version      fraud-detection/2, ")
	t.Run("files that may not be served", func(t *testing.T) {
		refuseFiles(t, client, store, promote)
	})
	t.Run("more requests than one replica can take", func(t *testing.T) {
		edit(t, c, "models/fraud-detection.yaml", "slo: {latency: 20s}", "slo: {latency: 5ms}")
		defer edit(t, c, "models/fraud-detection.yaml", "slo: {latency: 5ms}", "slo: {latency: 20s}")
		out, err := promote("fraud-detection/1", "--bucket", "acme-models", "--rate", "2000", "--for", "2s")
		require.Error(t, err, out)
		require.Regexp(t, `gate latency: of \d+ requests at 2000 a second \d+ were answered, .*; allowed: all, within 5ms; fix: make the model faster`, out)
	})
	t.Run("a version that is deleted between its plan and --apply", func(t *testing.T) {
		before := fraudDetection(t, c)
		out, err := promote("fraud-detection/2", "--for", "2s")
		require.NoError(t, err, out)
		_, err = call(t.Context(), http.MethodDelete, server.URL+"/api/2.0/mlflow/model-versions/delete",
			`{"name": "fraud-detection", "version": "2"}`)
		require.NoError(t, err)
		out, err = promote("fraud-detection/2", "--apply")
		require.Error(t, err, out)
		require.Contains(t, out, "asking for fraud-detection/2: not found: ")
		require.Contains(t, out, "fix: name another version, as in fraud-detection/1: this one was deleted, or never made")
		require.Equal(t, before, fraudDetection(t, c))
	})
	t.Run("MLflow is killed, started again, and away", func(t *testing.T) {
		out, err := exec.Command("pgrep", "-P", strconv.Itoa(server.Pid)).Output()
		require.NoError(t, err)
		require.NoError(t, exec.Command("kill", "-KILL", strings.TrimSpace(string(out))).Run())
		require.Eventually(t, func() bool {
			_, err := client.Version(t.Context(), mlflow.Reference{Name: "fraud-detection", Version: "1"})
			return err == nil
		}, 5*time.Minute, time.Second, "the server answers again")
		require.NoError(t, tracking.Stop(c))
		_, runs := tracking.Running(c)
		require.False(t, runs)
		require.Eventually(t, func() bool { return errors.Is(syscall.Kill(server.Pid, 0), syscall.ESRCH) }, time.Minute, 10*time.Millisecond,
			"whoever adopted the process has to take its exit code")
		said, err := promote("fraud-detection/1", "--registry", server.URL)
		require.Error(t, err)
		require.Contains(t, said, "no MLflow server answers at "+server.URL)
	})
}

// change is what somebody did to a file of a version: the text that takes the place of another one, or the whole text of the file where old
// is "".
type change struct{ file, old, text string }

// refuseFiles changes files of version 2 in the S3 of MLflow, which version 1 is deployed beside, and wants each change refused.
func refuseFiles(t *testing.T, client *mlflow.Client, store string, promote func(args ...string) (string, error)) {
	version, err := client.Version(t.Context(), mlflow.Reference{Name: "fraud-detection", Version: "2"})
	require.NoError(t, err)
	at, err := client.Location(t.Context(), version)
	require.NoError(t, err)
	object := store + "/" + strings.TrimPrefix(at, "s3://") + "/"
	const amount = `"type": "double", "name": "amount_usd"`
	for want, changes := range map[string][]change{
		"gate serving: the model needs what this image does not have:\n  catboost==1.2.8, which is not installed": {
			{"requirements.txt", "", "catboost==1.2.8\n"}},
		"gate serving: the model needs what this image does not have:\n  Python 3.6.1, with which it was saved; here is ": {
			{"MLmodel", "python_version: 3.", "python_version: 3.6.1 # 3."}, {"python_model.pkl", "", "pickle"}},
		"gate golden: predictions[0] is ": {
			{"extra_files/golden.json", "", `{"instances": [[1000, 45, 0.67]], "predictions": [0.5]}`}},
		"ValueError: extra_files/statistics.json: ":          {{"extra_files/statistics.json", `"shares"`, `"parts"`}},
		"gate format: MLmodel has no flavor python_function": {{"MLmodel", "", "flavors: {spark: {}}\n"}},
		"gate answers: the model answers labels: its output is of type int64; allowed: double, float; fix: log a classifier": {
			{"MLmodel", `"dtype": "float64"`, `"dtype": "int64"`}},
		"gate signature: the version takes the input amount_usd as long, and what is deployed as double": {
			{"MLmodel", amount, strings.Replace(amount, "double", "long", 1)}},
		"gate signature: the version needs the input country, which what is deployed does not have": {
			{"MLmodel", "inputs: '[", `inputs: '[{"type": "string", "name": "country", "required": true}, `}},
	} {
		var restore []func()
		for _, c := range changes {
			restore = append(restore, c.do(t, object))
		}
		out, err := promote("fraud-detection/2")
		for _, undo := range restore {
			undo()
		}
		require.Error(t, err, "%s\n%s", want, out)
		require.Contains(t, out, want)
		require.Contains(t, out, "fix: ")
	}
	require.NoError(t, client.SetVersionTag(t.Context(), version, lineage.Digest, "sha256:"+strings.Repeat("0d", 32)))
	out, err := promote("fraud-detection/2")
	require.Error(t, err, out)
	require.Regexp(t, `gate digest: the digest of the files is sha256:[0-9a-f]{64}, and was sha256:(0d){32} when version 2 was promoted`, out)
	_, err = call(t.Context(), http.MethodDelete, client.URL+"/api/2.0/mlflow/model-versions/delete-tag",
		`{"name": "fraud-detection", "version": "2", "key": "`+lineage.Digest+`"}`)
	require.NoError(t, err)
}

// do makes the change below an address, and returns what takes it back.
func (c change) do(t *testing.T, object string) (restore func()) {
	kept, err := call(t.Context(), http.MethodGet, object+c.file, "")
	text := c.text
	if c.old != "" {
		require.NoError(t, err)
		require.Contains(t, kept, c.old)
		text = strings.Replace(kept, c.old, c.text, 1)
	}
	_, failed := call(t.Context(), http.MethodPut, object+c.file, text)
	require.NoError(t, failed)
	if err == nil {
		return func() {
			_, err := call(t.Context(), http.MethodPut, object+c.file, kept)
			require.NoError(t, err)
		}
	}
	return func() { // there was none
		request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, object+c.file, nil)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusNoContent, response.StatusCode)
	}
}

func TestTrainRefuses(t *testing.T) {
	c := newCheckout(t)
	var usage usageError
	err := training{model: "none"}.run(t.Context(), os.Stderr, c)
	require.ErrorContains(t, err, `model "none" has no pipeline; allowed: fraud-detection; fix: name one of them, or add the folder pipelines/none`)
	require.True(t, errors.As(err, &usage))
	err = training{model: "fraud-detection", artifacts: "s3://bucket"}.run(t.Context(), os.Stderr, c)
	require.ErrorContains(t, err, `artifacts: "s3://bucket" does not end in a slash`)
	require.NoError(t, os.RemoveAll(c.State("training")))
	err = training{model: "fraud-detection"}.run(t.Context(), os.Stderr, c)
	require.ErrorContains(t, err, "the Python packages of pipelines/fraud-detection are not installed: run `make train MODEL=fraud-detection`")
}

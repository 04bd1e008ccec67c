package command

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/outputs"

	"github.com/modelway/modelway/local/testcluster"
)

// TestFormats serves a model of each format whose server is in Python, on one stack: what the format's own library has trained and saved
// answers through the load balancer as that library does in its own process.
func TestFormats(t *testing.T) {
	t.Parallel()
	models, want := trained(t)
	testcluster.Build(t, "kserve-controller", "storage-initializer")
	s := startIn(t, withKServe(t, newCheckout(t)))
	s.succeed("up")
	_, outs := s.up()
	files := map[string]string{}
	for model := range want {
		address := "s3://" + outs[outputs.ModelStore].Value.(string) + "/" + model + "/1/"
		files[model] = s.putFiles(filepath.Join(models, model), address)
		format, _, _ := strings.Cut(model, "-")
		s.writeModel(model, fmt.Sprintf("name: %s\nmodel: {format: %s, %s}\n", model, format, files[model]))
	}
	s.succeed("up")
	_, outs = s.up()
	for model, predictions := range want {
		require.JSONEq(t, string(predictions), s.answer(outs, model, churnRequest), model)
		version := s.asked(fmt.Sprintf("http://api.localhost:%d/v1/models/%s:predict", s.port, model), nil)
		if strings.HasPrefix(model, "mlflow") {
			require.Equal(t, versionOf(files[model]), version, model)
		} else {
			require.Empty(t, version, "KServe's own servers do not tell it")
		}
	}
	s.succeed("down")
	s.requireGone()
}

// trained is a folder with a model for each format, and what their libraries predict for [churnRequest].
func trained(t *testing.T) (folder string, predictions map[string]json.RawMessage) {
	t.Helper()
	python := filepath.Join(repository(t).Python(), "bin", "python")
	if _, err := os.Stat(python); err != nil {
		t.Skipf("models in Python need Python 3.10 to 3.13 with packages: run `make python`: %v", err)
	}
	folder = t.TempDir()
	command := exec.Command(python, filepath.Join("testdata", "formats", "train.py"), folder)
	command.Env = append(os.Environ(), "MLFLOW_DISABLE_TELEMETRY=true", "GIT_PYTHON_REFRESH=quiet")
	var notes strings.Builder
	command.Stderr = &notes
	out, err := command.Output()
	require.NoError(t, err, notes.String())
	require.NoError(t, json.Unmarshal(out, &predictions), "%s", out)
	require.Len(t, predictions, 5)
	return folder, predictions
}

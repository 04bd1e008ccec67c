package command

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKedaRegistersItsAPIWhereItRuns wants the registration of external.metrics.k8s.io where KEDA's programs are built, and nowhere else.
func TestKedaRegistersItsAPIWhereItRuns(t *testing.T) {
	c := kserveCheckout(t, "  modelway:monitoring: {enabled: true}\n")
	stand, standIn := filepath.Join(c.Root, "local", "charts", "keda"), "./local/charts/keda"
	require.NoError(t, os.CopyFS(stand, os.DirFS(filepath.Join(repository(t).Root, "local", "charts", "keda"))))
	chart := func(more string, external bool) any {
		t.Helper()
		settings, err := localSettings(c)
		require.NoError(t, err)
		if more != "" {
			object(settings["modelway:monitoring"])[more] = false
		}
		require.NoError(t, prepareKeda(c, settings, external))
		own, err := localSettings(c)
		require.NoError(t, err)
		return machineCharts(own, c)["keda"]
	}
	require.NoError(t, os.MkdirAll(c.Bin(), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(c.Bin(), "keda-operator"), nil, 0o755))
	require.Equal(t, standIn, chart("", false), "one of its programs is not built")

	require.NoError(t, os.WriteFile(filepath.Join(c.Bin(), "keda-metrics-apiserver"), nil, 0o755))
	require.Equal(t, "./.modelway/served/keda", chart("", false))
	text, err := os.ReadFile(filepath.Join(c.State("served", "keda", "templates", "apiservice.yaml")))
	require.NoError(t, err)
	require.Contains(t, string(text), "v1beta1.external.metrics.k8s.io")
	require.NoFileExists(t, filepath.Join(stand, "templates", "apiservice.yaml"))

	require.Equal(t, standIn, chart("", true), "the API server is the user's")
	require.Equal(t, standIn, chart("scaling", false), "it is not installed")
	require.Equal(t, standIn, chart("enabled", false), "it is not installed")
	require.Equal(t, "./.modelway/served/keda", chart("", false))
}

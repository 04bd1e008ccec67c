package command

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/charts"
	"github.com/modelway/modelway/local/checkout"
)

// fileModel is a model that gives files.
const fileModel = "name: churn\nmodel: {format: modelway, uri: 's3://models/churn/1/', digest: 'sha256:" +
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}\n"

// kserveCheckout has the settings of the local stack with a line more, and no built programs.
func kserveCheckout(t *testing.T, line string) checkout.Checkout {
	t.Helper()
	c := checkout.Checkout{Root: t.TempDir()}
	require.NoError(t, os.Mkdir(filepath.Join(c.Root, "models"), 0o755))
	for _, path := range []string{"Pulumi.local.yaml", "local/tools/kserve/go.mod", "local/tools/kserve/go.sum"} {
		text, err := os.ReadFile(filepath.Join(repository(t).Root, path))
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(c.Root, path)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(c.Root, path), []byte(strings.Replace(string(text), "config:\n", "config:\n"+line, 1)),
			0o644))
	}
	return c
}

// prepared runs what `modelway up` does for KServe, and returns what it says.
func prepared(t *testing.T, c checkout.Checkout, external bool) (string, error) {
	t.Helper()
	settings, err := localSettings(c)
	require.NoError(t, err)
	var said strings.Builder
	err = prepareKServe(t.Context(), &said, c, settings, external)
	return said.String(), err
}

// chartOf is where the local stack of a checkout has the chart of KServe's controller from.
func chartOf(t *testing.T, c checkout.Checkout) any {
	t.Helper()
	own, err := localSettings(c)
	require.NoError(t, err)
	all := machineCharts(own, c)
	for name := range object(own["modelway:charts"]) {
		require.Contains(t, all, name, "those that the settings name are there, too")
	}
	return all["kserve-resources"]
}

const enabled = "  modelway:kserve: {enabled: true}\n"

func TestWithoutKServeNothingIsPrepared(t *testing.T) {
	c := kserveCheckout(t, "")
	said, err := prepared(t, c, false)
	require.NoError(t, err)
	require.Empty(t, said)
	require.NoDirExists(t, c.State())
	require.Equal(t, "./local/charts/kserve-resources", chartOf(t, c))
}

func TestPublishedChartsAreTaken(t *testing.T) {
	c := kserveCheckout(t, enabled)
	if err := charts.Published(t.Context(), c.Root, t.TempDir(), charts.MinimalDefinitions); err != nil {
		t.Skip(err)
	}
	said, err := prepared(t, c, false)
	require.NoError(t, err)
	require.Equal(t, "Taking the charts of KServe and cert-manager out of their Go modules\n", said)
	require.Equal(t, "./.modelway/charts/kserve-resources", chartOf(t, c))
	said, err = prepared(t, c, false)
	require.NoError(t, err)
	require.Empty(t, said, "they are there")
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOMODCACHE", t.TempDir())
	require.NoError(t, os.RemoveAll(filepath.Join(published(c), "kserve-crd")))
	_, err = prepared(t, c, false)
	require.ErrorContains(t, err, "cannot be downloaded", "a stack with the published charts keeps them")
	require.Equal(t, "./.modelway/charts/kserve-resources", chartOf(t, c))
}

func TestStandInsWhereModulesAreOutOfReach(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOMODCACHE", t.TempDir())
	c := kserveCheckout(t, enabled)
	const stand = "KServe is stood in for by charts that run nothing, and no model with files can run: the Go module " +
		"github.com/kserve/kserve, which has the chart, cannot be downloaded: "
	said, err := prepared(t, c, false)
	require.NoError(t, err)
	require.Contains(t, said, stand)
	require.Equal(t, "`modelway down` and `modelway up` try again", said[strings.LastIndex(said, "; ")+2:len(said)-1])
	require.Equal(t, 2, strings.Count(said, "\n"), "one line, after that of the download")
	require.Equal(t, "./local/charts/kserve-resources", chartOf(t, c))

	again, err := prepared(t, c, false)
	require.NoError(t, err)
	require.Equal(t, stand, again[:len(stand)], "it is not tried again before the stack is gone")

	require.NoError(t, os.WriteFile(filepath.Join(c.Root, "models", "churn.yaml"), []byte(fileModel), 0o644))
	_, err = prepared(t, c, false)
	require.ErrorContains(t, err, "models with files (churn) need KServe's own charts: the Go module github.com/kserve/kserve")
}

func TestStandInsThatAreWanted(t *testing.T) {
	c := kserveCheckout(t, enabled)
	said, err := prepared(t, c, true)
	require.NoError(t, err)
	require.Contains(t, said, "the API server of a cluster of your own does not reach the webhooks")

	c = kserveCheckout(t, enabled)
	edit(t, c, "Pulumi.local.yaml", "  modelway:charts:\n", "  modelway:charts:\n    kserve-resources: ./local/charts/kserve-resources\n")
	said, err = prepared(t, c, false)
	require.NoError(t, err)
	require.Contains(t, said, "no model with files can run: Pulumi.local.yaml names ./local/charts/kserve-resources; ")
	require.NoDirExists(t, published(c))

	c = kserveCheckout(t, enabled)
	edit(t, c, "Pulumi.local.yaml", "  modelway:charts:\n", "  modelway:charts:\n    kserve-resources: ./own\n")
	said, err = prepared(t, c, false)
	require.NoError(t, err)
	require.Empty(t, said, "a chart of the user's own is taken as it is")
	require.Equal(t, "./own", chartOf(t, c))
}

func TestStateOfKServe(t *testing.T) {
	c := kserveCheckout(t, enabled)
	require.Empty(t, kserveState(c, localStack), "nothing is up")
	require.NoError(t, keepSettings(c, localStack))
	require.Equal(t, "of the charts that Pulumi.local.yaml names", kserveState(c, localStack))
	require.NoError(t, standIn(io.Discard, c, nil, "no proxy"))
	require.Equal(t, "stands in, and runs no model with files: no proxy", kserveState(c, localStack))
}

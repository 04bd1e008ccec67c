package command

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/supervisor"
)

// TestPreviewOffline previews every environment with the real engine and compares each resource, those inside pulumi-eks too.
func TestPreviewOffline(t *testing.T) {
	t.Parallel()
	c := newCheckout(t)
	for _, name := range configurations(t, c) {
		t.Run(name, func(t *testing.T) { requirePreview(t, c, name) })
	}
}

// requirePreview previews an environment and compares what it would create with a golden file.
func requirePreview(t *testing.T, c checkout.Checkout, name string) {
	t.Helper()
	progress := &engine.Progress{Out: writer(func(line string) { t.Log(line) })}
	project := environment(c, name)
	require.NoError(t, seed(project))
	require.NoError(t, engine.Preview(context.Background(), project, progress))
	var lines []string
	for _, change := range progress.Changes {
		require.Contains(t, []string{"create", "import"}, change.Op, change.URN)
		// pulumi-eks makes both unless it is told not to; see infra/cluster.
		require.NotContains(t, change.Name(), "instanceRole", "a role that nothing uses")
		require.NotContains(t, change.Name(), "defaultNodeGroup", "an access entry by which instances could join the cluster")
		lines = append(lines, strings.TrimPrefix(change.Op+" ", "create ")+change.Type+" "+change.Name())
	}
	slices.Sort(lines)
	recorder.Golden(t, filepath.Join("testdata", name+".preview.golden"), []byte(strings.Join(lines, "\n")+"\n"))
}

// TestFaultsOfAnEnvironment requires every fault of the configuration and the models in one report, and nothing registered.
func TestFaultsOfAnEnvironment(t *testing.T) {
	c := newCheckout(t)
	settings := filepath.Join(c.Root, "Pulumi.dev.yaml")
	text, err := os.ReadFile(settings)
	require.NoError(t, err)
	broken := strings.Replace(string(text), "capacityType: SPOT", "capacityType: CHEAP", 1) + "  modelway:network:\n    natGateway: two\n"
	require.NoError(t, os.WriteFile(settings, []byte(broken), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(c.Root, "models", "churn.yaml"), []byte("name: churn\nimage: churn:latest\n"), 0o644))
	require.NoError(t, os.Mkdir(filepath.Join(c.Root, "models", "risk"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(c.Root, "models", "risk", "spam.yaml"), []byte("name: spam\nimage: spam:latest\n"), 0o644))
	progress := &engine.Progress{Out: writer(func(line string) { t.Log(line) })}
	err = engine.Preview(context.Background(), environment(c, "dev"), progress)
	for _, part := range []string{"modelway:compute.nodeGroups", "CHEAP", "natGateway", "churn.yaml:2", "models/risk/spam.yaml:2", "latest"} {
		require.ErrorContains(t, err, part)
	}
	require.Empty(t, names(progress.Changes))
}

// TestTakenPort requires another port, and to be told.
func TestTakenPort(t *testing.T) {
	c := newCheckout(t)
	wanted, err := configuredPort(c)
	require.NoError(t, err)
	listener := occupy(t, wanted)
	defer listener()
	var out strings.Builder
	port, err := choosePort(&out, c, 0)
	require.NoError(t, err)
	require.NotEqual(t, wanted, port)
	require.Contains(t, out.String(), "is taken; using")
	_, err = choosePort(&out, c, wanted)
	require.ErrorContains(t, err, "modelway up --port")
}

// TestPortThatNeedsPrivileges requires such a port neither taken nor gone on with, and what a run remembered of it forgotten.
func TestPortThatNeedsPrivileges(t *testing.T) {
	c := newCheckout(t)
	_, err := choosePort(io.Discard, c, 22)
	require.ErrorContains(t, err, "port 22 on 127.0.0.1 is none that every user may listen on (allowed: 1024 to 65535, since those below "+
		"1024 need privileges)")
	require.NoFileExists(t, c.State("run", "port"))
	for memory, choose := range map[string]func() (int, error){
		c.State("run", "port"):             func() (int, error) { return choosePort(io.Discard, c, 0) },
		supervisor.PortFile(c, "internal"): func() (int, error) { return furtherPort(c, "internal") },
	} {
		require.NoError(t, rememberPort(memory, 22))
		port, err := choose()
		require.NoError(t, err)
		require.GreaterOrEqual(t, port, 1024)
		remembered, err := supervisor.ReadPort(memory)
		require.NoError(t, err)
		require.Equal(t, port, remembered)
	}
}

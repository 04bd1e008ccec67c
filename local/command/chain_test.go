package command

import (
	"bufio"
	"cmp"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/supervisor"
	"github.com/modelway/modelway/local/testcluster"
	"github.com/modelway/modelway/local/tracking"
)

// TestChain goes the whole way from a commit to an answer and back, as `make chain` does: once until it is killed in its middle, and then
// to its end, where nothing is left; MODELWAY_CHAIN=2, as of `make test-long`, goes it twice in a row.
func TestChain(t *testing.T) {
	t.Parallel()
	needGit(t)
	testcluster.Build(t, "argocd", "kserve", "monitoring")
	c := trainable(t)
	inner := checkout.Checkout{Root: c.State("chain")}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the chain's log:\n%s", lastLines(filepath.Join(inner.Logs(), "chain.log"), 60))
			t.Logf("supervisor's log:\n%s", lastLines(supervisor.LogFile(inner), 60))
		}
		require.NoError(t, supervisor.Stop(inner, minutes))
		require.NoError(t, tracking.Stop(inner))
	})
	killed := exec.Command(filepath.Join(c.Bin(), "modelway-local"), "chain", "--skip", "latency")
	out, err := killed.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, killed.Start())
	for lines := bufio.NewScanner(out); lines.Scan() && !strings.Contains(lines.Text(), "GitHub, Pulumi"); {
		t.Log(lines.Text())
	}
	require.NoError(t, killed.Process.Kill())
	_, _ = io.Copy(io.Discard, out)
	require.Error(t, killed.Wait())

	runs, err := strconv.Atoi(cmp.Or(os.Getenv("MODELWAY_CHAIN"), "1"))
	require.NoError(t, err)
	for range runs {
		out, err := exec.Command(filepath.Join(c.Bin(), "modelway-local"), "chain", "--skip", "latency").CombinedOutput()
		require.NoError(t, err, string(out))
		t.Log(string(out))
		require.Contains(t, string(out), "none failed")
		require.NoDirExists(t, inner.State("aws"), "the account is gone")
		_, up := supervisor.Running(inner)
		require.False(t, up)
	}
}

package command

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/durable"
)

// TestDamagedState cuts the state of a stack off, as a full disk does: up goes on from the backup, and without one down says at once what
// helps, which does.
func TestDamagedState(t *testing.T) {
	t.Parallel()
	s := start(t)
	out, err := s.command("up").CombinedOutput()
	require.NoError(t, err, "%s", out)
	state := local(s.c, s.status, s.port).StateFile(localStack)
	require.NoError(t, os.Truncate(state, 1000))
	out, err = s.command("up").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), state+" cannot be read")
	require.Contains(t, string(out), "Going on from "+state)
	require.FileExists(t, filepath.Join(s.c.Root, "Pulumi.yaml"))

	require.NoError(t, os.Remove(state))
	require.Equal(t, localStack, upStack(s.c), "its backups tell of it")
	out, err = s.command("up").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), state+" is missing")
	require.Contains(t, string(out), "Going on from "+state)

	for _, file := range []string{state, durable.BackupOf(state), state + ".good"} {
		require.NoError(t, os.WriteFile(file, []byte(`{"version":3,"checkpoint":{`), 0o600))
	}
	out, err = s.command("down").CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), state+" cannot be read")
	require.Contains(t, string(out), "modelway down --forget")
	cmd := s.command("down")
	cmd.Args = append(cmd.Args, "--forget")
	out, err = cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NoFileExists(t, state)
	require.NoFileExists(t, s.c.Account())
}

package supervisor

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/checkout"
)

// TestStopWithoutStatus stops a supervisor whose status file is missing, damaged, or names a process group: by its lock where that names
// it, and otherwise not at all. The caller, in a group of its own, survives.
func TestStopWithoutStatus(t *testing.T) {
	for name, c := range map[string]struct {
		status string
		locked bool // the lock file names the process
	}{
		"no status":              {"", true},
		"no status, nor process": {"", false},
		"damaged":                {`{"pid":`, true},
		"empty object":           {`{}`, false},
		"own group":              {`{"pid":0,"endpoint":"e","kubeconfig":"k"}`, true},
		"own group, nor process": {`{"pid":0,"endpoint":"e","kubeconfig":"k"}`, false},
		"all processes":          {`{"pid":-1,"endpoint":"e","kubeconfig":"k"}`, false},
		"first process":          {`{"pid":1,"endpoint":"e","kubeconfig":"k"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			at := checkout.Checkout{Root: t.TempDir()}
			require.NoError(t, os.MkdirAll(filepath.Dir(daemonOf(at).StatusFile()), 0o755))
			holder := hold(t, at)
			if c.status != "" {
				require.NoError(t, os.WriteFile(daemonOf(at).StatusFile(), []byte(c.status), 0o644))
			}
			if !c.locked {
				require.NoError(t, os.WriteFile(daemonOf(at).LockFile(), nil, 0o644))
			}
			caller := exec.Command(os.Args[0], "-test.run=^TestCaller$")
			caller.Env = append(os.Environ(), "STOP_ROOT="+at.Root)
			caller.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			out, err := caller.CombinedOutput()
			if c.locked {
				require.NoError(t, err, "%s", out)
				require.Error(t, holder.Wait(), "the supervisor goes on")
				return
			}
			require.Equal(t, 1, caller.ProcessState.ExitCode(), "%v: %s", err, out)
			require.Contains(t, string(out), "fuser "+daemonOf(at).LockFile())
			require.True(t, daemonOf(at).Locked())
		})
	}
}

// TestStopLeavesOthersAlone stops a supervisor whose status names another process by its lock; where the lock does, too, nobody is stopped.
func TestStopLeavesOthersAlone(t *testing.T) {
	for name, alsoLock := range map[string]bool{"status": false, "status and lock": true} {
		t.Run(name, func(t *testing.T) {
			at := checkout.Checkout{Root: t.TempDir()}
			require.NoError(t, os.MkdirAll(filepath.Dir(daemonOf(at).StatusFile()), 0o755))
			holder, other := hold(t, at), exec.Command("sleep", "60")
			require.NoError(t, other.Start())
			t.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
			status := fmt.Sprintf(`{"pid":%d,"endpoint":"https://127.0.0.1:6443","kubeconfig":"k"}`, other.Process.Pid)
			require.NoError(t, os.WriteFile(daemonOf(at).StatusFile(), []byte(status), 0o644))
			if alsoLock {
				if _, err := os.Stat("/proc/self/fd"); err != nil {
					t.Skip("the system does not tell which process has a file open")
				}
				require.NoError(t, os.WriteFile(daemonOf(at).LockFile(), []byte(strconv.Itoa(other.Process.Pid)), 0o644))
			}
			_, running := Running(at)
			require.False(t, running, "the status is not that of the supervisor")
			err := Stop(at, 300*time.Millisecond)
			if alsoLock {
				require.ErrorContains(t, err, "fuser "+daemonOf(at).LockFile())
				require.True(t, daemonOf(at).Locked())
			} else {
				require.NoError(t, err)
				require.Error(t, holder.Wait(), "the supervisor goes on")
			}
			done, err := syscall.Wait4(other.Process.Pid, nil, syscall.WNOHANG, nil)
			require.NoError(t, err)
			require.Zero(t, done, "the other process has ended")
		})
	}
}

// hold starts a process that has a supervisor's lock.
func hold(t *testing.T, c checkout.Checkout) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHolder$")
	cmd.Env = append(os.Environ(), "HOLD_ROOT="+c.Root)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	require.Eventually(t, func() bool {
		data, _ := os.ReadFile(daemonOf(c).LockFile())
		return string(data) == strconv.Itoa(cmd.Process.Pid)+"\n"
	}, 10*time.Second, 10*time.Millisecond)
	return cmd
}

// TestHolder and TestCaller are processes of their own; by themselves they do nothing.
func TestHolder(t *testing.T) {
	if root := os.Getenv("HOLD_ROOT"); root != "" {
		unlock, err := daemonOf(checkout.Checkout{Root: root}).Lock()
		require.NoError(t, err)
		defer unlock()
		select {}
	}
}

func TestCaller(t *testing.T) {
	if root := os.Getenv("STOP_ROOT"); root != "" {
		require.NoError(t, Stop(checkout.Checkout{Root: root}, 300*time.Millisecond))
	}
}

// FuzzReadStatus requires a status file that names no process refused, whatever else it has.
func FuzzReadStatus(f *testing.F) {
	for _, text := range []string{
		`{"pid":4711,"endpoint":"https://127.0.0.1:6443","certificateAuthority":"LS0t","kubeconfig":"kubeconfig"}`,
		`null`, `{}`, ``, `{"pid":0,"endpoint":"https://127.0.0.1:1","kubeconfig":"k"}`,
		`{"pid":-1,"endpoint":"https://127.0.0.1:1","kubeconfig":"k"}`,
		`{"pid":1e9}`, `{"pid":4711,"endpoint":"`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		status, err := readStatus(data)
		if err != nil {
			require.Zero(t, status)
			return
		}
		require.Greater(t, status.Pid, 1)
		require.NotEmpty(t, status.Kubeconfig)
	})
}

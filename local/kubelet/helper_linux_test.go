package kubelet

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// inContainer runs a script and returns its output.
func inContainer(t *testing.T, l launch, script string) string {
	var output bytes.Buffer
	l.Root, l.Hostname, l.Command = t.TempDir(), "box", []string{"sh", "-c", script}
	command, err := startHelper(l, []string{"PATH=" + os.Getenv("PATH")}, &output)
	require.NoError(t, err)
	_ = command.Wait() // the output tells
	return output.String()
}

func TestFilesOfAContainer(t *testing.T) {
	skipUnlessMounted(t)
	dir := t.TempDir()
	write := func(path, text string) string {
		path = filepath.Join(dir, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		return filepath.Dir(path)
	}
	settings, cache, inner := write("settings/a", "1"), write("cache/b", "2"), write("inner/c", "3")
	program := write("program/run", "4")
	names := filepath.Join(write("names/hosts", "127.1.2.3 churn.models\n"), "hosts")
	l := launch{
		Mounts: []mount{
			{Source: settings, Path: "/etc/modelway-test/settings", ReadOnly: true}, {Source: cache, Path: "/modelway-test"},
			{Source: inner, Path: "/modelway-test/inner", ReadOnly: true},
			{Source: cache, Path: "/tmp"}, {Source: filepath.Join(settings, "a"), Path: "/dev/termination-log"},
			{Source: settings, Path: "/var/run/modelway-test"}, {Source: names, Path: hostsPath, ReadOnly: true},
		},
		Keep: []string{program}, Directories: []string{"/nowhere", "/modelway-test"},
	}
	require.Equal(t, "112341\n/modelway-test\nbox\n", inContainer(t, l,
		"cat /etc/modelway-test/settings/a /var/run/modelway-test/a "+temporaryPath+"/b /modelway-test/inner/c "+program+
			"/run /dev/termination-log; echo; pwd; hostname"))
	require.Contains(t, inContainer(t, l, "echo x > /etc/modelway-test/settings/a"), "Read-only file system")
	require.Contains(t, inContainer(t, l, "echo x > /modelway-test/inner/c"), "Read-only file system")
	require.Equal(t, "127.1.2.3 churn.models\n", inContainer(t, l, "cat "+hostsPath))
	require.NoError(t, os.WriteFile(names, []byte("127.1.2.4 churn.models\n"), 0o644))
	require.Equal(t, "127.1.2.4 churn.models\n", inContainer(t, l, "cat "+hostsPath))
	over := launch{Mounts: []mount{{Source: names, Path: hostsPath, ReadOnly: true}}}
	require.Equal(t, "127.1.2.4 churn.models\n", inContainer(t, over, "cat "+hostsPath))
	require.Equal(t, "0\n", inContainer(t, over, "grep -c ' /etc/passwd ' /proc/self/mountinfo"), "the folder is one mount")
	require.Contains(t, inContainer(t, over, "echo x > "+hostsPath), "Read-only file system")
	require.Empty(t, inContainer(t, l, "test -d /usr && test -s /etc/passwd && test -c /dev/null && echo x > /modelway-test/d && grep -q ^1 "+
		"/proc/1/stat"))
	require.FileExists(t, filepath.Join(cache, "d"), "a volume is the folder itself")

	mounts, err := os.ReadFile("/proc/self/mountinfo")
	require.NoError(t, err)
	require.NotContains(t, string(mounts), dir, "nothing is mounted outside of the container")
	require.NoFileExists(t, "/etc/modelway-test")
	require.NoDirExists(t, "/modelway-test")
}

func TestAContainerThatCannotStartSaysWhy(t *testing.T) {
	skipUnlessMounted(t)
	for want, l := range map[string]launch{
		"starting no-such-program: exec: \"no-such-program\": executable file not found in $PATH": {Command: []string{"no-such-program"}},
		"mounting at /modelway-test: stat /no/such/volume: no such file or directory": {Command: []string{"true"},
			Mounts: []mount{{Source: "/no/such/volume", Path: "/modelway-test"}}},
	} {
		l.Root, l.Hostname = t.TempDir(), "box"
		_, err := startHelper(l, []string{"PATH=" + os.Getenv("PATH")}, nil)
		require.ErrorContains(t, err, want)
	}
}

// role starts this test's program in a role, and returns a reader of its output.
func role(t *testing.T, role, program string, attributes *syscall.SysProcAttr, argument string) (*exec.Cmd, *bufio.Reader) {
	command := exec.Command(program, argument)
	command.Env, command.SysProcAttr = append(os.Environ(), roleVariable+"="+role), attributes
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	return command, bufio.NewReader(output)
}

// sleepers counts the processes of the victim's container.
func sleepers() (count int) {
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range commands {
		if text, err := os.ReadFile(path); err == nil && strings.HasPrefix(string(text), "sleep\x00271828") {
			count++
		}
	}
	return count
}

// nobody returns this test's program where another user may start it, a folder of that user, and how to become that user.
func nobody(t *testing.T) (program, own string, attributes *syscall.SysProcAttr) {
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user; the other tests of this run have tried what this one does")
	}
	dir, err := os.MkdirTemp("", "kubelet-user-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	program, own = filepath.Join(dir, "test"), filepath.Join(dir, "own")
	text, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(program, text, 0o755))
	require.NoError(t, os.Mkdir(own, 0o755))
	require.NoError(t, os.Chown(own, 65534, 65534))
	attributes = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	command, output := role(t, probeRole, program, attributes, own)
	said, err := io.ReadAll(output)
	require.NoError(t, err)
	require.NoError(t, command.Wait())
	if strings.HasPrefix(string(said), string(Rewritten)) {
		t.Skipf("this system gives only root a mount namespace: %s", said)
	}
	require.Equal(t, "mounted <nil>\n", string(said))
	return program, own, attributes
}

// TestProcessesDieWithTheLocalStack kills the program that started a container, whose processes have to die then: the first one, and those
// that it started. A user who is not root has a user namespace for it.
func TestProcessesDieWithTheLocalStack(t *testing.T) {
	skipUnlessMounted(t)
	dies := func(t *testing.T, program, dir string, attributes *syscall.SysProcAttr) {
		victim, output := role(t, victimRole, program, attributes, dir)
		line, err := output.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "begun: <nil>\n", line)
		require.Eventually(t, func() bool { return sleepers() == 2 }, time.Minute, 10*time.Millisecond)
		require.NoError(t, victim.Process.Kill())
		_ = victim.Wait() // it was killed
		require.Eventually(t, func() bool { return sleepers() == 0 }, time.Minute, 10*time.Millisecond)
	}
	t.Run("of this user", func(t *testing.T) { dies(t, os.Args[0], t.TempDir(), nil) })
	t.Run("of another user", func(t *testing.T) {
		program, own, attributes := nobody(t)
		dies(t, program, own, attributes)
	})
}

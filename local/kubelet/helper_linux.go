package kubelet

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// HelperMain makes a container's view of the files and becomes its program. It returns never.
func HelperMain() {
	runtime.LockOSThread() // the parent-death signal and capabilities are a thread's
	syscall.CloseOnExec(faultFile)
	faults := os.NewFile(faultFile, "faults")
	var l launch
	err := json.Unmarshal([]byte(os.Args[1]), &l)
	if err == nil {
		err = l.run()
	}
	_, _ = fmt.Fprint(faults, err)
	os.Exit(startFailed)
}

// run becomes the program, and returns only an error.
func (l launch) run() error {
	if err := l.lay(); err != nil {
		return fmt.Errorf("making the container's files: %w", err)
	}
	if err := unix.Sethostname([]byte(l.Hostname)); err != nil {
		return fmt.Errorf("naming the container's host: %w", err)
	}
	for _, dir := range l.Directories {
		if os.Chdir(dir) == nil {
			break
		}
	}
	program, err := exec.LookPath(l.Command[0])
	if err != nil {
		return fmt.Errorf("starting %s: %w", l.Command[0], err)
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return fmt.Errorf("dropping capabilities: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return fmt.Errorf("tying the program to the local stack: %w", err)
	}
	return fmt.Errorf("starting %s: %w", program, unix.Exec(program, l.Command, os.Environ()))
}

// namespaces gives a command mount, process and host name namespaces of its own. For a user who is not root they are in a user namespace,
// in which the user stays the same and may mount.
func namespaces(command *exec.Cmd) {
	attributes := command.SysProcAttr
	attributes.Cloneflags = unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWUTS
	if os.Geteuid() == 0 {
		return
	}
	attributes.Cloneflags |= unix.CLONE_NEWUSER
	attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
	attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
	attributes.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN}
}

// ProbeIsolation finds out how volumes can reach processes here, by starting one below a folder that it makes and removes. It returns
// Rewritten with the reason where a process cannot have a mount namespace.
func ProbeIsolation(dir string) (Isolation, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Rewritten, err
	}
	root, err := os.MkdirTemp(dir, "probe-")
	if err != nil {
		return Rewritten, err
	}
	defer os.RemoveAll(root)
	const path = "/modelway-probe/volume"
	started, err := startHelper(launch{
		Root: root, Mounts: []mount{{Source: root, Path: path, ReadOnly: true}}, Keep: []string{root}, Hostname: "probe",
		Command: []string{"/bin/sh", "-c", "test -d " + path}, Directories: []string{"/"},
	}, []string{"PATH=" + os.Getenv("PATH")}, nil)
	if err == nil {
		err = started.Wait()
	}
	if err != nil {
		return Rewritten, fmt.Errorf("a process with a mount namespace does not start: %s", strings.TrimSpace(err.Error()))
	}
	return Mounted, nil
}

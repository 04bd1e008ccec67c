//go:build unix

package project

import (
	"os/exec"
	"syscall"
)

// group gives a command and its children a process group, which is interrupted when the command's context ends: `go run` hands on no other
// signal.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}

package kubelet

import "syscall"

// processAttributes puts the process in a group of its own, out of reach of the terminal's Ctrl-C, and lets it die with
// the supervisor.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

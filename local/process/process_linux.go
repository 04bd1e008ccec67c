package process

import "syscall"

// processAttributes keep the terminal's Ctrl-C away from a child, which is stopped in order instead, and end it with its parent.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

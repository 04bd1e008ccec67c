//go:build !linux

package kubelet

import "syscall"

// processAttributes has no parent-death signal to ask for: after a killed supervisor, the processes have to be ended by hand.
func processAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

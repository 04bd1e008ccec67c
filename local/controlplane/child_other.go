//go:build unix && !linux

package controlplane

import "syscall"

// processAttributes keep the terminal's Ctrl-C away from a child, which is stopped in order instead.
func processAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

//go:build unix && !linux

package process

import "syscall"

// processAttributes keep the terminal's Ctrl-C away from a child, which is stopped in order instead.
func processAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

//go:build unix && !linux

package toolchain

import "syscall"

// ownGroup puts a command into its own process group.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

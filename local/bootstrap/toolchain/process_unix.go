//go:build unix

package toolchain

import (
	"syscall"
	"time"
)

// killGroup asks the group to end, then ends it. It returns at once.
func killGroup(pid int) {
	_ = syscall.Kill(-pid, syscall.SIGTERM)
	time.AfterFunc(3*time.Second, func() { _ = syscall.Kill(-pid, syscall.SIGKILL) })
}

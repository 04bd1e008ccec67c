//go:build unix

package command

import "golang.org/x/sys/unix"

func terminalGroup(terminal int) (int, error) { return unix.IoctlGetInt(terminal, unix.TIOCGPGRP) }

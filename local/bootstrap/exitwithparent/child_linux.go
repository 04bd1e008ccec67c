package main

import "syscall"

// endedWithThis has the kernel end the child when this process is killed.
func endedWithThis() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

package command

import "syscall"

// mount mounts a file system in memory.
func mount(path, size string) error { return syscall.Mount("tmpfs", path, "tmpfs", 0, "size="+size) }

func unmount(path string) error { return syscall.Unmount(path, syscall.MNT_DETACH) }

package egress

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	socketName = "egress.sock"
	// shortName begins the name of the folder that is used where a path is too long.
	shortName = "modelway-egress-"
)

// longest is how many bytes the path of a unix socket may have: 108 on Linux and 104 on macOS, the terminating zero included (unix(7)).
const longest = 103

// Listen opens the socket in dir, a folder that nobody else may enter and that is made with mode 0700 where it is missing. Where the path
// would be too long for a socket, or the file system takes none, it is opened in a folder of the system's folder for temporary files, whose
// name follows from dir. A socket left by a process that was killed is replaced.
func Listen(dir string) (net.Listener, error) {
	listener, err := listenIn(dir)
	if err == nil {
		return listener, nil
	}
	sum := sha256.Sum256([]byte(dir))
	short := filepath.Join(os.TempDir(), fmt.Sprintf(shortName+"%x", sum[:6]))
	shortErr := private(short)
	if shortErr == nil {
		listener, shortErr = listenIn(short)
	}
	if shortErr != nil {
		return nil, fmt.Errorf("opening the API server's socket to pods, in one of two folders (TMPDIR chooses the second): %w",
			errors.Join(err, shortErr))
	}
	return listener, nil
}

func listenIn(dir string) (net.Listener, error) {
	path := filepath.Join(dir, socketName)
	if len(path) > longest {
		return nil, fmt.Errorf("%s has %d bytes, a socket's path at most %d", path, len(path), longest)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return net.Listen("unix", path)
}

// tidy removes the folder that Listen made for a socket that is gone.
func tidy(listener net.Listener) {
	if dir := filepath.Dir(listener.Addr().String()); strings.HasPrefix(filepath.Base(dir), shortName) {
		_ = os.Remove(dir)
	}
}

// private makes a folder that only the current user may enter, and refuses one that stands and is not.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	found, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	owner, _ := found.Sys().(*syscall.Stat_t)
	if !found.IsDir() || found.Mode().Perm()&0o077 != 0 || owner == nil || int(owner.Uid) != os.Getuid() {
		return fmt.Errorf(
			"%s (%s) is not a folder that only user %d may enter: remove it, or run `chmod 700` on it",
			dir, found.Mode(), os.Getuid())
	}
	return nil
}

package command

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// disk is a small file system that can be filled.
type disk struct {
	t    *testing.T
	path string
}

// newDisk mounts a file system in memory, which takes root on Linux; elsewhere the test is skipped.
func newDisk(t *testing.T) disk {
	t.Helper()
	d := disk{t, t.TempDir()}
	if err := mount(d.path, "24m"); err != nil {
		t.Skipf("no small file system at %s: %v", d.path, err)
	}
	t.Cleanup(func() { require.NoError(t, unmount(d.path)) })
	return d
}

// fill leaves no byte free, and says whether it could.
func (d disk) fill() bool {
	file, err := os.Create(d.ballast())
	if err != nil {
		return false
	}
	defer file.Close()
	for _, size := range []int{1 << 20, 1 << 12, 1} {
		for err = nil; err == nil; {
			_, err = file.Write(make([]byte, size))
		}
	}
	return errors.Is(err, syscall.ENOSPC)
}

func (d disk) free() {
	d.t.Helper()
	require.NoError(d.t, os.Remove(d.ballast()))
}

func (d disk) ballast() string { return filepath.Join(d.path, "ballast") }

// TestFullDisk fills the disk of the account, then that of the stack's state, in the middle of up. Each ends and names the full disk, also
// when it is repeated too early; once there is space it goes on, and down leaves nothing.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	state, account := newDisk(t), newDisk(t)
	c := newCheckout(t)
	require.NoError(t, os.Symlink(state.path, c.State("stack")))
	require.NoError(t, os.Symlink(account.path, c.State("aws")))
	s := startIn(t, c)

	s.fillInUp("20", account)
	s.fillInUp("40", state)
	s.succeed("up")
	s.succeed("down")
	s.requireGone()
}

// fillInUp fills the disk in the middle of up, repeats that, and frees the disk.
func (s *stack) fillInUp(point string, d disk) {
	s.t.Helper()
	cause := "no space left on device.*\nThe disk is full: make room on it, then run the command again\n"
	require.False(s.t, s.upset("up", after(point), cause, func(int) bool { return d.fill() }), "up succeeded on a full disk")
	out, err := s.command("up").CombinedOutput()
	require.Error(s.t, err, "up on a full disk: %s", out)
	require.Regexp(s.t, "(?s)"+cause, string(out))
	d.free()
}

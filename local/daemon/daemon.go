// Package daemon starts, finds and stops a process of a checkout that outlives the command that started it. It holds a lock for as long as
// it lives, however it ends, and the file of the lock names it.
package daemon

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"github.com/modelway/modelway/local/checkout"
)

// Daemon is such a process, running or not. All fields are required.
type Daemon struct {
	Checkout checkout.Checkout
	// Name is that of its files, such as supervisor.
	Name string
	// Title names it in messages, such as "the supervisor".
	Title string
}

// LockFile is the file whose lock it holds.
func (d Daemon) LockFile() string { return d.Checkout.State("run", d.Name+".lock") }

// StatusFile is where it tells other commands how it is reached, once it is.
func (d Daemon) StatusFile() string { return d.Checkout.State("run", d.Name+".json") }

// LogFile is where its output goes.
func (d Daemon) LogFile() string { return filepath.Join(d.Checkout.Logs(), d.Name+".log") }

// Start starts it with arguments for the program of the local stack, in a session of its own, with a new log. The channel gets its end.
func (d Daemon) Start(args ...string) (ended <-chan error, err error) {
	if err := os.MkdirAll(d.Checkout.Logs(), 0o755); err != nil {
		return nil, err
	}
	_ = os.Remove(d.StatusFile()) // of one that was killed
	log, err := os.Create(d.LogFile())
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(d.Checkout.Bin(), "modelway-local"), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = d.Checkout.Root, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", d.Title, err)
	}
	end := make(chan error, 1)
	go func() { end <- cmd.Wait() }()
	return end, nil
}

// Ended words the end of one that was to run on, with the last lines of its log.
func (d Daemon) Ended(err error) error {
	return fmt.Errorf("%s ended (%v):\n%s", d.Title, err, Tail(d.LogFile(), 15))
}

// Lock makes the calling process the daemon. It is for as long as it lives, or until the function that is returned is called.
func (d Daemon) Lock() (func(), error) {
	if err := os.MkdirAll(filepath.Dir(d.LockFile()), 0o755); err != nil {
		return nil, err
	}
	l := flock.New(d.LockFile())
	free, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !free {
		return nil, fmt.Errorf("%s is already running for this checkout: stop it with `modelway down`", d.Title)
	}
	if err := os.WriteFile(d.LockFile(), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644); err != nil {
		return nil, fmt.Errorf("writing the process number of %s: %w", d.Title, err)
	}
	return func() { _ = l.Unlock() }, nil
}

// Locked says whether it is alive: it holds its lock for as long as it lives, however it ends.
func (d Daemon) Locked() bool {
	if _, err := os.Stat(d.LockFile()); err != nil {
		return false
	}
	lock := flock.New(d.LockFile())
	free, err := lock.TryRLock()
	if free {
		_ = lock.Unlock()
	}
	return err == nil && !free
}

// Process is its number while it lives, as its lock tells; false when that does not, or when that process does not hold the lock.
func (d Daemon) Process() (int, bool) {
	if !d.Locked() {
		return 0, false
	}
	data, err := os.ReadFile(d.LockFile())
	if err != nil {
		return 0, false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	return pid, err == nil && IsProcess(pid) && opens(pid, d.LockFile())
}

// IsProcess says whether a number can be that of a daemon. To kill, 0 and negative numbers are process groups, the caller's own
// among them, and 1 is the first process of the machine.
func IsProcess(pid int) bool { return pid > 1 }

// opens says whether a process has a file open, as who holds its lock has. Where the system does not tell, as without /proc, it holds.
func opens(pid int, path string) bool {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		return true
	}
	file, err := os.Stat(path)
	if err != nil {
		return false
	}
	links, _ := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "fd", "*")) // fails for a faulty pattern only
	return slices.ContainsFunc(links, func(link string) bool {
		open, err := os.Stat(link)
		return err == nil && os.SameFile(open, file)
	})
}

// Stop ends it and everything that it started, and waits until it is gone. It returns at once when it does not run, and with an error when
// it had to be killed, or when nothing tells which process it is.
func (d Daemon) Stop(within time.Duration) error {
	asked := 0
	for deadline := time.Now().Add(within); d.Locked() && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		pid, known := d.Process()
		if !known || pid == asked {
			continue // it is starting, or ending
		}
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stopping %s (process %d): %w", d.Title, pid, err)
		}
		asked = pid
	}
	if !d.Locked() {
		return nil
	}
	pid, known := d.Process()
	if !known {
		return fmt.Errorf("%s did not stop within %s, and %s does not tell its process: end the process that `fuser %s` names, and "+
			"run the command again", d.Title, within, d.LockFile(), d.LockFile())
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	return fmt.Errorf("%s (process %d) did not stop within %s and was killed; its log is %s. Run the command again", d.Title, pid, within,
		d.LogFile())
}

// Tail is the end of a log.
func Tail(path string, lines int) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

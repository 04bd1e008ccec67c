// Package process keeps a program running as a child of the calling process, with its output in a log.
package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// logLines is how much of a program's log goes into an error.
const logLines = 15

// restartPause is the time between the end of a program and its next start.
const restartPause = time.Second

// Program says what to run. Name, Path and Log are required.
type Program struct {
	// Name of the program in messages.
	Name string
	// Path of its file, and Args for it.
	Path string
	Args []string
	// Env is its environment. Default that of the caller.
	Env []string
	// Log is the file that its output is added to. That of the run before is kept beside it, with .1 at the end.
	Log string
}

// Supervision says what the end of a program means. All fields are required.
type Supervision struct {
	// Settled is closed once the program has begun to work. Until then its end is sent to Ended, and it is not started again.
	Settled <-chan struct{}
	// Ended takes the end of a program that had not begun to work; it has room for one of each program.
	Ended chan<- error
	// Report takes a line without a newline for each end after that, when the program is started again.
	Report func(string)
}

// Process is a program that is kept running until it is stopped.
type Process struct {
	Program

	mu       sync.Mutex
	command  *exec.Cmd
	stopping bool
	gone     chan struct{} // the program has ended and will not be started again
}

// starter runs functions on one thread that lives as long as the process. The kernel's parent-death signal follows the thread that
// started a child, and the Go runtime may end other threads at any time.
var starter = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

// Start starts a program and watches over it. The error is that of the start itself.
func Start(program Program, watch Supervision) (*Process, error) {
	p := &Process{Program: program, gone: make(chan struct{})}
	if err := os.Rename(p.Log, p.Log+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("keeping the log of the last run: %w", err)
	}
	if err := p.start(); err != nil {
		return nil, err
	}
	go p.supervise(watch)
	return p, nil
}

func (p *Process) supervise(watch Supervision) {
	defer close(p.gone)
	for {
		err := fmt.Errorf("%s ended on its own (%s)", p.Name, p.wait())
		select {
		case <-watch.Settled:
		default:
			watch.Ended <- fmt.Errorf("%w%s", err, p.LogTail())
			return
		}
		for {
			if p.isStopping() {
				return
			}
			watch.Report(fmt.Sprintf("%s; starting it again, see %s", err, p.Log))
			time.Sleep(restartPause)
			if err = p.start(); err == nil {
				break
			}
		}
	}
}

func (p *Process) start() error {
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log of %s: %w", p.Name, err)
	}
	defer log.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping {
		return errors.New("stopping")
	}
	command := exec.Command(p.Path, p.Args...)
	command.Stdout, command.Stderr, command.Env = log, log, p.Env
	command.SysProcAttr = processAttributes()
	result := make(chan error)
	starter() <- func() { result <- command.Start() }
	if err := <-result; err != nil {
		return fmt.Errorf("starting %s: %w", p.Name, err)
	}
	p.command = command
	return nil
}

func (p *Process) wait() string {
	p.mu.Lock()
	command := p.command
	p.mu.Unlock()
	_ = command.Wait()
	return command.ProcessState.String()
}

func (p *Process) isStopping() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopping
}

// Pid is the number of the process that runs now, or ran last.
func (p *Process) Pid() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.command.Process.Pid
}

// Stop asks the program to end, kills it when it has not ended within the grace period, and returns when it is gone.
func (p *Process) Stop(grace time.Duration) {
	p.mu.Lock()
	p.stopping = true
	process := p.command.Process
	p.mu.Unlock()
	_ = process.Signal(syscall.SIGTERM)
	select {
	case <-p.gone:
	case <-time.After(grace):
		_ = process.Kill()
		<-p.gone
	}
}

// LogTail is the end of the program's log, made to be put behind an error.
func (p *Process) LogTail() string {
	content, _ := os.ReadFile(p.Log)
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	if len(lines) > logLines {
		lines = lines[len(lines)-logLines:]
	}
	return fmt.Sprintf("\n%s\nwhole log: %s", strings.Join(lines, "\n"), p.Log)
}

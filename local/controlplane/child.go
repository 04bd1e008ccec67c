package controlplane

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// logLines is how much of a program's log goes into an error.
const logLines = 15

// child is one program that is kept running until it is stopped.
type child struct {
	name string
	path string
	args []string
	log  string

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

// launch starts a program and watches over it. Until the control plane has settled, the end of a program is an error of the start;
// later it is reported and the program is started again.
func (c *ControlPlane) launch(program program, args []string) error {
	p := &child{
		name: program.name, args: args, gone: make(chan struct{}),
		path: filepath.Join(c.options.BinDir, program.name),
		log:  filepath.Join(c.options.LogDir, program.name+".log"),
	}
	if err := os.Rename(p.log, p.log+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("keeping the log of the last run: %w", err)
	}
	if err := p.start(); err != nil {
		return err
	}
	c.children = append(c.children, p)
	go func() {
		defer close(p.gone)
		for {
			err := fmt.Errorf("%s ended on its own (%s)", p.name, p.wait())
			select {
			case <-c.settled:
			default:
				c.ended <- fmt.Errorf("%w%s", err, c.logTail(p.name))
				return
			}
			for {
				if p.isStopping() {
					return
				}
				c.options.Report(fmt.Sprintf("%s; starting it again, see %s", err, p.log))
				time.Sleep(time.Second)
				if err = p.start(); err == nil {
					break
				}
			}
		}
	}()
	return nil
}

func (p *child) start() error {
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log of %s: %w", p.name, err)
	}
	defer log.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping {
		return errors.New("stopping")
	}
	command := exec.Command(p.path, p.args...)
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = processAttributes()
	result := make(chan error)
	starter() <- func() { result <- command.Start() }
	if err := <-result; err != nil {
		return fmt.Errorf("starting %s: %w", p.name, err)
	}
	p.command = command
	return nil
}

func (p *child) wait() string {
	p.mu.Lock()
	command := p.command
	p.mu.Unlock()
	_ = command.Wait()
	return command.ProcessState.String()
}

func (p *child) isStopping() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopping
}

// stop asks the program to end, kills it when it has not ended within the grace period, and returns when it is gone.
func (p *child) stop(grace time.Duration) {
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

// logTail is the end of a program's log, made to be put behind an error.
func (c *ControlPlane) logTail(name string) string {
	path := filepath.Join(c.options.LogDir, name+".log")
	content, _ := os.ReadFile(path)
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	if len(lines) > logLines {
		lines = lines[len(lines)-logLines:]
	}
	return fmt.Sprintf("\n%s\nwhole log: %s", strings.Join(lines, "\n"), path)
}

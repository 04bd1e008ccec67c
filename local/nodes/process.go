package nodes

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// runProcess runs the program that stands for the image, with the container's environment and BIND_ADDRESS, PORT and
// POD_IP added, probes it, and returns its exit code.
func (c *container) runProcess(ctx context.Context) (int, error) {
	var ports []int32
	for _, port := range c.spec.Ports {
		ports = append(ports, port.ContainerPort)
	}
	if len(ports) == 0 {
		ports = []int32{8080}
	}
	if err := c.takeAddress(ports); err != nil {
		return 0, err
	}
	object := c.latest()
	environment, err := c.environment(ctx, object)
	if err != nil {
		return 0, err
	}
	defaults := map[string]string{"PORT": strconv.Itoa(int(ports[0])), "POD_IP": c.address()}
	for name, value := range defaults {
		if _, ok := environment[name]; !ok {
			environment[name] = value
		}
	}
	environment["BIND_ADDRESS"] = Loopback(c.address())
	arguments := slices.Clone(c.spec.Args)
	if len(c.spec.Command) > 1 {
		arguments = append(slices.Clone(c.spec.Command[1:]), arguments...)
	}
	command := exec.Command(c.binary)
	for _, argument := range arguments {
		command.Args = append(command.Args, expand(argument, environment))
	}
	command.Env = append(command.Env, "PATH="+os.Getenv("PATH"))
	for name, value := range environment {
		command.Env = append(command.Env, name+"="+value)
	}
	output, err := c.logFile(object)
	if err != nil {
		return 0, err
	}
	if output != nil {
		defer output.Close()
		command.Stdout, command.Stderr = output, output
	}
	return c.supervise(ctx, command)
}

// supervise starts the process and waits for it; it passes on a stop as SIGTERM and, after the grace, as SIGKILL.
func (c *container) supervise(ctx context.Context, command *exec.Cmd) (int, error) {
	select {
	case <-c.stopping:
		return 0, errStopping
	default:
	}
	command.SysProcAttr = processAttributes()
	exited := make(chan error, 1)
	startError := make(chan error, 1)
	go func() {
		// The kernel ties the parent-death signal to the thread that forked.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		startError <- err
		if err == nil {
			exited <- command.Wait()
		}
	}()
	if err := <-startError; err != nil {
		return 0, fmt.Errorf("starting %s for image %s: %w", c.binary, c.spec.Image, err)
	}
	c.running()
	probes, endProbes := context.WithCancel(ctx)
	defer endProbes()
	go c.watchReadiness(probes)
	var terminate, kill <-chan time.Time
	stopping, stopped := c.stopping, false
	for {
		select {
		case err := <-exited:
			return exitCode(err), stoppingError(stopped || ctx.Err() != nil)
		case <-ctx.Done():
			_ = command.Process.Kill()
			return exitCode(<-exited), errStopping
		case <-stopping:
			stopping, stopped = nil, true
			endProbes()
			terminate = time.After(min(c.preStop(), c.gracePeriod()))
			kill = time.After(c.gracePeriod())
		case <-terminate:
			terminate = nil
			_ = command.Process.Signal(syscall.SIGTERM)
		case <-kill:
			_ = command.Process.Kill()
		}
	}
}

func stoppingError(stopped bool) error {
	if stopped {
		return errStopping
	}
	return nil
}

func (c *container) address() string {
	c.pod.mu.Lock()
	defer c.pod.mu.Unlock()
	return c.ip
}

func (c *container) gracePeriod() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.grace
}

// preStop returns how long the container's sleep hook holds back SIGTERM. Other hooks cannot run here.
func (c *container) preStop() time.Duration {
	if hook := c.spec.Lifecycle; hook != nil && hook.PreStop != nil && hook.PreStop.Sleep != nil {
		return time.Duration(hook.PreStop.Sleep.Seconds) * time.Second
	}
	return 0
}

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &exit):
		return 1
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}

func (c *container) logFile(object *corev1.Pod) (*os.File, error) {
	if c.LogDir == "" {
		return nil, nil
	}
	folder := filepath.Join(c.LogDir, "pods")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(folder, object.Namespace+"_"+object.Name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
}

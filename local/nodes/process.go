package nodes

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	corev1 "k8s.io/api/core/v1"
)

// process is a running program. The zero value is none.
type process struct {
	*os.Process
	exited <-chan int  // its exit code, -1 after a signal
	ready  <-chan bool // every change of its readiness
}

func (p process) alive() bool { return p.Process != nil }

func (p process) signal(signal os.Signal) {
	if p.alive() {
		_ = p.Signal(signal) // fails once the process has ended
	}
}

func (p process) kill() {
	if p.alive() {
		p.signal(syscall.SIGKILL)
		<-p.exited
	}
}

// defaultPort is where a program listens whose container names no port.
const defaultPort = 8080

func portOf(container corev1.Container) int32 {
	if len(container.Ports) == 0 {
		return defaultPort
	}
	return container.Ports[0].ContainerPort
}

// repository returns an image reference without its tag and digest.
func repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndex(image, ":"); colon > strings.LastIndex(image, "/") {
		image = image[:colon]
	}
	return image
}

// launch runs the program that stands for the container and probes its readiness until it exits.
func (p *pod) launch(ctx context.Context, container corev1.Container, binary string) (process, error) {
	environment, err := p.environment(container)
	if err != nil {
		return process{}, err
	}
	output, err := p.logFile()
	if err != nil {
		return process{}, err
	}
	defer output.Close() // the process has its own handle
	command := exec.Command(binary, container.Args...)
	command.Env, command.Stdout, command.Stderr = environment, output, output
	command.SysProcAttr = processAttributes()
	failed, exited := make(chan error), make(chan int, 1)
	ctx, end := context.WithCancel(ctx)
	go func() {
		// The kernel ties the parent-death signal to the thread that forked.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer end()
		err := command.Start()
		failed <- err
		if err == nil {
			_ = command.Wait() // says no more than the exit code
			exited <- command.ProcessState.ExitCode()
		}
	}()
	if err := <-failed; err != nil {
		return process{}, fmt.Errorf("starting %s for image %s: %w", binary, container.Image, err)
	}
	return process{Process: command.Process, exited: exited, ready: watchReadiness(ctx, Loopback(p.ip), container)}, nil
}

// environment returns the container's variables, with POD_IP and, unless it is set, PORT added. BIND_ADDRESS is the
// loopback address, whatever the container says.
func (p *pod) environment(container corev1.Container) ([]string, error) {
	list := []string{"PATH=" + os.Getenv("PATH"), "POD_IP=" + p.ip, fmt.Sprintf("PORT=%d", portOf(container))}
	for _, variable := range container.Env {
		if variable.ValueFrom != nil {
			return nil, fmt.Errorf("variable %s of container %s has a valueFrom, and a process of the local stack knows plain values only: give it a value", variable.Name, container.Name)
		}
		list = append(list, variable.Name+"="+variable.Value)
	}
	return append(list, "BIND_ADDRESS="+Loopback(p.ip)), nil // the last one wins
}

// logFile opens the file that receives the output of the pod's process.
func (p *pod) logFile() (*os.File, error) {
	name := filepath.Join(p.LogDir, "pods", p.object.Namespace+"_"+p.object.Name+".log")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
}

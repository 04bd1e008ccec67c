package nodes

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// defaultPort is where a program listens whose container names no port.
const defaultPort = 8080

func portOf(container corev1.Container) int32 {
	if len(container.Ports) == 0 {
		return defaultPort
	}
	return container.Ports[0].ContainerPort
}

// launch runs the program that stands for the container until it exits, and probes its readiness. When ctx ends, the program
// receives SIGTERM and, after what is left of the pod's grace, SIGKILL. The exit code is -1 after a signal and for a program
// that cannot be run.
func (p *pod) launch(ctx context.Context, container corev1.Container, binary string) (<-chan int, <-chan bool, error) {
	output, err := p.logFile()
	if err != nil {
		return nil, nil, err
	}
	probing, end := context.WithCancel(ctx)
	command := exec.CommandContext(ctx, binary, container.Args...)
	command.Env, command.Stdout, command.Stderr = p.environment(container), output, output
	command.SysProcAttr = processAttributes()
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	if grace := p.object.Spec.TerminationGracePeriodSeconds; grace != nil {
		command.WaitDelay = max(time.Duration(*grace)*time.Second-p.preStop(), time.Second)
	}
	exited := make(chan int, 1)
	go func() {
		// The kernel ties the parent-death signal to the thread that forked.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := command.Run(); command.ProcessState == nil {
			_, _ = fmt.Fprintf(output, "starting %s for image %s: %v\n", binary, container.Image, err)
		}
		_ = output.Close()
		end()
		exited <- command.ProcessState.ExitCode()
	}()
	return exited, probe(probing, Loopback(p.ip), container), nil
}

// environment returns the container's variables, with POD_IP and, unless it is set, PORT added. BIND_ADDRESS is the
// loopback address, whatever the container says.
func (p *pod) environment(container corev1.Container) []string {
	list := []string{"PATH=" + os.Getenv("PATH"), "POD_IP=" + p.ip, fmt.Sprintf("PORT=%d", portOf(container))}
	for _, variable := range container.Env {
		list = append(list, variable.Name+"="+variable.Value)
	}
	return append(list, "BIND_ADDRESS="+Loopback(p.ip)) // the last one wins
}

// LogFile is the file below Config.LogDir that receives the output of a pod's process.
func LogFile(logDir, namespace, pod string) string {
	return filepath.Join(logDir, "pods", namespace+"_"+pod+".log")
}

// logFile opens the file that receives the output of the pod's process.
func (p *pod) logFile() (*os.File, error) {
	name := LogFile(p.LogDir, p.object.Namespace, p.object.Name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
}

// eagerPeriod is the time between probes until the first success, so that a local start does not wait for a period.
const eagerPeriod = 100 * time.Millisecond

// probe sends whether the container is ready by its HTTP readiness probe, until ctx ends: one success makes it ready,
// failureThreshold failures in a row make it unready. With another probe or none it is ready at once. Startup and liveness
// probes are not performed.
func probe(ctx context.Context, address string, container corev1.Container) <-chan bool {
	results := make(chan bool, 1)
	probe := container.ReadinessProbe
	if probe == nil || probe.HTTPGet == nil {
		results <- true
		return results
	}
	port := probe.HTTPGet.Port.IntVal
	for _, named := range container.Ports {
		if named.Name == probe.HTTPGet.Port.StrVal && named.Name != "" {
			port = named.ContainerPort
		}
	}
	url := fmt.Sprintf("http://%s:%d/%s", address, port, strings.TrimPrefix(probe.HTTPGet.Path, "/"))
	client := &http.Client{Timeout: time.Duration(max(probe.TimeoutSeconds, 1)) * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	go func() {
		ready, failures, period := false, int32(0), eagerPeriod
		for ctx.Err() == nil {
			response, err := client.Get(url)
			if failures++; err == nil {
				_ = response.Body.Close()
				if response.StatusCode < 400 {
					ready, failures, period = true, 0, time.Duration(max(probe.PeriodSeconds, 1))*time.Second
				}
			}
			select {
			case <-ctx.Done():
			case results <- ready && failures < max(probe.FailureThreshold, 1):
			}
			select {
			case <-ctx.Done():
			case <-time.After(period):
			}
		}
	}()
	return results
}

package kubelet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// container is one of a pod. Its pod's goroutine alone uses the fields that change.
type container struct {
	corev1.Container
	kind    kind
	program Program
	nothing string // why no program runs; empty where one does

	state, last corev1.ContainerState
	begun, over bool // it has run at all; it is not started again
	started     bool
	ready       bool
	restarts    int32
	backOff     backOff
	startAt     time.Time // not before
	startedAt   time.Time
	process     *process
	stopping    bool
	killedFor   string // by the pod: why

	launch      launch
	environment []string
	log         *boundedLog
}

// real says whether the container runs a program.
func (c *container) real() bool { return c.nothing == "" }

// alive says whether the container runs, be it nothing.
func (c *container) alive() bool { return c.state.Running != nil }

func (c *container) failed() bool {
	return c.state.Terminated != nil && c.state.Terminated.ExitCode != 0
}

// wait says why the container does not run yet.
func (c *container) wait(reason, message string) {
	c.state = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
}

// start starts a container, or says in its state why it cannot. One without a program runs nothing, which is ready, or, where it is meant to
// end, has ended well.
func (p *Pod) start(ctx context.Context, c *container) {
	c.startedAt = time.Now()
	if !c.real() {
		c.begun, c.ready, c.started = true, true, true
		c.state = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now()}}
		if c.kind == initial || c.kind == ordinary && p.object.Spec.RestartPolicy != corev1.RestartPolicyAlways && p.object.Spec.RestartPolicy != "" {
			p.ended(c, 0, "ran nothing: "+c.nothing)
		}
		return
	}
	if err := p.prepareLaunch(ctx, c); err != nil {
		c.wait("CreateContainerConfigError", err.Error())
		c.startAt = time.Now().Add(retryPeriod)
		return
	}
	c.begun = true
	if err := p.launchProcess(ctx, c); err != nil {
		c.state = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now()}}
		p.endedFor(c, startFailed, "StartError", err.Error())
		return
	}
	c.state = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now()}}
}

// prepareLaunch decides what a container's process is: its files, environment and command.
func (p *Pod) prepareLaunch(ctx context.Context, c *container) error {
	variables, err := p.variables(ctx, c)
	if err != nil {
		return err
	}
	if err := p.prepareOwn(c); err != nil {
		return err
	}
	mounts, err := p.mounts(c, variables)
	if err != nil {
		return err
	}
	own, given := commandLine(c.program, c.Command, c.Args)
	dir, home := c.WorkingDir, p.own(c, homeName)
	expanded := func(words []string) []string {
		return mapped(words, func(word string) string { return expand(word, variables) })
	}
	given = expanded(given)
	if p.Isolation == Mounted {
		setDefault(variables, "TMPDIR", temporaryPath)
	} else {
		temporary := rewrite(temporaryPath, mounts)
		if temporary == temporaryPath {
			temporary = p.own(c, "tmp")
		}
		if err := linkTemporary(mounts, temporary); err != nil {
			return err
		}
		for name, value := range variables {
			if value != os.Getenv("PATH") {
				variables[name] = rewrite(value, mounts)
			}
		}
		given = mapped(given, func(word string) string { return rewrite(word, mounts) })
		dir = rewrite(dir, mounts)
		setDefault(variables, "TMPDIR", temporary)
	}
	setDefault(variables, "HOME", home)
	for name, value := range c.program.Environment { // it wins over the container's
		variables[name] = expand(value, variables)
	}
	c.environment = pairs(variables)
	c.launch = launch{Mounts: mounts, Root: p.own(c, "root"), Hostname: p.object.Name, Command: slices.Concat(expanded(own), given)}
	for _, candidate := range []string{dir, c.program.Directory, home} {
		if candidate != "" {
			c.launch.Directories = append(c.launch.Directories, candidate)
		}
	}
	for _, path := range []string{c.launch.Command[0], c.program.Directory, home} {
		if filepath.IsAbs(path) {
			c.launch.Keep = append(c.launch.Keep, path)
		}
	}
	return nil
}

func mapped(words []string, change func(string) string) (all []string) {
	for _, word := range words {
		all = append(all, change(word))
	}
	return all
}

func setDefault(variables map[string]string, name, value string) {
	if _, set := variables[name]; !set {
		variables[name] = value
	}
}

// begin starts a command of the container.
func (p *Pod) begin(l launch, environment []string, output interface{ Write([]byte) (int, error) }) (*exec.Cmd, error) {
	if p.Isolation == Mounted {
		return startHelper(l, environment, output)
	}
	return startPlain(l, environment, output)
}

// launchProcess starts the container's process, its hook and its probes.
func (p *Pod) launchProcess(ctx context.Context, c *container) error {
	log, err := openLog(ContainerLogFile(p.LogDir, p.object, c.Name), logLimit)
	if err != nil {
		return err
	}
	c.log = log
	observing, end := context.WithCancel(ctx)
	started, err := begin(
		func() (*exec.Cmd, error) { return p.begin(c.launch, c.environment, log) },
		func(code int32) {
			end()
			_ = log.Close()
			p.events <- func() { p.exited(c, code) }
		})
	if err != nil {
		end()
		fmt.Fprintf(log, "%v (image %s)\n", err, c.Image)
		return errors.Join(err, log.Close())
	}
	c.process, c.stopping, c.killedFor = started, false, ""
	t := p.target(c)
	go t.live(observing, c.Container, func(o observation) {
		select {
		case p.events <- func() { p.observed(ctx, c, started, o) }:
		case <-observing.Done():
		}
	})
	return nil
}

// live performs the postStart hook, and then the probes.
func (t target) live(ctx context.Context, c corev1.Container, tell func(observation)) {
	if c.Lifecycle != nil && c.Lifecycle.PostStart != nil {
		if err := t.hook(ctx, *c.Lifecycle.PostStart); err != nil {
			tell(observation{fault: fmt.Errorf("its postStart hook failed: %w", err)})
			return
		}
	}
	t.observe(ctx, probes{c.StartupProbe, c.LivenessProbe, c.ReadinessProbe}, tell)
}

// probeFault says which probe failed, and how.
func probeFault(name string, err error) error {
	return fmt.Errorf("its %s probe failed: %w", name, err)
}

// target is how probes and hooks reach a container.
func (p *Pod) target(c *container) target {
	l, environment := c.launch, c.environment
	return target{address: Loopback(p.ip), ports: c.Ports, exec: func(ctx context.Context, command []string) (string, error) {
		var output bytes.Buffer
		l.Command = slices.Clone(command)
		if p.Isolation != Mounted {
			for i := range l.Command {
				l.Command[i] = rewrite(l.Command[i], l.Mounts)
			}
		}
		ended := make(chan int32, 1)
		run, err := begin(func() (*exec.Cmd, error) { return p.begin(l, environment, &output) }, func(code int32) { ended <- code })
		if err != nil {
			return "", err
		}
		select {
		case code := <-ended:
			if code != 0 {
				err = fmt.Errorf("it ends with exit code %d", code)
			}
			return output.String(), err
		case <-ctx.Done():
			run.kill()
			<-ended
			return output.String(), ctx.Err()
		}
	}}
}

// observed takes over what probes tell, unless the process they asked has ended meanwhile.
func (p *Pod) observed(ctx context.Context, c *container, asked *process, o observation) {
	if c.process != asked {
		return
	}
	if o.fault != nil {
		if p.object.DeletionTimestamp == nil {
			p.Log.Info("restarting a container", "pod", p.object.Namespace+"/"+p.object.Name, "container", c.Name, "because", o.fault)
			c.killedFor = o.fault.Error()
			p.stop(ctx, c, time.Now().Add(p.grace()), true)
		}
		return
	}
	c.started, c.ready = o.started, o.ready
}

// exited records the end of a container's process.
func (p *Pod) exited(c *container, code int32) {
	c.process = nil
	p.ended(c, code, p.message(c, code))
}

// message is what a container leaves behind: https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/.
func (p *Pod) message(c *container, code int32) string {
	text, _ := os.ReadFile(p.messageFile(c)) // its folder is there
	if len(text) > 4096 {
		text = text[:4096]
	}
	if len(text) == 0 && code != 0 && c.TerminationMessagePolicy == corev1.TerminationMessageFallbackToLogsOnError {
		text = []byte(logTail(ContainerLogFile(p.LogDir, p.object, c.Name)))
	}
	return strings.ToValidUTF8(string(text), "�")
}

func (p *Pod) ended(c *container, code int32, message string) {
	reason := "Completed"
	if code != 0 {
		reason = "Error"
	}
	if c.killedFor != "" && message == "" {
		message = c.killedFor
	}
	p.endedFor(c, code, reason, message)
}

// endedFor decides whether a container that ended is started again, and when.
func (p *Pod) endedFor(c *container, code int32, reason, message string) {
	end := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		ExitCode: code, Reason: reason, Message: message, StartedAt: c.state.Running.StartedAt, FinishedAt: now(),
	}}
	c.state, c.started, c.ready = end, false, false
	policy := p.object.Spec.RestartPolicy
	again := startsAgain(policy, c.kind, code) || c.killedFor != "" && policy != corev1.RestartPolicyNever
	if !again || p.object.DeletionTimestamp != nil || p.ending() {
		c.over = true
		return
	}
	c.last = end
	pause := c.backOff.next(time.Since(c.startedAt))
	c.startAt = time.Now().Add(pause)
	if pause > 0 {
		c.wait("CrashLoopBackOff", fmt.Sprintf("back-off %s restarting a container that exited with code %d", pause, code))
	}
}

// stop ends a container's process, once: after its preStop hook, by SIGTERM, and at the deadline by SIGKILL.
func (p *Pod) stop(ctx context.Context, c *container, deadline time.Time, hooks bool) {
	if c.process == nil {
		if c.alive() {
			p.endedFor(c, 0, "Completed", "")
		}
		return
	}
	if c.stopping {
		return
	}
	c.stopping = true
	stopped, t := c.process, p.target(c)
	go func() {
		if hooks && c.Lifecycle != nil && c.Lifecycle.PreStop != nil {
			limit, cancel := context.WithDeadline(ctx, deadline)
			if err := t.hook(limit, *c.Lifecycle.PreStop); err != nil && ctx.Err() == nil {
				p.Log.Warn("a preStop hook failed", "pod", p.object.Namespace+"/"+p.object.Name, "container", c.Name, "error", err)
			}
			cancel()
		}
		stopped.terminate(deadline)
	}()
}

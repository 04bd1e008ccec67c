package kubelet

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

// start starts a container, or says in its state why it cannot. One without a program runs nothing, which is ready, or, where it is meant
// to end, has ended well.
func (p *Pod) start(ctx context.Context, c *container) {
	c.startedAt = time.Now()
	if !c.real() {
		c.begun, c.ready, c.started = true, true, true
		c.state = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now()}}
		if c.kind != sidecar && !startsAgain(p.object.Spec.RestartPolicy, c.kind, 0) {
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
		p.endedFor(c, startFailed, "StartError", err.Error())
		return
	}
	c.state = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now()}}
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
		ExitCode: code, Reason: reason, Message: message, StartedAt: metav1.NewTime(c.startedAt).Rfc3339Copy(), FinishedAt: now(),
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
	stopped, t, pod := c.process, p.target(c), p.object.Namespace+"/"+p.object.Name
	go func() {
		if hooks && c.Lifecycle != nil && c.Lifecycle.PreStop != nil {
			limit, cancel := context.WithDeadline(ctx, deadline)
			if err := t.hook(limit, *c.Lifecycle.PreStop); err != nil && ctx.Err() == nil {
				p.Log.Warn("a preStop hook failed", "pod", pod, "container", c.Name, "error", err)
			}
			cancel()
		}
		stopped.terminate(deadline)
	}()
}

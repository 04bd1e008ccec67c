package nodes

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// container runs one container of a pod: as a process when its image stands for a program here, else as nothing at all.
type container struct {
	*pod
	spec   corev1.Container
	binary string

	mu       sync.Mutex
	status   corev1.ContainerStatus
	stopping chan struct{}
	stopped  bool
	grace    time.Duration
	ended    bool // no restart follows
}

func newContainer(p *pod, spec corev1.Container, before corev1.PodStatus) *container {
	c := &container{pod: p, spec: spec, binary: p.Binaries[repository(spec.Image)], stopping: make(chan struct{})}
	c.status = corev1.ContainerStatus{Name: spec.Name, Image: spec.Image, ImageID: spec.Image, Started: new(bool)}
	c.status.State.Waiting = &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}
	for _, status := range before.ContainerStatuses {
		if status.Name == spec.Name {
			c.status.RestartCount = status.RestartCount
		}
	}
	return c
}

// repository returns an image reference without its tag and digest.
func repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndex(image, ":"); colon > strings.LastIndex(image, "/") {
		image = image[:colon]
	}
	return image
}

// stop asks the container to end within grace seconds.
func (c *container) stop(grace int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stopped {
		c.stopped, c.grace = true, time.Duration(grace)*time.Second
		close(c.stopping)
	}
}

// snapshot returns the status and whether the container will be started again.
func (c *container) snapshot() (corev1.ContainerStatus, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *c.status.DeepCopy(), !c.ended
}

func (c *container) change(edit func(*corev1.ContainerStatus)) {
	c.mu.Lock()
	edit(&c.status)
	c.mu.Unlock()
	c.signal()
}

// run starts the container, and starts it again after it exits as its pod's restart policy says, until it is stopped.
func (c *container) run(ctx context.Context) {
	defer func() {
		c.mu.Lock()
		c.ended = true
		c.mu.Unlock()
		c.signal()
	}()
	delay := time.Duration(0)
	for {
		exit, err := c.runOnce(ctx)
		if errors.Is(err, errStopping) || ctx.Err() != nil {
			return
		}
		if err != nil {
			c.change(func(s *corev1.ContainerStatus) {
				s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CreateContainerConfigError", Message: err.Error()}}
			})
		} else {
			policy := c.latest().Spec.RestartPolicy
			if policy == corev1.RestartPolicyNever || policy == corev1.RestartPolicyOnFailure && exit.ExitCode == 0 {
				return
			}
			c.change(func(s *corev1.ContainerStatus) {
				s.RestartCount++
				s.LastTerminationState.Terminated = exit
				if delay > 0 {
					s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff", Message: fmt.Sprintf("back-off %s restarting container %s, which exited with code %d", delay, c.spec.Name, exit.ExitCode)}}
				}
			})
			// As a kubelet does, forget about exits after ten good minutes.
			if exit.FinishedAt.Sub(exit.StartedAt.Time) > 10*time.Minute {
				delay = 0
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-c.stopping:
			return
		case <-time.After(delay):
		}
		delay = min(max(2*delay, c.RestartDelay), time.Minute)
	}
}

// runOnce runs the container until it exits. It returns errStopping when it was asked to end, and another error when
// it could not be started.
func (c *container) runOnce(ctx context.Context) (*corev1.ContainerStateTerminated, error) {
	started := metav1.Now()
	var code int
	var err error
	if c.binary == "" {
		code, err = c.pretend(ctx)
	} else {
		code, err = c.runProcess(ctx)
	}
	if err != nil && !errors.Is(err, errStopping) {
		return nil, err
	}
	exit := &corev1.ContainerStateTerminated{ExitCode: int32(code), Reason: "Completed", StartedAt: started, FinishedAt: metav1.Now()}
	if code != 0 {
		exit.Reason = "Error"
	}
	c.change(func(s *corev1.ContainerStatus) {
		s.State, s.Ready, s.Started = corev1.ContainerState{Terminated: exit}, false, new(bool)
	})
	return exit, err
}

// pretend is a container without a process: ready after a moment, and complete a moment later when it is part of a Job.
func (c *container) pretend(ctx context.Context) (int, error) {
	after := time.After(c.StartDelay)
	for started := false; ; started = true {
		select {
		case <-ctx.Done():
			return 0, errStopping
		case <-c.stopping:
			return 0, errStopping
		case <-after:
		}
		if started {
			return 0, nil
		}
		c.running()
		c.setReady(true)
		after = nil
		if c.latest().Spec.RestartPolicy != corev1.RestartPolicyAlways {
			after = time.After(c.StartDelay)
		}
	}
}

func (c *container) running() {
	c.change(func(s *corev1.ContainerStatus) {
		s.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}}
		s.Started = new(true)
	})
}

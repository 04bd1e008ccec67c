package kubelet

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/local/durable"
)

// Pod is the kubelet's side of one pod, from its start on a node to its removal from the API server. Its goroutine alone uses the fields
// that change.
type Pod struct {
	*Kubelet
	news   chan *corev1.Pod
	events chan func() // of its processes and probes
	cancel context.CancelFunc
	told   *corev1.Pod // the last news; the caller of Tell alone uses it
	dir    string      // of its files

	object    *corev1.Pod
	added     []corev1.Volume // by Admit
	ip        string
	inits     []*container // init containers
	mains     []*container
	volumes   *volumes
	prepared  bool
	refreshAt time.Time // when volumes are looked at again
	wakeAt    time.Time // when something is due
	stopBy    time.Time // when what still runs of a deleted pod is killed
	revision  uint64    // of the programs; the caller of Tell alone uses it
	removed   atomic.Bool
}

// Cancel ends a pod's processes without hooks, and removes its files: the pod is gone from the API server.
func (p *Pod) Cancel() {
	p.removed.Store(true)
	p.cancel()
}

// Tell passes news to the pod unless it knows them: those of its object, and of the programs as of the last [Kubelet.Refresh]. While it is
// busy they are left for the next time.
func (p *Pod) Tell(object *corev1.Pod) {
	if p.told == object && p.revision == p.Kubelet.revision {
		return
	}
	select {
	case p.news <- object:
		p.told, p.revision = object, p.Kubelet.revision
	default:
	}
}

// containers finds the programs of the pod's containers.
func (p *Pod) containers() {
	before := statusesOf(p.object)
	for _, given := range p.object.Spec.InitContainers {
		p.inits = append(p.inits, p.newContainer(given, initKind(given), before[given.Name]))
	}
	for _, given := range p.object.Spec.Containers {
		p.mains = append(p.mains, p.newContainer(given, ordinary, before[given.Name]))
	}
	p.volumes = &volumes{Pod: p, dir: filepath.Join(p.dir, "volumes"), written: map[string]map[string]file{}, tokens: map[string]*token{}}
}

// newContainer goes on from the status that a container has from before: it counts on, and stays over where it is not started again.
func (p *Pod) newContainer(given corev1.Container, k kind, before *corev1.ContainerStatus) *container {
	c := &container{Container: given, kind: k}
	c.program, c.nothing = p.Kubelet.program(p.object, given.Image)
	if c.wait("ContainerCreating", ""); len(p.object.Spec.InitContainers) > 0 {
		c.wait("PodInitializing", "")
	}
	if before == nil {
		return c
	}
	c.restarts, c.last = before.RestartCount, before.LastTerminationState
	if end := before.State.Terminated; end != nil && !startsAgain(p.object.Spec.RestartPolicy, k, end.ExitCode) {
		c.begun, c.over, c.state = true, true, before.State
	}
	return c
}

// all are the containers in the order in which they start.
func (p *Pod) all() []*container { return slices.Concat(p.inits, p.mains) }

// run starts the pod and goes through its events until it is deleted and its processes have ended, or ctx ends. What failed is tried again.
func (p *Pod) run(ctx context.Context) {
	defer p.clean()
	if phase := p.object.Status.Phase; phase == corev1.PodSucceeded || phase == corev1.PodFailed {
		p.finish(ctx)
		return
	}
	for said := ""; ; {
		p.wakeAt = time.Time{}
		p.step(ctx)
		gone, err := p.report(ctx)
		if gone {
			return
		}
		if said = p.logOnce(said, err); err != nil {
			p.wake(time.Now().Add(retryPeriod))
		}
		select {
		case <-ctx.Done():
			p.drain(ctx)
			return
		case object := <-p.news:
			p.see(object)
			p.reconsider(ctx)
		case event := <-p.events:
			event()
		case <-p.alarm():
		}
	}
}

// finish waits for the deletion of a pod that has run before.
func (p *Pod) finish(ctx context.Context) {
	for said := ""; ctx.Err() == nil; {
		if p.object.DeletionTimestamp != nil {
			err := p.remove(ctx)
			if err == nil {
				p.removed.Store(true)
				return
			}
			said = p.logOnce(said, err)
			sleep(ctx, retryPeriod)
			continue
		}
		select {
		case <-ctx.Done():
		case p.object = <-p.news:
		}
	}
}

// wake asks for another step at a time.
func (p *Pod) wake(at time.Time) {
	if p.wakeAt.IsZero() || at.Before(p.wakeAt) {
		p.wakeAt = at
	}
}

func (p *Pod) alarm() <-chan time.Time {
	if p.wakeAt.IsZero() {
		return nil
	}
	return time.After(time.Until(p.wakeAt))
}

// see takes the object as it is now, with the volumes that it was admitted with.
func (p *Pod) see(object *corev1.Pod) {
	if len(p.added) > 0 {
		object = object.DeepCopy()
		object.Spec.Volumes = append(object.Spec.Volumes, p.added...)
	}
	p.object = object
}

// reconsider starts containers again that have another image, or whose image stands for another program now.
func (p *Pod) reconsider(ctx context.Context) {
	for _, c := range p.all() {
		given := containerOf(p.object, c.Name)
		program, nothing := p.Kubelet.program(p.object, given.Image)
		if c.over || given.Image == c.Image && nothing == c.nothing && reflect.DeepEqual(program, c.program) {
			continue
		}
		c.Image, c.program, c.nothing, c.backOff, p.prepared = given.Image, program, nothing, backOff{}, false
		switch {
		case c.process != nil:
			c.killedFor = "another program stands for its image now"
			p.stop(ctx, c, time.Now().Add(p.grace()), true)
		case c.alive():
			c.wait("ContainerCreating", "")
			c.started, c.ready = false, false
		}
	}
}

// drainLimit bounds how long processes may take to end when the local stack stops.
const drainLimit = 20 * time.Second

// drain ends what runs, without hooks, and returns when all has ended.
func (p *Pod) drain(ctx context.Context) {
	deadline := time.Now().Add(min(p.grace(), drainLimit))
	for {
		running := false
		for _, c := range p.all() {
			if c.process != nil {
				running = true
				p.stop(ctx, c, deadline, false)
			}
		}
		if !running {
			return
		}
		(<-p.events)()
	}
}

// clean removes the files of a pod that is gone. Those of others wait for the local stack to come back, as those of a node do.
func (p *Pod) clean() {
	if !p.removed.Load() {
		return
	}
	if err := durable.RemoveAll(p.dir); err != nil {
		p.Log.Warn("removing the files of a pod", "pod", p.object.Namespace+"/"+p.object.Name, "error", err)
	}
}

// remove takes the pod off the API server, which kept it for its end.
func (p *Pod) remove(ctx context.Context) error {
	return ignoreGone(p.Client.CoreV1().Pods(p.object.Namespace).Delete(ctx, p.object.Name, metav1.DeleteOptions{
		Preconditions: metav1.NewUIDPreconditions(string(p.object.UID)), GracePeriodSeconds: new(int64),
	}))
}

// logOnce logs an error once for as long as it stays the same, and returns what it last logged.
func (p *Pod) logOnce(said string, err error) string {
	if err == nil {
		return ""
	}
	if err.Error() != said && !errors.Is(err, context.Canceled) {
		p.Log.Warn(fmt.Sprintf("pod %s/%s: %v", p.object.Namespace, p.object.Name, err))
	}
	return err.Error()
}

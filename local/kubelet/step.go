package kubelet

import (
	"context"
	"slices"
	"time"
)

// step does everything that is due: it ends what has to end, and starts what may start.
func (p *Pod) step(ctx context.Context) {
	switch {
	case p.object.DeletionTimestamp != nil:
		p.terminate(ctx)
	case p.ending():
		for _, c := range p.all() {
			p.stop(ctx, c, time.Now().Add(p.grace()), true)
		}
	case p.prepare(ctx):
		p.advance(ctx)
	}
}

// ending says whether no container will be started any more: sidecars end then.
func (p *Pod) ending() bool {
	for _, c := range p.inits {
		if c.kind == initial && c.over && c.failed() {
			return true
		}
	}
	return !slices.ContainsFunc(p.mains, func(c *container) bool { return !c.over })
}

// prepare gives the pod its address and its volumes, and says in the state of its containers why it cannot.
func (p *Pod) prepare(ctx context.Context) bool {
	var err error
	if p.ip == "" {
		p.ip, err = p.Attach(p.object)
	}
	if err == nil && (!p.prepared || !p.refreshAt.IsZero() && time.Now().After(p.refreshAt)) {
		if err = p.volumes.write(ctx); err == nil {
			p.prepared = true
		} else if p.prepared { // what runs has the files of before
			p.Log.Warn("bringing volumes up to date", "pod", p.object.Namespace+"/"+p.object.Name, "error", err)
			err = nil
		}
		p.refreshAt = time.Time{}
		if p.volumes.changing() {
			p.refreshAt = time.Now().Add(refreshPeriod)
		}
	}
	if !p.refreshAt.IsZero() {
		p.wake(p.refreshAt)
	}
	if err == nil {
		return true
	}
	for _, c := range p.all() {
		if !c.alive() && !c.over {
			c.wait("ContainerCreating", err.Error())
		}
	}
	p.wake(time.Now().Add(retryPeriod))
	return false
}

// advance starts the containers that may run: init containers in their order, then the others.
func (p *Pod) advance(ctx context.Context) {
	for _, c := range p.inits {
		p.startDue(ctx, c)
		if c.kind == initial && !(c.over && !c.failed()) || c.kind == sidecar && !c.started {
			return
		}
	}
	for _, c := range p.mains {
		p.startDue(ctx, c)
	}
}

// startDue starts a container that does not run, if it is time.
func (p *Pod) startDue(ctx context.Context, c *container) {
	if c.alive() || c.over {
		return
	}
	if wait := time.Until(c.startAt); wait > 0 {
		p.wake(c.startAt)
		return
	}
	if c.begun && !p.move(c) {
		return
	}
	if c.begun {
		c.restarts++
	}
	p.start(ctx, c)
	if !c.alive() && !c.over {
		p.wake(c.startAt)
	}
}

// move looks at the pod's address again before a container is started again, and reports whether there is one: a pod of another checkout
// may have taken a port there before the container had it. While another container listens there, the address stays.
func (p *Pod) move(c *container) bool {
	if slices.ContainsFunc(p.all(), func(other *container) bool { return other.process != nil }) {
		return true
	}
	ip, err := p.Attach(p.object)
	if err != nil {
		c.wait("ContainerCreating", err.Error())
		c.startAt = time.Now().Add(retryPeriod)
		p.wake(c.startAt)
		return false
	}
	p.ip = ip
	return true
}

// grace is how long the pod's processes may take to end.
func (p *Pod) grace() time.Duration {
	for _, grace := range []*int64{p.object.DeletionGracePeriodSeconds, p.object.Spec.TerminationGracePeriodSeconds} {
		if grace != nil {
			return time.Duration(*grace) * time.Second
		}
	}
	return 30 * time.Second
}

// terminate ends the containers of a deleted pod, sidecars after all others, in the reverse of their order.
func (p *Pod) terminate(ctx context.Context) {
	if p.stopBy.IsZero() {
		p.stopBy = time.Now().Add(p.grace())
	}
	alive := false
	for _, c := range p.all() {
		if c.kind != sidecar {
			p.stop(ctx, c, p.stopBy, true)
			alive = alive || c.alive()
		}
	}
	for _, c := range slices.Backward(p.inits) {
		if alive {
			return
		}
		p.stop(ctx, c, p.stopBy, true)
		alive = c.alive()
	}
}

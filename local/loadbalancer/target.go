package loadbalancer

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// targetGroup holds the targets of a target group and takes turns among them.
type targetGroup struct {
	mu      sync.Mutex
	targets []*target
	next    int
}

// target is a registered target. Its context ends when the deregistration delay is over.
type target struct {
	address string
	ctx     context.Context
	end     context.CancelFunc
}

// setTargets registers new targets and deregisters missing ones: they get no more requests, and the requests they have
// may take as long as delay (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay).
func (g *targetGroup) setTargets(addresses []string, delay time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := map[string]*target{}
	for _, t := range g.targets {
		before[t.address] = t
	}
	g.targets = nil
	for _, address := range addresses {
		t := before[address]
		if t == nil {
			t = &target{address: address}
			t.ctx, t.end = context.WithCancel(context.Background())
		}
		delete(before, address)
		g.targets = append(g.targets, t)
	}
	for _, t := range before {
		time.AfterFunc(delay, t.end)
	}
}

// pick returns the next target in turn, or nil when there is none.
func (g *targetGroup) pick() *target {
	if g == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.targets) == 0 {
		return nil
	}
	g.next++
	return g.targets[g.next%len(g.targets)]
}

// targetTransport ends a request, its response body included, when its target is deregistered for good.
type targetTransport struct{ http.RoundTripper }

func (t targetTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	to := r.Context().Value(routeKey{}).(route)
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(to.target.ctx, cancel)
	finish := func() { stop(); cancel() }
	response, err := t.RoundTripper.RoundTrip(r.WithContext(ctx))
	if err != nil {
		finish()
		return nil, err
	}
	if writer, ok := response.Body.(io.ReadWriteCloser); ok { // an upgraded connection
		response.Body = upgradedBody{writer, finish}
	} else {
		response.Body = body{response.Body, finish}
	}
	return response, nil
}

type body struct {
	io.ReadCloser
	finish func()
}

func (b body) Close() error { defer b.finish(); return b.ReadCloser.Close() }

type upgradedBody struct {
	io.ReadWriteCloser
	finish func()
}

func (b upgradedBody) Close() error { defer b.finish(); return b.ReadWriteCloser.Close() }

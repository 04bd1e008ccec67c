package loadbalancer

import (
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modelway/modelway/internal/alb"
)

// idleTimeout is the default of an ALB
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#load-balancer-attributes).
const idleTimeout = 60 * time.Second

// front serves all load balancers of this machine. Load balancers that listen on the same port share it: on AWS each has
// addresses of its own, here the host name tells them apart.
type front struct {
	draw   func() float64         // a point in [0, 1), for weights
	page   http.Handler           // what this machine's own names lead to; nil for nothing
	routes atomic.Pointer[routes] // what requests go by

	mu         sync.Mutex
	held       []int                             // ports that are open in any case
	balancers  map[string]*served                // by group
	servers    map[int]*http.Server              // by listener port
	faults     map[int]error                     // why ports are not open
	transports map[time.Duration]*http.Transport // by idle timeout
}

// balancer is one load balancer with the addresses of its targets by target group key. Its model is never changed in place.
type balancer struct {
	hostname string
	model    *alb.LoadBalancer
	targets  map[string][]string
}

func newFront() *front {
	f := &front{draw: rand.Float64, balancers: map[string]*served{}, servers: map[int]*http.Server{},
		transports: map[time.Duration]*http.Transport{}}
	f.routes.Store(&routes{})
	return f
}

// apply makes a load balancer serve. A target that is missing now gets no more requests and finishes those it has. The
// error names the listeners that could not be opened; the others serve.
func (f *front) apply(group string, b balancer) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.balancers[group] = newServed(b, f.balancers[group], f.transport(b.model))
	return f.listen()
}

// remove takes a load balancer away.
func (f *front) remove(group string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.balancers, group)
	_ = f.listen()
}

// hold opens ports that stay open whether or not a load balancer listens there, and returns why each could not be opened, nil for one that
// is. A port that is no longer given is closed unless a load balancer listens there.
func (f *front) hold(ports []int) map[int]error {
	f.mu.Lock()
	defer f.mu.Unlock()
	open := true
	for _, port := range ports {
		open = open && f.servers[port] != nil
	}
	if !open || !slices.Equal(f.held, ports) {
		f.held = ports
		_ = f.listen() // told for each port below
	}
	held := map[int]error{}
	for _, port := range ports {
		held[port] = f.faults[port]
	}
	return held
}

// transport returns the connections to targets of the load balancers with the same idle timeout.
func (f *front) transport(model *alb.LoadBalancer) *http.Transport {
	timeout := idleTimeout
	if seconds, err := strconv.Atoi(model.Attributes["idle_timeout.timeout_seconds"]); err == nil {
		timeout = time.Duration(seconds) * time.Second
	}
	if f.transports[timeout] == nil {
		f.transports[timeout] = newTransport(timeout)
	}
	return f.transports[timeout]
}

func (f *front) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, server := range f.servers {
		_ = server.Close()
	}
}

// address is where a listener port is served: on the port that URLs have.
func address(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// listen lets requests see the load balancers, opens the HTTP ports that they need and closes the others. HTTPS listeners are part of
// the model only.
func (f *front) listen() error {
	wanted := routes{}
	for _, group := range slices.Sorted(maps.Keys(f.balancers)) {
		for port := range f.balancers[group].listeners {
			wanted[port] = append(wanted[port], f.balancers[group])
		}
	}
	f.routes.Store(&wanted)
	for port, server := range f.servers {
		if wanted[port] == nil && !slices.Contains(f.held, port) {
			_ = server.Close()
			delete(f.servers, port)
		}
	}
	f.faults = map[int]error{}
	for _, port := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(slices.Collect(maps.Keys(wanted)), f.held)))) {
		if f.servers[port] != nil {
			continue
		}
		socket, err := net.Listen("tcp", address(port))
		if err != nil {
			f.faults[port] = fmt.Errorf(
				"listener HTTP:%d cannot be served on %s: %w; stop what listens there, or give the load balancer another port", port, address(port),
				err)
			continue
		}
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.serve(port, w, r) })
		server := &http.Server{Handler: handler, IdleTimeout: idleTimeout, ReadHeaderTimeout: idleTimeout, DisableGeneralOptionsHandler: true,
			ErrorLog: log.New(io.Discard, "", 0)}
		f.servers[port] = server
		go func() { _ = server.Serve(socket) }()
	}
	var faults []error
	for _, port := range slices.Sorted(maps.Keys(wanted)) {
		faults = append(faults, f.faults[port])
	}
	return errors.Join(faults...)
}

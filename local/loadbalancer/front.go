package loadbalancer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/modelway/modelway/internal/alb"
)

// Defaults of AWS for an ALB and its target groups.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#load-balancer-attributes
const (
	defaultIdleTimeout         = 60 * time.Second
	defaultDeregistrationDelay = 300 * time.Second
)

// front serves all load balancers of this machine. Load balancers that listen on the same port share it: on AWS each has
// addresses of its own, here the host name tells them apart.
type front struct {
	Config
	mu        sync.RWMutex
	balancers map[string]*balancer // by group
	servers   map[int]*http.Server // by listener port
}

// balancer is one load balancer with its live targets.
type balancer struct {
	hostname     string
	model        alb.LoadBalancer
	targetGroups map[string]*targetGroup
	proxy        *httputil.ReverseProxy
	idleTimeout  time.Duration
}

func newFront(config Config) *front {
	return &front{Config: config, balancers: map[string]*balancer{}, servers: map[int]*http.Server{}}
}

// apply makes a load balancer serve a model with the given targets by target group key. The error names the listeners that
// could not be opened; the others serve.
func (f *front) apply(id, hostname string, model alb.LoadBalancer, endpoints map[string][]string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.balancers[id]
	if b == nil {
		b = &balancer{targetGroups: map[string]*targetGroup{}}
		f.balancers[id] = b
	}
	if timeout := seconds(model.Attributes["idle_timeout.timeout_seconds"], defaultIdleTimeout); timeout != b.idleTimeout {
		b.proxy, b.idleTimeout = newProxy(timeout), timeout
	}
	b.hostname, b.model = hostname, model
	for _, tg := range model.TargetGroups {
		if b.targetGroups[tg.Key] == nil {
			b.targetGroups[tg.Key] = &targetGroup{}
		}
		delay := seconds(tg.Attributes["deregistration_delay.timeout_seconds"], defaultDeregistrationDelay)
		b.targetGroups[tg.Key].setTargets(endpoints[tg.Key], delay)
	}
	for key, tg := range b.targetGroups {
		if _, wanted := model.TargetGroup(key); !wanted {
			tg.setTargets(nil, defaultDeregistrationDelay)
			delete(b.targetGroups, key)
		}
	}
	return f.listen()
}

// remove takes a load balancer away.
func (f *front) remove(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if b := f.balancers[id]; b != nil {
		for _, tg := range b.targetGroups {
			tg.setTargets(nil, 0)
		}
		delete(f.balancers, id)
		_ = f.listen()
	}
}

func (f *front) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.balancers = map[string]*balancer{}
	_ = f.listen()
}

// listen opens the ports that the models need and closes the others.
func (f *front) listen() error {
	wanted := map[int]bool{}
	var faults []error
	for _, b := range f.balancers {
		for _, listener := range b.model.Listeners {
			wanted[listener.Port] = wanted[listener.Port] || listener.Protocol == "HTTP"
		}
	}
	for port, server := range f.servers {
		if !wanted[port] {
			_ = server.Close()
			delete(f.servers, port)
		}
	}
	for _, port := range slices.Sorted(maps.Keys(wanted)) {
		if !wanted[port] || f.servers[port] != nil {
			continue // HTTPS listeners are part of the model only
		}
		address := f.Listen(port)
		socket, err := net.Listen("tcp", address)
		if err != nil {
			faults = append(faults, fmt.Errorf("listener HTTP:%d cannot be served on %s: %w; stop what listens there, or give the load balancer another port", port, address, err))
			continue
		}
		server := &http.Server{
			Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.serve(port, w, r) }),
			IdleTimeout:       defaultIdleTimeout,
			ReadHeaderTimeout: defaultIdleTimeout,
			ErrorLog:          log.New(io.Discard, "", 0),
		}
		f.servers[port] = server
		go func() { _ = server.Serve(socket) }()
	}
	return errors.Join(faults...)
}

// addresses says where the listeners of a model can be reached, and which cannot.
func (f *front) addresses(model alb.LoadBalancer) string {
	var list []string
	for _, listener := range model.Listeners {
		where := "not served, for there is no certificate here"
		if listener.Protocol == "HTTP" {
			where = "on http://" + f.Listen(listener.Port)
		}
		list = append(list, fmt.Sprintf("%s:%d %s", listener.Protocol, listener.Port, where))
	}
	return strings.Join(list, ", ")
}

// serve does with a request what the load balancer would.
func (f *front) serve(port int, w http.ResponseWriter, r *http.Request) {
	request := alb.RequestOf(r)
	b, action := f.route(port, request)
	listener := alb.Listener{Protocol: "HTTP", Port: port}
	switch action.Type {
	case alb.FixedResponse:
		if action.FixedResponse.ContentType != "" {
			w.Header().Set("Content-Type", action.FixedResponse.ContentType)
		}
		w.WriteHeader(action.FixedResponse.StatusCode)
		_, _ = w.Write([]byte(action.FixedResponse.MessageBody))
	case alb.Redirect:
		w.Header().Set("Location", action.Redirect.Location(listener, request))
		w.WriteHeader(action.Redirect.HTTPStatus())
	case alb.Forward:
		choice, _ := action.Forward.Pick(rand.Float64())
		f.mu.RLock()
		tg, proxy := b.targetGroups[choice.Key], b.proxy
		f.mu.RUnlock()
		target := tg.pick()
		if target == nil {
			plain(w, http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), routeKey{}, route{target, port})))
	default:
		plain(w, http.StatusNotFound)
	}
}

// route picks the load balancer of a request, by its host name, else by its having a rule for the request, and its action.
func (f *front) route(port int, request alb.Request) (*balancer, alb.Action) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	host, _, err := net.SplitHostPort(request.Host)
	if err != nil {
		host = request.Host
	}
	var first *balancer
	var fallback alb.Action
	for _, id := range slices.Sorted(maps.Keys(f.balancers)) {
		b := f.balancers[id]
		listener, ok := b.model.Listener(port)
		if !ok || listener.Protocol != "HTTP" {
			continue
		}
		action, matched := listener.Match(request)
		if matched || b.hostname == host {
			return b, action
		}
		if first == nil {
			first, fallback = b, action
		}
	}
	return first, fallback
}

type routeKey struct{}

type route struct {
	target *target
	port   int
}

// newProxy forwards to the target in the request's context. Headers as in
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html.
func newProxy(idleTimeout time.Duration) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Transport: targetTransport{&http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: idleTimeout, ResponseHeaderTimeout: idleTimeout, DisableCompression: true}},
		Rewrite: func(r *httputil.ProxyRequest) {
			to := r.In.Context().Value(routeKey{}).(route)
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", to.target.address, r.In.Host
			client, _, _ := net.SplitHostPort(r.In.RemoteAddr)
			r.Out.Header.Set("X-Forwarded-For", strings.Join(append(r.In.Header.Values("X-Forwarded-For"), client), ", "))
			r.Out.Header.Set("X-Forwarded-Proto", "http")
			r.Out.Header.Set("X-Forwarded-Port", strconv.Itoa(to.port))
		},
		ErrorLog: log.New(io.Discard, "", 0),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				plain(w, http.StatusGatewayTimeout)
				return
			}
			plain(w, http.StatusBadGateway)
		},
	}
}

// plain answers as an ALB does when it has no answer of a target.
func plain(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Server", "awselb/2.0")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<html><head><title>%[1]d %[2]s</title></head><body><center><h1>%[1]d %[2]s</h1></center></body></html>\n", status, http.StatusText(status))
}

func seconds(text string, otherwise time.Duration) time.Duration {
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return time.Duration(n) * time.Second
	}
	return otherwise
}

// Package egress carries the API server's connections to pods: calls of admission webhooks, conversion webhooks and aggregated APIs.
//
// The API server asks it, over a unix socket, for a connection to a pod's address (HTTP CONNECT, the protocol HTTPConnect of an
// EgressSelectorConfiguration: https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/), and gets one to the loopback
// address on which that pod listens. What fails is told in the reason phrase of the answer, which the API server repeats in its own error.
package egress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/modelway/modelway/local/kubelet"
)

const (
	// requestTime bounds how long the API server may take to say where it wants to go.
	requestTime = 5 * time.Second
	// dialTime bounds the connection to a pod. It is shorter than the timeout of most webhooks (10 seconds unless they say otherwise),
	// so that the API server repeats the reason and not that time was up.
	dialTime = 3 * time.Second
	// lingerTime bounds what one side may take to end after the other has ended: a program that was frozen never does.
	lingerTime = 10 * time.Second
)

// kubeletPort ends the address of a kubelet, which the API server calls by the name of its node.
const kubeletPort = ":10250"

// Config says who is reached. All fields are required.
type Config struct {
	// Pod returns the pod that has an address, as namespace/name; "" when none has.
	Pod func(ip string) (string, error)
	// Log receives each refusal and failure, once for as long as it stays the same.
	Log *slog.Logger
}

// Serve answers on the listener of Listen until ctx ends, then closes it and every connection, and returns nil. It returns an error only
// when the listener fails.
func Serve(ctx context.Context, listener net.Listener, config Config) error {
	p := &proxy{Config: config, ctx: ctx, linger: lingerTime, said: map[string]string{}}
	server := &http.Server{
		Handler: p, ReadHeaderTimeout: requestTime, BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog: slog.NewLogLogger(config.Log.Handler(), slog.LevelWarn),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	err := server.Serve(listener)
	tidy(listener)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("egress: accepting the API server's connections on %s: %w", listener.Addr(), err)
}

type proxy struct {
	Config
	ctx    context.Context
	linger time.Duration // lingerTime, but for tests

	mu   sync.Mutex
	said map[string]string // what was last said of a target
}

// ServeHTTP connects a CONNECT request to its pod, and answers any other one with why not.
func (p *proxy) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	pod, code, err := p.connect(request)
	p.say(request.RequestURI, err)
	client, _, hijacked := response.(http.Hijacker).Hijack()
	if hijacked != nil {
		p.Log.Warn("egress: taking over a connection: " + hijacked.Error())
		if err == nil {
			_ = pod.Close()
		}
		return
	}
	_ = client.SetDeadline(time.Time{})
	if err != nil {
		_, _ = fmt.Fprintf(client, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", code, oneLine(err.Error()))
		_ = client.Close()
		return
	}
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err == nil {
		p.carry(client, pod)
	}
	_, _ = client.Close(), pod.Close()
}

// connect dials the pod that a request names, or returns the status code of the refusal and its reason.
func (p *proxy) connect(request *http.Request) (net.Conn, int, error) {
	if request.Method != http.MethodConnect {
		return nil, http.StatusMethodNotAllowed, fmt.Errorf("%s is not supported here: only CONNECT to the address of a pod is", request.Method)
	}
	target, err := netip.ParseAddrPort(request.Host)
	if err != nil && strings.HasSuffix(request.Host, kubeletPort) {
		return nil, http.StatusNotImplemented, fmt.Errorf(
			"%s: nodes of the local stack serve no logs, exec or port-forward; the output of pods is in .modelway/logs/pods", request.Host)
	}
	if err != nil || !target.Addr().Is4() {
		return nil, http.StatusBadRequest, fmt.Errorf("%q is not an IPv4 address and port of a pod", request.Host)
	}
	pod, err := p.Pod(target.Addr().String())
	if err != nil {
		return nil, http.StatusBadGateway, fmt.Errorf("looking up the pod with the address %s: %w", target.Addr(), err)
	}
	if pod == "" {
		return nil, http.StatusForbidden, fmt.Errorf(
			"no pod of the local stack has the address %s: only pods are reached from the API server", target.Addr())
	}
	local := net.JoinHostPort(kubelet.Loopback(target.Addr().String()), fmt.Sprint(target.Port()))
	connection, err := (&net.Dialer{Timeout: dialTime}).DialContext(request.Context(), "tcp", local)
	if err != nil {
		return nil, http.StatusBadGateway, fmt.Errorf(
			"nothing listens at %s for pod %s (%s): it runs no program on this machine, or one that has not opened port %d (%w); see `modelway status`",
			local, pod, target, target.Port(), err)
	}
	return connection, http.StatusOK, nil
}

// carry copies both ways until both sides have ended, one has failed, one has not followed the other's end in time, or the proxy stops.
func (p *proxy) carry(client, pod net.Conn) {
	ends := context.AfterFunc(p.ctx, func() { _, _ = client.Close(), pod.Close() })
	defer ends()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{client, pod}, {pod, client}} {
		both.Go(func() {
			_, err := io.Copy(way[0], way[1])
			if half, ok := way[0].(interface{ CloseWrite() error }); ok && err == nil {
				_ = half.CloseWrite()
				_ = way[0].SetReadDeadline(time.Now().Add(p.linger))
				return
			}
			_, _ = client.Close(), pod.Close()
		})
	}
	both.Wait()
}

// say logs an error of a target once for as long as it stays the same, and its end.
func (p *proxy) say(target string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.said[target]
	switch {
	case err == nil && before != "":
		delete(p.said, target)
		p.Log.Info("egress: the API server reaches "+target+" again", "before", before)
	case err != nil && before != err.Error():
		p.said[target] = err.Error()
		p.Log.Warn("egress: the API server does not reach "+target, "error", err)
	}
}

// oneLine makes a text fit for the first line of an HTTP answer.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

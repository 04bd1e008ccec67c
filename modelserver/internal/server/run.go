package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// headerTimeout and headerBytes bound the reading of a request's header. An Application Load Balancer takes headers of 64 KiB
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html).
const (
	headerTimeout = 10 * time.Second
	headerBytes   = 64 << 10
)

// Defaults of [Lifecycle]. The idle time is above the 60 seconds after which an Application Load Balancer closes an idle
// connection: a server that closed first would make it answer 502 now and then
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html).
const (
	DefaultRequestTimeout = 30 * time.Second
	DefaultKeepAlive      = 75 * time.Second
)

// Lifecycle says how long a server waits, and how it stops.
type Lifecycle struct {
	// RequestTimeout bounds the reading of a request, and the time from its header to the end of the answer. 0 for no limit.
	RequestTimeout time.Duration
	// KeepAlive is how long an idle connection is kept. 0 means DefaultKeepAlive.
	KeepAlive time.Duration
	// Notice waits while load balancers learn that the models are not ready; nil waits not at all. It is to return early when
	// its context is done.
	Notice func(context.Context)
	// Timeout bounds the wait for requests in flight, after the notice; connections still open then are cut. 0 cuts at once.
	Timeout time.Duration
	// Log takes what happens to the server as a whole; nil for none.
	Log *slog.Logger
}

// Run serves until stop is done, then drains: the models report not ready, the notice passes, and the requests in flight
// are finished. The context abort ends all of that at once. It returns nil after a clean stop.
func Run(abort, stop context.Context, listener net.Listener, handler *Server, lifecycle Lifecycle) error {
	log := lifecycle.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	handler.requestTimeout = lifecycle.RequestTimeout
	httpServer := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		MaxHeaderBytes:    headerBytes,
		ReadTimeout:       lifecycle.RequestTimeout,
		WriteTimeout:      lifecycle.RequestTimeout,
		IdleTimeout:       cmp.Or(lifecycle.KeepAlive, DefaultKeepAlive),
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- httpServer.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving on %s: %w", listener.Addr(), err)
	case <-abort.Done():
		return httpServer.Close()
	case <-stop.Done():
	}

	log.Info("draining")
	handler.Drain()
	httpServer.SetKeepAlivesEnabled(false)
	if lifecycle.Notice != nil {
		lifecycle.Notice(abort)
	}
	bounded, cancel := context.WithTimeout(abort, lifecycle.Timeout)
	defer cancel()
	if err := httpServer.Shutdown(bounded); err != nil {
		return errors.Join(fmt.Errorf("requests in flight were cut off after %s: %w", lifecycle.Timeout, err), httpServer.Close())
	}
	log.Info("stopped")
	return nil
}

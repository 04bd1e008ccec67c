// Modelserver is the sample model server: it loads models from small JSON files and answers predictions over HTTP in the
// KServe V1 protocol. It runs in a container of its own, or as a plain process.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/modelway/modelway/modelserver/internal/model"
	"github.com/modelway/modelway/modelserver/internal/server"
)

// version is set by the linker: -ldflags "-X main.version=0.1.0".
var version = "dev"

func main() {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	switch err := run(os.Args[1:], os.Getenv, os.Stdout, signals); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "modelserver:", err)
		os.Exit(1)
	}
}

// run serves until a signal arrives; the second one ends the drain at once.
func run(args []string, getenv func(string) string, output io.Writer, signals <-chan os.Signal) error {
	o, err := parse(args, getenv, output)
	if err != nil {
		return err
	}
	if o.version {
		fmt.Fprintln(output, version)
		return nil
	}
	log := o.logger(output)
	listener, err := net.Listen("tcp", o.address)
	if err != nil {
		return fmt.Errorf("listening on %s: %w; fix: choose another port with --port or PORT", o.address, err)
	}
	log.Info("listening", "address", listener.Addr().String(), "version", version)
	if o.failPercent > 0 {
		log.Warn("predictions fail on purpose", "percent", o.failPercent)
	}

	stop, cancelStop := context.WithCancel(context.Background())
	abort, cancelAbort := context.WithCancel(context.Background())
	defer cancelStop()
	defer cancelAbort()
	go func() {
		for _, end := range []context.CancelFunc{cancelStop, cancelAbort} {
			select {
			case received := <-signals:
				log.Info("signal", "signal", received.String())
				end()
			case <-abort.Done():
				return
			}
		}
	}()

	handler := server.New(server.Options{
		Only: o.modelName, ModelVersion: o.modelVersion, ModelLineage: o.modelLineage, Version: version, Log: log,
		MaxBodyBytes: o.maxBodyBytes, MaxInFlight: o.maxInFlight, MaxInFlightBytes: o.inFlightBytes, FailPercent: o.failPercent,
	})
	loadFailed := make(chan error, 1)
	go func() {
		set, err := model.Load(o.modelDir, o.modelName)
		if err != nil {
			loadFailed <- err
			cancelAbort()
			return
		}
		if o.modelName != "" && set[o.modelName].Default {
			log.Warn("the built-in models lack this name: the default model answers for it", "model", o.modelName)
		}
		handler.Load(set)
		log.Info("ready", "models", set.Names())
	}()
	err = server.Run(abort, stop, listener, handler, server.Lifecycle{
		RequestTimeout: o.requestTimeout, KeepAlive: o.keepAlive, Notice: pause(o.shutdownDelay), Timeout: o.shutdownTimeout, Log: log,
	})
	select {
	case loadErr := <-loadFailed:
		return fmt.Errorf("loading models: %w", loadErr)
	default:
		return err
	}
}

// pause returns a function that waits for the duration, or until its context is done.
func pause(duration time.Duration) func(context.Context) {
	return func(ctx context.Context) {
		timer := time.NewTimer(duration)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
}

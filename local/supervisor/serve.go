package supervisor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"
	"golang.org/x/sync/errgroup"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/awscli"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/loadbalancer"
	"github.com/modelway/modelway/local/nodes"
)

// Serve runs the cluster, the nodes and the load balancers until it receives SIGTERM or Ctrl-C, or one of them fails.
func Serve(ctx context.Context, c checkout.Checkout, kubeconfig string) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, os.Interrupt)
	defer stop()
	unlock, err := lock(c)
	if err != nil {
		return err
	}
	defer unlock()
	log := slog.New(slog.NewTextHandler(os.Stdout, nil))
	k, err := connect(ctx, c, kubeconfig, log)
	if err != nil {
		return err
	}
	defer k.stop()
	if err := awscli.Save(c, k.credential); err != nil {
		return err
	}
	account, err := aws.Open(c.Account())
	if err != nil {
		return err
	}
	if err := writeHeld(c, nil); err != nil {
		return err
	}
	defer os.Remove(heldFile(c))
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return nodes.Run(ctx, nodesConfig(c, k, account, log)) })
	group.Go(func() error { return loadbalancer.Run(ctx, loadBalancerConfig(c, k, account, log)) })
	if err := publish(c, k); err != nil {
		return err
	}
	defer os.Remove(statusFile(c))
	log.Info("ready", "endpoint", k.endpoint)
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	log.Info("stopped")
	return nil
}

// lock is held for as long as the supervisor lives.
func lock(c checkout.Checkout) (func(), error) {
	if err := os.MkdirAll(filepath.Dir(lockFile(c)), 0o755); err != nil {
		return nil, err
	}
	l := flock.New(lockFile(c))
	free, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !free {
		return nil, errors.New("a supervisor is already running for this checkout")
	}
	return func() { _ = l.Unlock() }, nil
}

func publish(c checkout.Checkout, k kubernetes) error {
	data, err := json.Marshal(Status{
		Pid:                  os.Getpid(),
		Endpoint:             k.endpoint,
		CertificateAuthority: base64.StdEncoding.EncodeToString(k.authority),
		External:             k.external,
		Kubeconfig:           k.kubeconfig,
	})
	if err != nil {
		return err
	}
	part := statusFile(c) + ".part"
	if err := os.WriteFile(part, data, 0o644); err != nil {
		return fmt.Errorf("publishing the supervisor's status: %w", err)
	}
	return os.Rename(part, statusFile(c))
}

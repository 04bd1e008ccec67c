package supervisor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
)

// stopTime is how long a supervisor may take to stop.
const stopTime = 30 * time.Second

// Start makes sure that the checkout's supervisor runs and its cluster answers, and returns its status. The supervisor goes
// on when the caller ends. kubeconfig names the user's own cluster; empty means the one used before, or the embedded one.
func Start(ctx context.Context, c checkout.Checkout, kubeconfig string) (Status, error) {
	if status, ok := Running(c); ok {
		return status, nil
	}
	if err := Stop(c, stopTime); err != nil { // one without a status: it was left while it started, or its file is damaged
		return Status{}, err
	}
	kubeconfig, err := remember(c, kubeconfig)
	if err != nil {
		return Status{}, err
	}
	args := []string{"serve"}
	if kubeconfig != "" {
		args = append(args, "--kubeconfig", kubeconfig)
	}
	ended, err := daemonOf(c).Start(args...)
	if err != nil {
		return Status{}, err
	}
	return await(ctx, c, ended)
}

func await(ctx context.Context, c checkout.Checkout, ended <-chan error) (Status, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if status, ok := Running(c); ok {
			return status, nil
		}
		select {
		case <-ctx.Done():
			return Status{}, fmt.Errorf("waiting for the Kubernetes API: %w", ctx.Err())
		case err := <-ended:
			return Status{}, daemonOf(c).Ended(err)
		case <-tick.C:
		}
	}
}

// remember keeps the user's kubeconfig for the next start, and returns the one kept when none is given.
func remember(c checkout.Checkout, kubeconfig string) (string, error) {
	if kubeconfig == "" {
		kept, err := os.ReadFile(memory(c))
		if err != nil {
			return "", nil // the embedded control plane
		}
		return string(kept), nil
	}
	path, err := filepath.Abs(kubeconfig)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(memory(c)), 0o755); err != nil {
		return "", err
	}
	return path, durable.WriteFile(memory(c), []byte(path), 0o644)
}

func memory(c checkout.Checkout) string { return c.State("run", "kubeconfig") }

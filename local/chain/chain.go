// Package chain goes the whole way of a model on one machine, from a commit to an answer and back: a repository, a training, the
// registry, the gates, Argo CD, KServe, the load balancer and Prometheus; then a better version by a canary, a faulty one that the gates
// stop, and one that is rolled back. Each step is a command that a person or a workflow runs, and ends with what was seen.
package chain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/modelway/modelway/internal/rollout"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
	"github.com/modelway/modelway/local/supervisor"
	"github.com/modelway/modelway/local/tracking"
)

// Options say how the way is gone. All fields are required but Keep and Skip.
type Options struct {
	// Out gets the transcript; Terminal says that it is one.
	Out      io.Writer
	Terminal bool
	// Keep leaves everything up at the end.
	Keep bool
	// Skip are gates that are not asked, as on a machine with other work. Default none.
	Skip []string
	// Port is a free port of the load balancer.
	Port int
	// Source reaches the cluster of a checkout's stack.
	Source func(checkout.Checkout, supervisor.Status) (rollout.Source, error)
	// Prometheus finds the address of a stack's Prometheus.
	Prometheus func(context.Context, supervisor.Status) (string, error)
}

// model is what is trained and served.
const model = "fraud-detection"

// Run goes the whole way in a folder of its own below the checkout, with a stack of its own. What an earlier run left there is removed
// first, so that only one may run at a time.
func Run(ctx context.Context, from checkout.Checkout, o Options) error {
	if err := check(from); err != nil {
		return err
	}
	w := &way{Options: o, t: newTranscript(o.Out, o.Terminal), started: time.Now()}
	w.c = checkout.Checkout{Root: from.State("chain")}
	if _, err := os.Stat(w.c.Root); err == nil {
		if err := w.t.quietly("Removing what an earlier run left", func() error { return remove(ctx, w.c) }); err != nil {
			return err
		}
	}
	var err error
	if w.c, err = from.Copy(w.c.Root); err != nil {
		return err
	}
	w.repository = repository{work: w.c.Root, origin: w.c.State("origin.git")}
	if err := w.open(); err != nil {
		return err
	}
	defer w.close()
	if err := w.walk(ctx); err != nil {
		return fmt.Errorf("%w\nThe log of all commands is %s. The stack is as it was: `.modelway/bin/modelway-local status` in %s shows it, and down "+
			"ends it. `make chain` removes it and begins anew", err, w.logFile(), w.c.Root)
	}
	return nil
}

// check reports what this machine lacks.
func check(c checkout.Checkout) error {
	if c.Imports() {
		return fmt.Errorf("%s imports Modelway; allowed: a clone of it, which has the pipelines and their tools; fix: run it there", c.Root)
	}
	var faults []error
	if _, err := exec.LookPath("git"); err != nil {
		faults = append(faults, errors.New("git is not on PATH: install it; it keeps the models, and Argo CD reads them with it"))
	}
	for _, needed := range []struct{ file, fix string }{
		{filepath.Join(c.Python(), "bin", "python"), "make python"},
		{filepath.Join(c.Training(model), "bin", "python"), "bash local/python.sh " + model},
		{filepath.Join(c.Bin(), "argocd"), "make tools-argocd"},
		{filepath.Join(c.Bin(), "kserve-controller"), "make tools-kserve"},
		{filepath.Join(c.Bin(), "prometheus"), "make tools-monitoring"},
		{filepath.Join(c.Bin(), "modelway"), "make tools"},
	} {
		if _, err := os.Stat(needed.file); err != nil {
			faults = append(faults, fmt.Errorf("%s is missing: `make chain` makes it, as `%s` does alone", needed.file, needed.fix))
		}
	}
	return errors.Join(faults...)
}

// leftTime bounds the wait for a command that outlived the run which began it.
const leftTime = 5 * time.Minute

// remove ends what an earlier run left, which may have been killed, and removes its folder: its account, its cluster and its registry are
// all in there.
func remove(ctx context.Context, c checkout.Checkout) error {
	lock := flock.New(c.State("run", "command.lock"))
	if _, err := os.Stat(filepath.Dir(lock.Path())); err == nil {
		ctx, cancel := context.WithTimeout(ctx, leftTime)
		defer cancel()
		if _, err := lock.TryLockContext(ctx, 500*time.Millisecond); err != nil {
			return fmt.Errorf("a command of an earlier run is still at work in %s: %w", c.Root, err)
		}
		defer func() { _ = lock.Unlock() }()
	}
	if err := errors.Join(supervisor.Stop(c, 30*time.Second), tracking.Stop(c)); err != nil {
		return err
	}
	// A training that outlived its run may still write.
	return await(ctx, time.Minute, func(string) {}, func(context.Context) (bool, string) {
		err := durable.RemoveAll(c.Root)
		return err == nil, fmt.Sprint(err)
	})
}

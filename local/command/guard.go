package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/supervisor"
)

// afterLoss is how long an operation may take after a program of the control plane ended and was started again. What waits for its answer
// may wait for ever.
const afterLoss = 3 * time.Minute

// guarded runs an engine operation on the checkout's cluster, and ends it when the cluster is gone: a provider would wait for its answer
// for minutes. Its error says what ended.
func guarded(ctx context.Context, c checkout.Checkout, run func(context.Context) error) error {
	status, running := supervisor.Running(c)
	if !running {
		return run(ctx)
	}
	size := supervisor.LogSize(c)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go watchCluster(ctx, cancel, func() (bool, bool) {
		now, alive := supervisor.Running(c)
		return alive && now.Pid == status.Pid, len(supervisor.Losses(c, size)) > 0
	})
	err := run(ctx)
	if err == nil {
		return nil
	}
	var gone clusterGone
	if now, alive := supervisor.Running(c); errors.As(context.Cause(ctx), &gone) && gone.lost == "" || !alive || now.Pid != status.Pid {
		return fmt.Errorf("%w\nThe supervisor (process %d), which runs the cluster, ended. The end of its log, %s:\n%s\nThe next command "+
			"starts it again on the same data",
			err, status.Pid, supervisor.LogFile(c), supervisor.LastLines(c))
	}
	if losses := supervisor.Losses(c, size); len(losses) > 0 {
		return fmt.Errorf("%w\nMeanwhile %s", err, strings.Join(slices.Compact(losses), "\n  "))
	}
	return err
}

// clusterGone is the cause of an operation's end.
type clusterGone struct{ lost string }

func (g clusterGone) Error() string {
	if g.lost == "" {
		return "the supervisor, which runs the cluster, ended"
	}
	return g.lost
}

// watchCluster ends a context when the supervisor is no longer alive, or the operation has not ended in time after a program was lost.
func watchCluster(ctx context.Context, cancel context.CancelCauseFunc, state func() (alive, lost bool)) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	var since time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		alive, lost := state()
		switch {
		case !alive:
			cancel(clusterGone{})
			return
		case lost && since.IsZero():
			since = time.Now()
		case lost && time.Since(since) > afterLoss:
			cancel(clusterGone{fmt.Sprintf("the operation did not end within %s after a program of the control plane did", afterLoss)})
			return
		}
	}
}

// awaitAPI waits until the API server answers, which the supervisor may just have started again.
func awaitAPI(ctx context.Context, out io.Writer, c checkout.Checkout, status supervisor.Status) error {
	client, err := status.Client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, apiTime)
	defer cancel()
	for said := false; ; said = true {
		err := client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
		if err == nil {
			return nil
		}
		if !said {
			fmt.Fprintf(out, "Waiting up to %s for the Kubernetes API at %s\n", apiTime, status.Endpoint)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the Kubernetes API at %s does not answer: %w. Its logs are in %s", status.Endpoint, err, c.Logs())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// apiTime is how long the API server may take to answer again.
const apiTime = time.Minute

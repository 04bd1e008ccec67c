package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/load"
	"github.com/modelway/modelway/internal/localstack"
	"github.com/modelway/modelway/internal/loopback"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/slo"
)

// tellEvery is the time between two lines that say how a run stands.
const tellEvery = 2 * time.Second

// sampleRequest is what the sample server takes for each of its models.
const sampleRequest = `{"instances": [1000, 45, 0.67]}`

func newLoad() *cobra.Command {
	var l loading
	cmd := &cobra.Command{
		Use:   "load MODEL | load --url URL --mine",
		Short: "Send requests to a model at a fixed rate, and tell its latency and its errors",
		Long: "Send requests at a fixed rate, whether or not they are answered, and tell how they were: percentiles of latency, statuses, and\n" +
			"what was used of the model's error budget. MODEL is one of the local stack that is up in this checkout (`modelway up`).\n\n" +
			"--url names any other service. Load costs money and may stop a service, so give --mine with it, and only where you may do that to\n" +
			"the service, its load balancer and the network between.\n\n" +
			"Ctrl-C ends it and prints what was seen so far; what is under way is waited for, unless Ctrl-C is pressed again.\n\n" +
			"Exit codes: 0 at least one request was done (status 2xx), 1 none was, or a value is not allowed, 2 a flag cannot be read,\n" +
			"130 interrupted.",
		Example: "  modelway load fraud-detection --rate 50 --for 60s\n  modelway load churn --data @request.json --rate 200\n" +
			"  modelway load --url https://api.example.com/v1/models/churn:predict --mine --data '{\"instances\": [[1, 2]]}'",
		Args: takesAtMostOne,
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		// Signals are the process's again after the first one, so that a second Ctrl-C ends it at once.
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		context.AfterFunc(ctx, stop)
		l.model = strings.Join(args, "")
		return l.run(ctx, cmd.OutOrStdout(), cmd.ErrOrStderr())
	}
	flags := cmd.Flags()
	flags.StringVar(&l.plan.URL, "url", "", "send to this URL instead of a model of the local stack")
	flags.BoolVar(&l.mine, "mine", false, "the service behind --url is yours, and may be loaded")
	flags.IntVar(&l.plan.Rate, "rate", 50, fmt.Sprintf("requests to begin in a second, at most %d", load.MaxRate))
	flags.DurationVar(&l.plan.For, "for", time.Minute, fmt.Sprintf("how long to begin requests, at most %s", load.MaxFor))
	flags.IntVar(&l.plan.InFlight, "in-flight", 500, "most requests under way at a time; further ones are begun late")
	flags.DurationVar(&l.plan.Timeout, "timeout", 30*time.Second, "longest time for one request")
	flags.StringVar(&l.data, "data", "", "body of each request, or @FILE (default: what the sample server takes)")
	flags.StringVar(&l.plan.Method, "method", http.MethodPost, "HTTP method of each request")
	return cmd
}

// loading is the command with its flags.
type loading struct {
	model, data string
	mine        bool
	plan        load.Plan
	objective   load.Objective
}

func (l loading) run(ctx context.Context, out, progress io.Writer) error {
	if err := l.complete(); err != nil {
		return err
	}
	fmt.Fprintf(progress, "Sending %d requests a second for %s to %s\n", l.plan.Rate, l.plan.For, l.plan.URL)
	r := l.plan.Run(ctx, loopback.Dial, tellEvery, func(r load.Result) { fmt.Fprintln(progress, r.Line()) })
	fmt.Fprint(out, r.Text(l.objective.Spent(r)))
	switch {
	case ctx.Err() != nil:
		return interrupted{}
	case r.Good() == 0:
		return fmt.Errorf("no request was done: %s answered none with status 2xx", l.plan.URL)
	}
	return nil
}

// complete finds where requests go and what they hold. The error has every fault.
func (l *loading) complete() error {
	var faults []error
	switch {
	case l.model != "" && l.plan.URL != "":
		faults = append(faults, fmt.Errorf("model %s and url %s are both given; allowed: one of them; fix: leave one away", l.model, l.plan.URL))
	case l.model == "" && l.plan.URL == "":
		return errors.New("nothing to load is given; allowed: a model of the local stack, or --url; fix: write modelway load churn")
	case l.model != "":
		faults = append(faults, l.find())
	case !l.mine && !loopback.IsURL(l.plan.URL):
		faults = append(faults, fmt.Errorf("url: %s is not of this machine, and %d requests a second for %s cost money there and may stop it; "+
			"allowed: services that are yours to load; fix: add --mine where it is", l.plan.URL, l.plan.Rate, l.plan.For))
	}
	body, err := l.body()
	faults = append(faults, err)
	l.plan.Body = body
	if l.plan.URL != "" {
		faults = append(faults, l.plan.Check())
	}
	return errors.Join(faults...)
}

// find looks the model up in the local stack around this folder.
func (l *loading) find() error {
	models, up, err := localstack.Find(".")
	if err != nil {
		return err
	}
	if !up {
		return fmt.Errorf("model %s: no local stack is up in this checkout; allowed: a model of one; fix: run `modelway up`, or give --url",
			l.model)
	}
	model, known := models[l.model]
	if !known {
		return fmt.Errorf("model %s is not one of the local stack; allowed: %s; fix: write one of them, or run `modelway up` after its file was "+
			"added", l.model, strings.Join(slices.Sorted(maps.Keys(models)), ", "))
	}
	l.plan.URL, l.objective = model.URL, objectiveOf(model.SLO)
	l.plan.Slow = l.objective.Latency
	return nil
}

// sloWindow is the time over which the objectives of a model hold, and latencyShare the percentage of requests that have to be answered in
// time ([modelspec.SLO]).
const (
	sloWindow    = 30 * 24 * time.Hour
	latencyShare = 100 * slo.LatencyRatio
)

// objectiveOf is what a model's file promises; a model whose server has no bucket for it promises no latency.
func objectiveOf(promised modelspec.SLO) load.Objective {
	latency, _ := time.ParseDuration(promised.Latency)
	return load.Objective{Availability: 100 * (1 - promised.Budget()), Latency: latency, LatencyShare: latencyShare, Window: sloWindow}
}

func (l *loading) body() ([]byte, error) {
	file, isFile := strings.CutPrefix(l.data, "@")
	switch {
	case isFile:
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("data: %w; allowed: a text, or @ and a file; fix: write --data @request.json", err)
		}
		return text, nil
	case l.data == "" && l.plan.Method == http.MethodPost:
		return []byte(sampleRequest), nil
	}
	return []byte(l.data), nil
}

// interrupted is the end of a command by a signal.
type interrupted struct{}

func (interrupted) Error() string { return "interrupted: what was seen so far is above" }
func (interrupted) ExitCode() int { return 130 }

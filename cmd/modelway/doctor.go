package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/doctor"
	"github.com/modelway/modelway/internal/stackname"
	"github.com/modelway/modelway/internal/terminal"
)

// doctoring is the command with its flags.
type doctoring struct {
	stack, kubeconfig, outputs string
	checks                     []string
	json                       bool
	timeout                    time.Duration
}

func newDoctor() *cobra.Command {
	var d doctoring
	cmd := &cobra.Command{
		Use:   "doctor [--stack NAME]",
		Short: "Check a living environment, and tell what is wrong with the fix of each",
		Long: "Look at a living environment, and tell what is wrong with it, each with its fix: webhooks without endpoints, certificates,\n" +
			"targets and pods that disagree, hosts that lead elsewhere, releases left in the middle, quotas near. It changes nothing.\n" +
			"docs/doctor.md has all checks.\n\n" +
			"With --stack it reads the outputs of the stack with `pulumi`; without, it looks at the local stack that is up in this checkout. It\n" +
			"reads the cluster with `kubectl`, and AWS with `aws`. A check that could not look says why, and is not ok.\n\n" +
			"Exit codes: 0 no check found an error, 1 one did, 2 wrong usage, or nothing could be read.",
		Example: "  modelway doctor --stack prod\n  modelway doctor --check webhooks --check ca-bundles\n" +
			"  modelway doctor --kubeconfig kubeconfig.json --json",
		Args: takesNothing,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return untilInterrupted(func(ctx context.Context) error {
			return d.run(ctx, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		})
	}
	flags := cmd.Flags()
	flags.StringVar(&d.stack, "stack", "", "the stack (default: the local stack that is up in this checkout)")
	flags.StringVar(&d.outputs, "outputs", "", "file with the outputs of the stack in JSON, secrets too; - for standard input (default: "+
		"pulumi is asked)")
	flags.StringVar(&d.kubeconfig, "kubeconfig", "", "file that says how to reach the cluster (default: that of the stack)")
	flags.StringArrayVar(&d.checks, "check", nil, "check to run, by its key; may be repeated (default: all)")
	flags.BoolVar(&d.json, "json", false, "write the outcome as JSON")
	flags.DurationVar(&d.timeout, "timeout", time.Minute, "the longest time for each check; all run at once")
	return cmd
}

// unusable is an error of what was given, or of an environment of which nothing could be read.
type unusable struct{ error }

func (unusable) ExitCode() int { return exitUsage }

func (d doctoring) run(ctx context.Context, in io.Reader, out, progress io.Writer) error {
	checks, err := d.chosen()
	if err != nil {
		return unusable{err}
	}
	source, done, err := d.source(ctx, in)
	if err != nil {
		return unusable{err}
	}
	defer done()
	if err := probe(ctx, source, cmp.Or(d.kubeconfig, d.of())); err != nil {
		if ctx.Err() != nil {
			return interrupted{}
		}
		return unusable{err}
	}
	p := &waiting{out: progress, began: time.Now(), left: doctorKeys(checks)}
	stop := p.start(ctx)
	results := doctor.Examine(ctx, source, checks, d.timeout, p.done)
	stop()
	if d.json {
		err = writeJSON(out, map[string]any{"stack": d.stack, "checks": results})
	} else {
		_, err = fmt.Fprint(out, doctor.Text(results, cmp.Or(terminal.Of(out).Width, usualColumns)), "\n", doctor.Summary(results), "\n")
	}
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return interrupted{}
	case doctor.Blind(results):
		return unusable{errors.New("nothing could be read: each check above says why; fix: give whoever asks the rights that it names")}
	case doctor.Broken(results):
		return errors.New("the environment has errors; each has its fix above")
	}
	return nil
}

// of is the environment in words.
func (d doctoring) of() string {
	if d.stack == "" {
		return "the local stack"
	}
	return "stack " + d.stack
}

// chosen are the checks to run.
func (d doctoring) chosen() ([]doctor.Check, error) {
	if d.timeout <= 0 {
		return nil, fmt.Errorf("timeout: %s is too short; allowed: from 1ns; fix: write --timeout 1m", d.timeout)
	}
	if d.stack != "" {
		if err := stackname.Check(d.stack); err != nil {
			return nil, err
		}
	}
	if d.outputs != "" && d.stack == "" {
		return nil, fmt.Errorf("outputs: %s is given without a stack; allowed: both or none; fix: add --stack", d.outputs)
	}
	all := doctor.Checks()
	if d.checks == nil {
		return all, nil
	}
	for _, key := range d.checks {
		if !slices.Contains(doctor.Keys(), key) {
			return nil, fmt.Errorf("check: %q is not a check; allowed: %s; fix: write one of them", key, strings.Join(doctor.Keys(), ", "))
		}
	}
	return slices.DeleteFunc(all, func(c doctor.Check) bool { return !slices.Contains(d.checks, c.Key) }), nil
}

func doctorKeys(checks []doctor.Check) (keys []string) {
	for _, c := range checks {
		keys = append(keys, c.Key)
	}
	return keys
}

// usualColumns is how wide a report is that goes to no terminal.
const usualColumns = 100

// quiet is how long nothing is said of what is waited for.
const quiet = 2 * time.Second

// waiting says which checks are not done, once they take longer.
type waiting struct {
	out   io.Writer
	began time.Time
	lock  sync.Mutex
	left  []string
}

func (w *waiting) done(r doctor.Result) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.left = slices.DeleteFunc(w.left, func(key string) bool { return key == r.Check })
}

// start says every two seconds what is left, until the function that it returns is called.
func (w *waiting) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(quiet):
				w.lock.Lock()
				fmt.Fprintf(w.out, "%3.0f s: waiting for %s\n", time.Since(w.began).Seconds(), strings.Join(w.left, ", "))
				w.lock.Unlock()
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

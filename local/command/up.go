package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/rollout"
	"github.com/modelway/modelway/internal/terminal"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/programs"
	"github.com/modelway/modelway/local/standing"
	"github.com/modelway/modelway/local/supervisor"
)

func newUp() *cobra.Command {
	var u localcli.Up
	return u.Command(func(cmd *cobra.Command, _ []string) error {
		return alone(func(c checkout.Checkout) error {
			err := up(cmd.Context(), cmd.OutOrStdout(), c, u.Stack.String(), int(u.Port), u.Kubeconfig)
			return failed("update", u.Stack.String(), "", err)
		})
	})
}

func up(ctx context.Context, out io.Writer, c checkout.Checkout, stack string, asked int, kubeconfig string) (err error) {
	started := time.Now()
	if is := upStack(c); is != "" && is != stack {
		return fmt.Errorf("stack %s is up on this machine: `modelway down` first, and then bring up %s", is, stack)
	}
	if kubeconfig != "" && c.Imports() {
		return fmt.Errorf("--kubeconfig is %s, and the program in %s is not this one, which keeps pods to the nodes of this machine; fix: leave "+
			"--kubeconfig out", kubeconfig, c.Root)
	}
	settings, err := settingsOf(c, stack)
	if err != nil {
		return err // before anything is started for it
	}
	running, _ := supervisor.Running(c)
	if err := prepare(ctx, out, c, settings, kubeconfig != "" || running.External); err != nil {
		return err
	}
	if asked, err = portOfDelivery(c, stack, settings, asked); err != nil {
		return err
	}
	port, err := choosePort(out, c, asked)
	if err != nil {
		return err
	}
	status, err := startCluster(ctx, out, c, kubeconfig)
	if err != nil {
		return err
	}
	if port, err = holdPorts(ctx, out, c, stack, port, asked); err != nil {
		return err
	}
	client, err := status.Client()
	if err != nil {
		return err
	}
	source := sourceOf(c, status, client)
	project := hosted(c, status, stack, port)
	if err := seed(project); err != nil {
		return err
	}
	progress := &engine.Progress{Out: out, Terminal: terminal.Of(out)}
	fmt.Fprintf(out, "Applying stack %s\n", stack)
	crashes, cancel := context.WithCancel(ctx)
	defer cancel()
	crashed := watch(ctx, cancel, source, progress)
	var outs auto.OutputMap
	err = guarded(crashes, c, func(ctx context.Context) (err error) {
		outs, err = engine.Up(ctx, project, progress)
		return err
	})
	if fault := crashed(); fault != nil && err != nil {
		// The update that was ended is in the cluster and not in the state: the way back would be no change.
		err = errors.Join(fault, engine.Refresh(ctx, project, &engine.Progress{Out: io.Discard}))
	}
	if errors.Is(err, engine.ErrStateLost) {
		return err // it says what helps
	}
	if err != nil {
		done := changed(progress, err)
		return failed("update", stack, done, fmt.Errorf("%w\n%s", explainWebhooks(c, stack, explain(ctx, status, err)), wayOut(err, stack)))
	}
	if err := keepSettings(c, stack); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s in %.0f s\n", summary(progress.Changes), time.Since(started).Seconds())
	urls := rollout.URLsAll // this machine reaches all of its load balancers
	if stack != localStack {
		urls = rollout.URLsNone // most are HTTPS, on hosts of the internet
	}
	notes, err := verify(ctx, out, c, source, outs, urls)
	if err != nil {
		return fmt.Errorf("%w\nMend the model, then run `%s` again; after a run that was interrupted, `modelway refresh` first", err, upCommand(stack))
	}
	if err := keepModels(c, outs); err != nil {
		return err
	}
	if err := conclude(ctx, out, stack, outs, notes); err != nil {
		return err
	}
	writeMap(out, c, stack, outs)
	if hasMonitoring(settings) {
		facts, _ := monitoringPages(ctx, status, pagePatience)
		fmt.Fprint(out, "\n"+standing.Text(terminal.Of(out), facts...))
	}
	return nil
}

// prepare makes what an environment runs on this machine, before anything is started for it. external says that the cluster is the user's.
func prepare(ctx context.Context, out io.Writer, c checkout.Checkout, settings map[string]any, external bool) error {
	table, err := programs.Read(c.Root, os.Getenv(programs.Variable))
	if err != nil {
		return fmt.Errorf("the programs of images are faulty; nothing was started\n%w", err)
	}
	if err := programs.Keep(c, table); err != nil {
		return err
	}
	err = errors.Join(prepareKServe(ctx, out, c, settings, external), prepareKeda(c, settings, external), prepareArgocd(ctx, out, c, settings))
	if err != nil || !hasMonitoring(settings) {
		return err
	}
	return build(ctx, out, c, "monitoring")
}

// conclude tells how the models of a stack that came up are called.
func conclude(ctx context.Context, out io.Writer, stack string, outs auto.OutputMap, notes map[string]string) error {
	addresses, err := output[map[string]string](outs, outputs.ModelURLs)
	if err != nil {
		return err
	}
	if stack == localStack {
		return report(ctx, out, addresses, notes)
	}
	fmt.Fprint(out, standing.URLs(terminal.Of(out), addresses, nil))
	say(out, "\n%s is up on this machine, in a simulated AWS account, where HTTPS and hosts of the internet do not answer: "+
		"`modelway preview --stack %s` shows what a change would do to it\n", stack, stack)
	return nil
}

// wayOut says what to do after the error of an up.
func wayOut(err error, stack string) string {
	if errors.Is(err, engine.ErrRefused) {
		return fmt.Sprintf("Correct the files and run `%s` again; nothing was changed", upCommand(stack))
	}
	return fmt.Sprintf("Run `%s` again: it goes on from here. Or `modelway down`, which removes what is there", upCommand(stack))
}

// upCommand is the command that brings a stack up.
func upCommand(stack string) string {
	if stack == localStack {
		return "modelway up"
	}
	return "modelway up --stack " + stack
}

func startCluster(ctx context.Context, out io.Writer, c checkout.Checkout, kubeconfig string) (supervisor.Status, error) {
	if status, ok := supervisor.Running(c); ok {
		if wanted, err := filepath.Abs(kubeconfig); err == nil && kubeconfig != "" && wanted != status.Kubeconfig {
			return status, fmt.Errorf("--kubeconfig is %s, which is not the cluster that the local stack runs on (%s): `modelway down` first", kubeconfig,
				status.Kubeconfig)
		}
		return status, awaitAPI(ctx, out, c, status)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var status supervisor.Status
	err := during(out, "Starting the Kubernetes API, the nodes and the load balancers", func() (err error) {
		status, err = supervisor.Start(ctx, c, kubeconfig)
		return err
	})
	return status, err
}

// summary counts the changes by kind: "3 created, 1 updated", or "no changes".
func summary(all []engine.Change) string {
	counts := map[string]int{}
	for _, change := range all {
		counts[change.Op]++
	}
	var words []string
	for _, kind := range []struct{ op, word string }{
		{"create", "created"}, {"update", "updated"}, {"replace", "replaced"}, {"delete", "deleted"},
	} {
		if n := counts[kind.op]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, kind.word))
		}
	}
	if len(words) == 0 {
		return "No changes"
	}
	return strings.Join(words, ", ")
}

// report prints the models' URLs and a prediction that one of them answered.
func report(ctx context.Context, out io.Writer, urls, notes map[string]string) error {
	fmt.Fprint(out, standing.URLs(terminal.Of(out), urls, notes))
	url, ok := urls[sample.model]
	if !ok {
		return nil
	}
	answer, err := predict(ctx, url, sample.request)
	if err != nil {
		return fmt.Errorf("asking %s for a prediction: %w", sample.model, err)
	}
	fmt.Fprintf(out, "\n  curl -s %s -d '%s'\n  %s\n", url, sample.request, answer)
	return nil
}

// sample is the prediction that `up` ends with.
var sample = struct{ model, request string }{"fraud-detection", `{"instances": [1000, 45, 0.67]}`}

// output reads an output of the stack.
func output[T any](outs auto.OutputMap, name string) (value T, err error) {
	data, err := json.Marshal(outs[name].Value)
	if err == nil {
		err = json.Unmarshal(data, &value)
	}
	return value, err
}

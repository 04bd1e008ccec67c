package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/kfpapi"
	"github.com/modelway/modelway/internal/modelspec"
)

// trained is the command with its flags.
type trained struct {
	model, directory, root, pipelines, token string
	params                                   []string
	wait, job                                bool
	stack, namespace                         string
	timeout, every                           time.Duration
}

func newTrain() *cobra.Command {
	t := trained{every: 5 * time.Second}
	cmd := &cobra.Command{
		Use:   "train MODEL [--pipelines URL | --job]",
		Short: "Run a model's pipeline in the cluster, and follow it until it ends",
		Long: "Have Kubeflow Pipelines keep the compiled pipeline of a model, pipelines/NAME/pipeline.yaml, as a version named by its digest,\n" +
			"run it, and follow the run until it ends. NAME is train.pipeline of the model's file, or the model's own name. The input commit,\n" +
			"where the pipeline has one and it is not given, is the commit of this checkout.\n\n" +
			"With --job a Job of the cluster runs the training image in place of Kubeflow Pipelines, just as the model's schedule would:\n" +
			"kubectl makes it of the CronJob that train.image in the model's file has made.\n\n" +
			"On one machine `make train` needs neither. Exit codes: 0 trained, 1 the run failed, was canceled or did not end, 2 wrong usage.",
		Example: "  modelway train fraud-detection --pipelines http://localhost:8888 --param rows=100000\n" +
			"  modelway train fraud-detection --wait=false\n  modelway train fraud-detection --job --stack dev",
		Args: takes("MODEL"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		t.model = args[0]
		return untilInterrupted(func(ctx context.Context) error { return t.run(ctx, cmd.OutOrStdout()) })
	}
	flags := cmd.Flags()
	flags.StringVar(&t.pipelines, "pipelines", "", "address of Kubeflow Pipelines (default: KFP_ENDPOINT)")
	flags.StringVar(&t.token, "token", "", "bearer token for it (default: KFP_TOKEN, which other users of the machine cannot read)")
	flags.StringArrayVar(&t.params, "param", nil, "an input of the pipeline as NAME=VALUE; may be repeated")
	flags.BoolVar(&t.wait, "wait", true, "follow the run until it ends")
	flags.DurationVar(&t.timeout, "timeout", 6*time.Hour, "how long to follow it; it goes on after that")
	addFolder(cmd, &t.directory, "models", "models", "folder of the models' files")
	addFolder(cmd, &t.root, "root", "pipelines", "folder of the pipelines")
	flags.BoolVar(&t.job, "job", false, "run the training image as a Job, without Kubeflow Pipelines")
	flags.StringVar(&t.stack, "stack", "", "with --job the stack whose cluster is meant (default: that of kubectl's own configuration)")
	flags.StringVar(&t.namespace, "namespace", "models", "with --job the namespace of the models")
	cmd.MarkFlagsMutuallyExclusive("job", "pipelines")
	cmd.MarkFlagsMutuallyExclusive("job", "param")
	return cmd
}

func (t trained) run(ctx context.Context, out io.Writer) error {
	if t.timeout <= 0 {
		return fmt.Errorf("timeout: %s is too short; allowed: from 1ns, such as 6h", t.timeout)
	}
	if !modelspec.IsName(t.model) {
		return fmt.Errorf("%q is not the name of a model; allowed: lower case letters, digits and hyphens, such as fraud-detection", t.model)
	}
	if t.job {
		return t.runJob(ctx, out)
	}
	definition, folder, err := t.definition()
	if err != nil {
		return err
	}
	inputs, err := definition.Values(t.params)
	if err != nil {
		return err
	}
	if _, given := inputs["commit"]; !given && definition.Parameters["commit"] == "STRING" {
		inputs["commit"] = commitOf(ctx, folder)
	}
	address := cmp.Or(t.pipelines, os.Getenv("KFP_ENDPOINT"))
	if address == "" {
		return errors.New("no Kubeflow Pipelines are named; fix: give --pipelines, or set KFP_ENDPOINT; --job trains without them in the " +
			"cluster, and `make train` on this machine")
	}
	client, err := kfpapi.New(address)
	if err != nil {
		return err
	}
	client.Token = cmp.Or(t.token, os.Getenv("KFP_TOKEN"))
	return t.submit(ctx, client, definition, inputs, out)
}

// definition reads the compiled pipeline of the model, and returns the folder of its code.
func (t trained) definition() (d kfpapi.Definition, folder string, err error) {
	name := t.model
	file, given, err := readModel(t.directory, t.model)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return d, "", err
	}
	if given != "" {
		m, err := modelspec.Parse(file, []byte(given))
		if err != nil {
			return d, "", err
		}
		name = cmp.Or(m.Train.Pipeline, name)
	}
	folder = filepath.Join(t.root, name)
	compiled := filepath.Join(folder, "pipeline.yaml")
	text, err := os.ReadFile(compiled)
	if err != nil {
		if there := pipelinesIn(t.root); given == "" && len(there) > 0 {
			return d, "", fmt.Errorf("model %s has neither %s nor %s; allowed: a model with a pipeline, here %s; fix: write one of them", t.model,
				file, compiled, strings.Join(there, ", "))
		}
		return d, "", fmt.Errorf("the pipeline of model %s: %w; fix: run this in the root of the checkout, name the folder in "+
			"train.pipeline of %s, or compile the pipeline", t.model, err, file)
	}
	if d, err = kfpapi.ParseDefinition(text); err != nil {
		err = fmt.Errorf("%s: %w", compiled, err)
	}
	return d, folder, err
}

// commitOf is the commit of a folder's checkout, with -dirty where files of the folder differ from it; "unknown" where Git does not tell.
func commitOf(ctx context.Context, folder string) string {
	git := func(args ...string) (string, error) {
		text, err := exec.CommandContext(ctx, "git", append([]string{"-C", folder}, args...)...).Output()
		return strings.TrimSpace(string(text)), err
	}
	commit, err := git("rev-parse", "HEAD")
	changes, other := git("status", "--porcelain", "--", ".")
	if err != nil || other != nil {
		return "unknown"
	}
	if changes != "" {
		commit += "-dirty"
	}
	return commit
}

// submit runs the pipeline and follows it.
func (t trained) submit(ctx context.Context, client *kfpapi.Client, d kfpapi.Definition, inputs map[string]any, out io.Writer) error {
	version, uploaded, err := client.Keep(ctx, d)
	if err != nil {
		return err
	}
	how := "which is there already"
	if uploaded {
		how = "which is uploaded"
	}
	fmt.Fprintf(out, "Pipeline %s, version %s, %s\n", d.Name, d.VersionName(), how)
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		fmt.Fprintf(out, "  %s=%v\n", name, inputs[name])
	}
	run, err := client.Start(ctx, d.Name+" "+time.Now().UTC().Format(time.RFC3339), version, inputs)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Run %s: %s\n", run.ID, client.Page(run.ID))
	if !t.wait {
		return nil
	}
	return t.follow(ctx, client, d, run.ID, out)
}

// pause waits until the next look, or until nobody waits any more.
func (t trained) pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(t.every):
	}
}

// patience is how many answers in a row may fail while a run is followed: the server is replaced, or a network is away for a moment.
const patience = 12

// follow prints what changes in a run until it ends. The error is that of the run.
func (t trained) follow(ctx context.Context, client *kfpapi.Client, d kfpapi.Definition, id string, out io.Writer) error {
	ctx, cancel := context.WithTimeoutCause(ctx, t.timeout, fmt.Errorf("it has not ended within %s", t.timeout))
	defer cancel()
	last, failed := map[string]string{}, 0
	for {
		run, err := client.Run(ctx, id)
		switch {
		case ctx.Err() != nil:
			return t.left(client, id, context.Cause(ctx))
		case err != nil:
			if failed++; failed >= patience || !errors.Is(err, kfpapi.ErrUnreachable) {
				return t.left(client, id, err)
			}
		default:
			failed = 0
			tellSteps(out, run.Tasks(d), last)
			if run.Ended() {
				return ended(run, out)
			}
		}
		t.pause(ctx)
	}
}

// left says that a run is not followed any more.
func (t trained) left(client *kfpapi.Client, id string, why error) error {
	return fmt.Errorf("the run %s is not followed any more: %w\nIt goes on: %s", id, why, client.Page(id))
}

// tellSteps prints the steps whose state has changed.
func tellSteps(out io.Writer, tasks map[string]kfpapi.Task, last map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(tasks)) {
		if state := tasks[name].State; state != last[name] {
			last[name] = state
			fmt.Fprintf(out, "  %s: %s\n", name, strings.ToLower(state))
		}
	}
}

// ended prints the outcome of a run.
func ended(run kfpapi.Run, out io.Writer) error {
	id, page := run.MLflow()
	if id != "" {
		fmt.Fprintf(out, "MLflow run %s\n", strings.TrimSpace(id+" "+page))
	}
	if !run.Succeeded() {
		return fmt.Errorf("the run %s ended as %s\n%s", run.ID, run.State, cmp.Or(run.Failures(), "it says no more: look at its page"))
	}
	fmt.Fprintln(out, "Trained. What it registered is not served: `modelway promote` does that")
	return nil
}

// pipelinesIn are the names of the compiled pipelines in a folder.
func pipelinesIn(folder string) (names []string) {
	files, _ := filepath.Glob(filepath.Join(folder, "*", "pipeline.yaml")) // the pattern is right
	for _, file := range files {
		names = append(names, filepath.Base(filepath.Dir(file)))
	}
	return names
}

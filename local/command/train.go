package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/mlflow"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/daemon"
	"github.com/modelway/modelway/local/tracking"
)

// trainTime bounds a training on this machine.
const trainTime = 30 * time.Minute

// training is what to train, and how.
type training struct {
	model, artifacts string
	rows, seed       int
}

func newTrain() *cobra.Command {
	var t training
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Train a model on this machine, and register it in the MLflow server that it starts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := checkout.OfBinary()
			if err != nil {
				return err
			}
			return t.run(cmd.Context(), cmd.OutOrStdout(), c)
		},
	}
	cmd.Flags().StringVar(&t.model, "model", "", "the model, of which pipelines/ has a folder; required")
	cmd.Flags().StringVar(&t.artifacts, "artifacts", "", "where a server that is started keeps artifacts: an address such as "+
		"s3://bucket/mlflow/ in the local stack's S3 (default: a folder of .modelway)")
	cmd.Flags().IntVar(&t.rows, "rows", 0, "rows of data (default: that of the pipeline)")
	cmd.Flags().IntVar(&t.seed, "seed", 0, "seed of data and training (default: that of the pipeline)")
	_ = cmd.MarkFlagRequired("model")
	return cmd
}

// newTracking runs the MLflow server, which train starts.
func newTracking() *cobra.Command {
	var o tracking.Options
	cmd := &cobra.Command{
		Use: "mlflow", Short: "Run the MLflow server (started by train)", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := checkout.OfBinary()
			if err != nil {
				return err
			}
			return tracking.Serve(cmd.Context(), c, o)
		},
	}
	cmd.Flags().StringVar(&o.Python, "python", "", "the program of an environment with MLflow")
	cmd.Flags().StringVar(&o.Artifacts, "artifacts", "", "where new experiments keep their files")
	return cmd
}

// outcome is what a pipeline tells at its end.
type outcome struct {
	Model   string `json:"model"`
	Run     string `json:"run"`
	Version string `json:"version"`
	Alias   string `json:"alias"`
	Digest  string `json:"digest"`
}

func (t training) run(ctx context.Context, out io.Writer, c checkout.Checkout) error {
	if err := t.check(c); err != nil {
		return usageError{err}
	}
	python := filepath.Join(c.Training(t.model), "bin", "python")
	if _, err := os.Stat(python); err != nil {
		return fmt.Errorf("the Python packages of pipelines/%s are not installed: run `make train MODEL=%[1]s`, which installs them", t.model)
	}
	started := time.Now()
	var server mlflow.Local
	release, err := exclusive(c)
	if err != nil {
		return err
	}
	err = during(out, "Starting the MLflow server (the first start makes its database, a minute or two)", func() (err error) {
		server, err = tracking.Start(ctx, c, tracking.Options{Python: python, Artifacts: t.artifacts})
		return err
	})
	release()
	if err != nil {
		return err
	}
	var done outcome
	log := c.State("logs", "train-"+t.model+".log")
	err = during(out, "Training "+t.model+", with its log in "+log, func() (err error) {
		done, err = t.train(ctx, c, python, server.URL, log)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Trained in %.0f s\n\n", time.Since(started).Seconds())
	return tellTrained(ctx, out, server, done)
}

// check reports a model without a pipeline, and artifacts that are no place in S3.
func (t training) check(c checkout.Checkout) error {
	if all := pipelines(c); !slices.Contains(all, t.model) {
		return fmt.Errorf("model %q has no pipeline; allowed: %s; fix: name one of them, or add the folder pipelines/%s", t.model,
			strings.Join(all, ", "), t.model)
	}
	if t.artifacts == "" {
		return nil
	}
	if _, err := artifact.ParseLocation(t.artifacts); err != nil {
		return fmt.Errorf("artifacts: %w", err)
	}
	return nil
}

// pipelines are the models that can be trained.
func pipelines(c checkout.Checkout) (all []string) {
	locks, _ := filepath.Glob(filepath.Join(c.Root, "pipelines", "*", "requirements.lock")) // fails for a faulty pattern only
	for _, lock := range locks {
		all = append(all, filepath.Base(filepath.Dir(lock)))
	}
	return all
}

// train runs the pipeline, with its output in a log.
func (t training) train(ctx context.Context, c checkout.Checkout, python, url, log string) (done outcome, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, trainTime, fmt.Errorf("the training has not ended within %s", trainTime))
	defer cancel()
	output, err := os.Create(log)
	if err != nil {
		return done, err
	}
	defer output.Close()
	work, err := os.MkdirTemp(tracking.Folder(c), "steps-")
	if err != nil {
		return done, err
	}
	defer os.RemoveAll(work)
	result := filepath.Join(work, "result.json")
	args := []string{"-m", strings.ReplaceAll(t.model, "-", "_"), "train", "--result", result, "--work", work}
	for flag, value := range map[string]int{"--rows": t.rows, "--seed": t.seed} {
		if value != 0 {
			args = append(args, flag, strconv.Itoa(value))
		}
	}
	command := exec.CommandContext(ctx, python, args...)
	command.Dir, command.Env = filepath.Join(c.Root, "pipelines", t.model), tracking.Environment(c, url)
	command.Stdout, command.Stderr = output, output
	if err := command.Run(); err != nil {
		return done, fmt.Errorf("training %s: %w\n%s\nwhole log: %s", t.model, errors.Join(err, context.Cause(ctx)), daemon.Tail(log, 20), log)
	}
	text, err := os.ReadFile(result)
	if err == nil {
		err = json.Unmarshal(text, &done)
	}
	return done, err
}

// tellTrained prints what was registered, and what to do with it.
func tellTrained(ctx context.Context, out io.Writer, server mlflow.Local, done outcome) error {
	client, err := mlflow.New(server.URL)
	if err != nil {
		return err
	}
	run, err := client.Run(ctx, done.Run)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%-12s %s\n%-12s %s/%s, %s\n", "run", done.Run, "version", done.Model, done.Version, done.Alias)
	fmt.Fprintf(out, "%-12s %s\n", "data", done.Digest)
	for _, name := range slices.Sorted(maps.Keys(run.Metrics)) {
		fmt.Fprintf(out, "%-12s %s %.4g\n", "metric", name, run.Metrics[name])
	}
	fmt.Fprintf(out, "%-12s %s\n", "mlflow", server.URL)
	fmt.Fprintf(out, "\nIt serves nothing yet. What a promotion would do, with the stack output modelStore as BUCKET:\n"+
		"  .modelway/bin/modelway promote %s@%s --bucket BUCKET\n", done.Model, done.Alias)
	return nil
}

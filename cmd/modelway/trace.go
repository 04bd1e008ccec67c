package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/localstack"
	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/rollout"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/trace"
)

// tracing is the command with its flags.
type tracing struct {
	promotion
	canary bool
}

func newTrace() *cobra.Command {
	var t tracing
	cmd := &cobra.Command{
		Use:   "trace MODEL|URL",
		Short: "Follow a model's answer back to the run, the data and the commit that it was made of",
		Long: "Follow a model's answer back: to the version that answers, the model's file, the files in the model store and their digest,\n" +
			"the version in MLflow's registry, its run, the digest of its data and the commit of the code. Files are read, so that a byte that\n" +
			"differs shows. A URL is that of the model's status or predictions; a MODEL of the local stack that is up is asked there. The\n" +
			"version that answers is traced, the canary too, and what its header X-Model-Lineage says is compared.\n\n" +
			"Exit codes: 0 every link is there and the same, 1 one is missing or differs, 2 wrong usage.",
		Example: "  modelway trace fraud-detection\n  modelway trace https://api.company.com/v1/models/fraud-detection:predict",
		Args:    takes("MODEL|URL"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return untilInterrupted(func(ctx context.Context) error { return t.run(ctx, args[0], cmd.OutOrStdout()) })
	}
	cmd.Flags().BoolVar(&t.canary, "canary", false, "trace the canary, whichever version answers (default: the version that answers)")
	cmd.Flags().StringVar(&t.registry, "registry", "", "address of the MLflow server (default: that of the model's file)")
	addFolder(cmd, &t.directory, "models", "models", "folder of the models' files")
	addLocal(cmd, &t.local)
	return cmd
}

func (t tracing) run(ctx context.Context, of string, out io.Writer) error {
	address := ""
	if t.model = of; strings.Contains(of, "://") {
		name, status, err := statusURL(of)
		if err != nil {
			return err
		}
		t.model, address = name, status
	}
	text, err := t.text()
	if err != nil {
		return err
	}
	if text == "" {
		return fmt.Errorf("there is no %s; fix: check out the commit that is deployed, or correct the name", t.file())
	}
	found := trace.Found{Canary: t.canary}
	if found.Model, err = modelspec.Parse(t.file(), []byte(text)); err != nil {
		return err
	}
	if t.canary && !found.Model.Canary.Running() {
		return fmt.Errorf("%s has no canary; fix: leave --canary out", t.file())
	}
	if address == "" && !t.canary { // which version answers is up to the weights
		address = localURL(t.model)
	}
	if address != "" {
		found.Answered, found.Carried, found.AnsweredErr = answeredBy(ctx, address)
		found.Canary = t.canary || trace.ByCanary(found.Model, found.Answered)
	}
	t.look(ctx, &found)
	links := trace.Chain(found)
	table := sheet.Of("link", "is", "")
	for _, l := range links {
		table.Add(l.Place, l.Says, l.Outcome())
	}
	fmt.Fprintln(out, table.Text())
	if err := trace.Faults(links); err != nil {
		return fmt.Errorf("the chain of %s is broken:\n%w", t.model, err)
	}
	return nil
}

// look asks every place of the chain behind the answer.
func (t tracing) look(ctx context.Context, found *trace.Found) {
	served := found.Served()
	source := served.Source
	if served.Files.Given() {
		found.Files, found.FilesErr = t.stored(ctx, served.Files.URI)
	}
	t.registry = cmp.Or(t.registry, source.Registry)
	client, err := t.client()
	if err != nil {
		found.VersionErr, found.RunErr = err, err
		return
	}
	found.Version, found.VersionErr = client.Version(ctx, mlflow.Reference{Name: source.Name, Version: source.Version})
	found.Run, found.RunErr = client.Run(ctx, source.Run)
}

// stored reads the files of a model in the model store.
func (t tracing) stored(ctx context.Context, uri string) (artifact.Manifest, error) {
	at, err := artifact.ParseLocation(uri)
	if err != nil {
		return nil, err
	}
	store, _, err := storeOf(ctx, at.Bucket, t.local)
	if err != nil {
		return nil, err
	}
	return store.Manifest(ctx, at)
}

// statusURL is where a model tells its status, of a URL of that or of its predictions, and its name.
func statusURL(text string) (model, status string, err error) {
	address, err := url.Parse(text)
	if err == nil {
		before, rest, found := strings.Cut(address.Path, "/v1/models/")
		if name, _, _ := strings.Cut(rest, ":"); found && name != "" && !strings.Contains(name, "/") {
			address.Path, address.RawPath = before+"/v1/models/"+name, ""
			return name, address.String(), nil
		}
	}
	return "", "", fmt.Errorf("%q is not the URL of a model; allowed: https://<host>/v1/models/<model> with or without :predict; fix: give the "+
		"name of the model", text)
}

// localURL is where a model of the local stack tells its status; "" where none is up here.
func localURL(model string) string {
	models, up, err := localstack.Find(".")
	if err != nil || !up {
		return ""
	}
	_, status, err := statusURL(models[model].URL)
	if err != nil {
		return ""
	}
	return status
}

// answeredBy is the version that a model names in the header of its answer, and what the answer tells of its lineage.
func answeredBy(ctx context.Context, address string) (version, carried string, err error) {
	answer := rollout.Asker()(ctx, address)
	switch {
	case answer.Err != nil:
		return "", "", fmt.Errorf("the model does not answer: %w; fix: bring it up, or trace it from its file: modelway trace MODEL", answer.Err)
	case answer.Status != http.StatusOK || answer.Number == "":
		return "", "", fmt.Errorf("%s answers with status %d and without the header X-Model-Version, so that nobody can tell the version; "+
			"fix: let the server set it to MODEL_VERSION", address, answer.Status)
	}
	return answer.Number, answer.Lineage, nil
}

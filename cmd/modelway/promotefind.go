package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/promote"
)

// client is that of the registry.
func (p promotion) client() (*mlflow.Client, error) {
	address := cmp.Or(p.registry, os.Getenv("MLFLOW_TRACKING_URI"))
	if address == "" {
		local, runs, err := mlflow.FindLocal(".")
		if err != nil {
			return nil, err
		}
		if !runs {
			return nil, errors.New("no MLflow server is named; fix: set MLFLOW_TRACKING_URI, or give --registry; `make train` starts one on this machine")
		}
		address = local.URL
	}
	client, err := mlflow.New(address)
	if err == nil {
		client.Token = os.Getenv("MLFLOW_TRACKING_TOKEN")
	}
	return client, err
}

// find asks the registry for a version, its run, and where its files are.
func find(ctx context.Context, client *mlflow.Client, of mlflow.Reference) (c promote.Candidate, err error) {
	c.Registry = client.URL
	if c.Version, err = client.Version(ctx, of); err != nil {
		return c, err
	}
	if c.Version.Run == "" {
		return c, fmt.Errorf("%s has no run, so that nobody can tell what it was made of; fix: register it from a run", of)
	}
	if c.Run, err = client.Run(ctx, c.Version.Run); err != nil {
		return c, err
	}
	c.From, err = client.Location(ctx, c.Version)
	return c, err
}

// confirm asks the registry once more for the version that the gates have judged, which takes them a while. The error says what differs.
func confirm(ctx context.Context, client *mlflow.Client, judged mlflow.Version) error {
	of := mlflow.Reference{Name: judged.Name, Version: judged.Number}
	now, err := client.Version(ctx, of)
	switch {
	case errors.Is(err, mlflow.ErrNotFound):
		return fmt.Errorf("%s was deleted while its gates were asked, and nothing was changed: %w", of, err)
	case err != nil:
		return fmt.Errorf("nothing was changed: %w", err)
	case now.Run != judged.Run || now.Status != judged.Status:
		return fmt.Errorf("%s was changed while its gates were asked: it is %s, of run %s, and was %s, of run %s; nothing was changed; fix: "+
			"run the command again", of, now.Status, now.Run, judged.Status, judged.Run)
	}
	return nil
}

// ask asks all gates.
func (p promotion) ask(ctx context.Context, c promote.Candidate, folder, text string, notes io.Writer) ([]promote.Verdict, error) {
	evidence := promote.Evidence{Version: c.Version, Run: c.Run, Files: c.Files}
	var err error
	if evidence.MLmodel, err = readIfThere(filepath.Join(folder, promote.MLmodelFile)); err != nil {
		return nil, err
	}
	if evidence.Golden, err = readIfThere(filepath.Join(folder, promote.GoldenFile)); err != nil {
		return nil, err
	}
	if evidence.Stable, err = p.stable(ctx, text); err != nil {
		return nil, err
	}
	verdicts := append(promote.Ask(evidence, p.skip), p.signature.ask(ctx, folder)...)
	if promote.Refusals(verdicts) != nil {
		return append(verdicts, promote.Verdict{Gate: strings.Join(servingGates, ", "), Text: "not asked, since another gate refuses",
			Skipped: true}), nil
	}
	return append(verdicts, p.serve(ctx, folder, text, notes)...), nil
}

// stable is the file MLmodel of what is deployed; nil where that is not MLflow's.
func (p promotion) stable(ctx context.Context, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	m, err := modelspec.Parse(p.file(), []byte(text))
	if err != nil || m.Files.Format != promote.Format {
		return nil, err
	}
	folder, done, err := p.fetch(ctx, m.Files.URI)
	if err != nil {
		return nil, fmt.Errorf("the files that are deployed: %w", err)
	}
	defer done()
	return readIfThere(filepath.Join(folder, promote.MLmodelFile))
}

func readIfThere(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// fetch brings files into a folder of this machine, which the returned function removes where it was made for them.
func (p promotion) fetch(ctx context.Context, from string) (folder string, done func(), err error) {
	if path, isFile := strings.CutPrefix(from, "file://"); isFile || filepath.IsAbs(from) {
		return path, func() {}, nil
	}
	if !strings.HasPrefix(from, artifact.Scheme) {
		return "", nil, fmt.Errorf("they are at %s; allowed: s3:// and folders of this machine; fix: run MLflow with --no-serve-artifacts and "+
			"--default-artifact-root s3://bucket/, and train again", from)
	}
	at, err := artifact.ParseLocation(strings.TrimRight(from, "/") + "/")
	if err != nil {
		return "", nil, err
	}
	store, _, err := storeOf(ctx, at.Bucket, p.local)
	if err != nil {
		return "", nil, err
	}
	if folder, err = os.MkdirTemp("", "modelway"); err != nil {
		return "", nil, err
	}
	done = func() { _ = os.RemoveAll(folder) }
	if _, err = store.Download(ctx, at, folder); err != nil {
		done()
	}
	return folder, done, err
}

// deployed is the run of what is deployed; false where the file does not tell, or the registry does not know it.
func (p promotion) deployed(ctx context.Context, client *mlflow.Client, text string) mlflow.Run {
	m, err := modelspec.Parse(p.file(), []byte(text))
	if err != nil || m.Source.Run == "" {
		return mlflow.Run{}
	}
	run, err := client.Run(ctx, m.Source.Run)
	if err != nil {
		return mlflow.Run{}
	}
	return run
}

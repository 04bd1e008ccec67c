package ci

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// train starts a training of a model in Kubeflow Pipelines. The run's page is in the summary of the job.
type train struct {
	models models
	token  token
	model  string
}

func (t *train) inputs(in inputs) {
	t.model = in.required(modelVariable)
	in.required(variable{"KFP_ENDPOINT", "the address of Kubeflow Pipelines; in GitHub a variable of the repository or the environment", nil})
	t.token.inputs(in)
	t.models.inputs(in)
}

func (t *train) run(w *work) error {
	token, err := t.token.env(w, "KFP_TOKEN")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(delivered, 0o755); err != nil {
		return err
	}
	file := filepath.Join(delivered, "train.md")
	log, err := os.Create(file)
	if err != nil {
		return err
	}
	// A token of GitHub does not live as long as a training, so that the run is not followed.
	c := w.self("train", t.model, "--wait=false", "--models", t.models.at(t.models.folder), "--root", t.models.at("pipelines"))
	c.env, c.out = token, io.MultiWriter(w.Out, log)
	if err := errors.Join(w.do(c), log.Close()); err != nil {
		return err
	}
	text, err := contents(file)
	if err != nil {
		return err
	}
	return w.publish(text)
}

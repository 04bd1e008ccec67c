// Package localstack says how the models of a running local stack are called. `modelway up` writes it to a file of its checkout, and the
// command line program reads it.
package localstack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/rollout"
)

// Model is how a model is called, and what its file promises.
type Model struct {
	// URL answers its predictions.
	URL string `json:"url"`
	// SLO has the objectives of its file.
	SLO modelspec.SLO `json:"slo"`
	// Versions are those that were deployed, the stable one first; none where Argo CD delivers the model.
	Versions []rollout.Version `json:"versions"`
	// Application is the one of Argo CD that delivers the model; empty where the program does.
	Application string `json:"application,omitempty"`
}

// Cluster is how the cluster of a running stack is reached.
type Cluster struct {
	// Kubeconfig is a file with the rights of an administrator.
	Kubeconfig string
	// Bin is the folder with the kubectl and the aws of the stack.
	Bin string
}

// file is where a checkout keeps the models of its running stack.
func file(checkout string) string { return filepath.Join(checkout, ".modelway", "run", "models.json") }

// Write keeps the models in the outputs of a checkout's stack.
func Write(checkout string, values map[string]any, write func(path string, text []byte) error) error {
	text, err := json.Marshal(values)
	if err != nil {
		return err
	}
	var given map[string]json.RawMessage
	var specs map[string]map[string]any
	var urls map[string]string
	if err := errors.Join(json.Unmarshal(text, &given), json.Unmarshal(given[outputs.Models], &specs),
		json.Unmarshal(given[outputs.ModelURLs], &urls)); err != nil {
		return fmt.Errorf("reading the outputs %s and %s: %w", outputs.Models, outputs.ModelURLs, err)
	}
	delivery, err := rollout.Delivery(given[outputs.Delivery])
	if err != nil {
		return err
	}
	models := map[string]Model{}
	for name, spec := range specs {
		model, err := modelspec.Restore(name, spec)
		if err != nil {
			return err
		}
		expected := rollout.Of(model, delivery)
		models[name] = Model{URL: urls[name], SLO: model.SLO, Versions: expected.Versions, Application: expected.Application}
	}
	if text, err = json.MarshalIndent(models, "", "  "); err != nil {
		return err
	}
	return write(file(checkout), append(text, '\n'))
}

// Find returns the models of the stack that is up in the checkout around a folder, by name. False means that none is up there.
func Find(folder string) (models map[string]Model, up bool, err error) {
	up, err = localstore.Above(folder, func(checkout string) error {
		text, err := os.ReadFile(file(checkout))
		if err != nil {
			return err
		}
		if json.Unmarshal(text, &models) != nil {
			return fmt.Errorf("%s is damaged: run `modelway up`: %w", file(checkout), fs.ErrInvalid)
		}
		return nil
	})
	return models, up, err
}

// FindCluster returns how the cluster of the stack that is up in the checkout around a folder is reached. False means that none is up
// there.
func FindCluster(folder string) (c Cluster, up bool, err error) {
	up, err = localstore.Above(folder, func(checkout string) error {
		if _, err := os.Stat(file(checkout)); err != nil {
			return err
		}
		status := filepath.Join(checkout, ".modelway", "run", "supervisor.json")
		text, err := os.ReadFile(status)
		if err != nil {
			return err
		}
		if json.Unmarshal(text, &c) != nil || c.Kubeconfig == "" {
			return fmt.Errorf("%s is damaged: run `modelway down` and `modelway up`: %w", status, fs.ErrInvalid)
		}
		c.Bin = filepath.Join(checkout, ".modelway", "bin")
		return nil
	})
	return c, up, err
}

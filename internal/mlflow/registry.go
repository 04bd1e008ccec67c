package mlflow

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// pair is how MLflow writes tags, parameters and metrics.
type pair[T any] struct {
	Key   string `json:"key"`
	Value T      `json:"value"`
}

func mapOf[T any](pairs []pair[T]) map[string]T {
	all := make(map[string]T, len(pairs))
	for _, p := range pairs {
		all[p.Key] = p.Value
	}
	return all
}

// Version is a version of a registered model.
type Version struct {
	// Name of the registered model, and number of the version.
	Name, Number string
	// Run is the id of the run that made it.
	Run string
	// Source is what it was registered from, such as models:/m-0123; it is not where its files are.
	Source string
	// Status is READY, or why the version cannot be used yet.
	Status string
	// Aliases are those that are of this version now.
	Aliases []string
	// Tags of the version.
	Tags map[string]string
}

// StatusReady is the status of a version whose files are complete.
const StatusReady = "READY"

type versionAnswer struct {
	Version struct {
		Name    string         `json:"name"`
		Version string         `json:"version"`
		Run     string         `json:"run_id"`
		Source  string         `json:"source"`
		Status  string         `json:"status"`
		Aliases []string       `json:"aliases"`
		Tags    []pair[string] `json:"tags"`
	} `json:"model_version"`
}

// Version returns the version that a reference is of. The error is ErrNotFound where there is none, and names the aliases that there are.
func (c *Client) Version(ctx context.Context, of Reference) (Version, error) {
	var answer versionAnswer
	query, path := url.Values{"name": {of.Name}, "version": {of.Version}}, "model-versions/get"
	if of.Alias != "" {
		query, path = url.Values{"name": {of.Name}, "alias": {of.Alias}}, "registered-models/alias"
	}
	err := c.get(ctx, "asking for "+of.String(), path, query, &answer)
	if err != nil && !errors.Is(err, ErrUnreachable) {
		return Version{}, c.helpFind(ctx, of, err)
	}
	v := answer.Version
	return Version{v.Name, v.Version, v.Run, v.Source, v.Status, v.Aliases, mapOf(v.Tags)}, err
}

// helpFind adds to an error what there is in place of what was asked for. MLflow answers a missing alias as an invalid parameter, so that
// the registered model decides which it is.
func (c *Client) helpFind(ctx context.Context, of Reference, err error) error {
	aliases, other := c.Aliases(ctx, of.Name)
	switch {
	case errors.Is(other, ErrNotFound):
		return fmt.Errorf("asking for %s: %w: the registry at %s has no model %q; fix: train one with `make train MODEL=%s`, or correct the name",
			of, ErrNotFound, c.URL, of.Name, of.Name)
	case other != nil:
		return err
	case of.Alias != "" && aliases[of.Alias] == "":
		there := "none"
		if len(aliases) > 0 {
			there = strings.Join(slices.Sorted(maps.Keys(aliases)), ", ")
		}
		return fmt.Errorf("asking for %s: %w: no version of %s has the alias %q; there are: %s; fix: set it in MLflow, or name a version as in "+
			"%s/1", of, ErrNotFound, of.Name, of.Alias, there, of.Name)
	case errors.Is(err, ErrNotFound):
		return fmt.Errorf("%w; fix: name another version, as in %s/1: this one was deleted, or never made", err, of.Name)
	}
	return err
}

// Aliases returns the aliases of a registered model, each with the number of its version.
func (c *Client) Aliases(ctx context.Context, name string) (map[string]string, error) {
	var answer struct {
		Model struct {
			Aliases []struct {
				Alias   string `json:"alias"`
				Version string `json:"version"`
			} `json:"aliases"`
		} `json:"registered_model"`
	}
	err := c.get(ctx, "asking for the model "+name, "registered-models/get", url.Values{"name": {name}}, &answer)
	all := map[string]string{}
	for _, a := range answer.Model.Aliases {
		all[a.Alias] = a.Version
	}
	return all, err
}

// Location returns where the files of a version are, such as s3://mlflow/1/models/m-0123/artifacts or a folder.
func (c *Client) Location(ctx context.Context, v Version) (string, error) {
	var answer struct {
		URI string `json:"artifact_uri"`
	}
	what := fmt.Sprintf("asking where version %s of %s is", v.Number, v.Name)
	err := c.get(ctx, what, "model-versions/get-download-uri", url.Values{"name": {v.Name}, "version": {v.Number}}, &answer)
	if err != nil {
		return "", err
	}
	if id, logged := strings.CutPrefix(answer.URI, "models:/"); logged {
		return c.loggedModel(ctx, what, strings.Trim(id, "/"))
	}
	if answer.URI == "" || strings.HasPrefix(answer.URI, "runs:/") {
		return "", fmt.Errorf("%s: MLflow answers %q, which is no place of files; fix: register the version again from its logged model, as in "+
			"mlflow.register_model(\"models:/<model id>\", %q)", what, answer.URI, v.Name)
	}
	return answer.URI, nil
}

// loggedModel returns where the files of a logged model are: not below those of its run, since MLflow 3.
func (c *Client) loggedModel(ctx context.Context, what, id string) (string, error) {
	var answer struct {
		Model struct {
			Info struct {
				URI string `json:"artifact_uri"`
			} `json:"info"`
		} `json:"model"`
	}
	err := c.get(ctx, what, "logged-models/"+url.PathEscape(id), nil, &answer)
	if err == nil && answer.Model.Info.URI == "" {
		err = fmt.Errorf("%s: MLflow names no place for the logged model %s", what, id)
	}
	return answer.Model.Info.URI, err
}

// Run is a training run.
type Run struct {
	ID     string
	Status string
	// Deleted says that somebody deleted it, and that garbage collection will remove it and its files.
	Deleted bool
	Metrics map[string]float64
	Params  map[string]string
	Tags    map[string]string
}

// Run returns a run. The error is ErrNotFound where there is none.
func (c *Client) Run(ctx context.Context, id string) (Run, error) {
	var answer struct {
		Run struct {
			Info struct {
				ID     string `json:"run_id"`
				Status string `json:"status"`
				Stage  string `json:"lifecycle_stage"`
			} `json:"info"`
			Data struct {
				Metrics []pair[float64] `json:"metrics"`
				Params  []pair[string]  `json:"params"`
				Tags    []pair[string]  `json:"tags"`
			} `json:"data"`
		} `json:"run"`
	}
	err := c.get(ctx, "asking for the run "+id, "runs/get", url.Values{"run_id": {id}}, &answer)
	r := answer.Run
	return Run{r.Info.ID, r.Info.Status, r.Info.Stage == "deleted", mapOf(r.Data.Metrics), mapOf(r.Data.Params), mapOf(r.Data.Tags)}, err
}

// SetVersionTag writes a tag of a version, in place of one that it has.
func (c *Client) SetVersionTag(ctx context.Context, v Version, key, value string) error {
	return c.post(ctx, fmt.Sprintf("writing the tag %s of version %s of %s", key, v.Number, v.Name), "model-versions/set-tag",
		map[string]string{"name": v.Name, "version": v.Number, "key": key, "value": value})
}

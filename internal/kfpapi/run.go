package kfpapi

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Run is a run of a pipeline.
type Run struct {
	ID    string `json:"run_id"`
	Name  string `json:"display_name"`
	State string `json:"state"`
	Error *struct {
		Message string `json:"message"`
	} `json:"error"`
	Details *struct {
		Tasks []Task `json:"task_details"`
	} `json:"run_details"`
	Plugins map[string]struct {
		Entries map[string]struct {
			Value any `json:"value"`
		} `json:"entries"`
		State   string `json:"state"`
		Message string `json:"state_message"`
	} `json:"plugins_output"`
}

// Task is a step of a run.
type Task struct {
	Name  string `json:"display_name"`
	State string `json:"state"`
	Error *struct {
		Message string `json:"message"`
	} `json:"error"`
	Pod string `json:"pod_name"`
}

// States that a run or a step ends in (https://github.com/kubeflow/pipelines/blob/2.17.0/backend/api/v2beta1/run.proto, RuntimeState).
const (
	StateSucceeded = "SUCCEEDED"
	StateFailed    = "FAILED"
	StateCanceled  = "CANCELED"
	StateSkipped   = "SKIPPED"
)

// Ended tells whether a run is over.
func (r Run) Ended() bool {
	return slices.Contains([]string{StateSucceeded, StateFailed, StateCanceled, StateSkipped}, r.State)
}

// Succeeded tells whether a run is over and good.
func (r Run) Succeeded() bool { return r.State == StateSucceeded || r.State == StateSkipped }

// Tasks are the steps of a run by name, without the pods that drive them.
func (r Run) Tasks(of Definition) map[string]Task {
	all := map[string]Task{}
	if r.Details == nil {
		return all
	}
	for _, task := range r.Details.Tasks {
		if slices.Contains(of.Tasks, task.Name) {
			all[task.Name] = task
		}
	}
	return all
}

// Failures say what went wrong in a run, a line each.
func (r Run) Failures() string {
	var lines []string
	if r.Error != nil && r.Error.Message != "" {
		lines = append(lines, r.Error.Message)
	}
	if r.Details != nil {
		for _, task := range r.Details.Tasks {
			if task.State != StateFailed {
				continue
			}
			line := "step " + task.Name + " failed"
			if task.Error != nil && task.Error.Message != "" {
				line += ": " + task.Error.Message
			}
			if task.Pod != "" {
				line += " (pod " + task.Pod + ")"
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// The plugin that keeps runs in MLflow, and what it tells
// (https://github.com/kubeflow/pipelines/blob/2.17.0/backend/src/apiserver/plugins/mlflow/run_start.go).
const (
	pluginMLflow = "mlflow"
	entryRun     = "root_run_id"
	entryURL     = "run_url"
)

// MLflow returns the id of the run in MLflow around those of the steps, and its page; "" where the server does not keep runs there.
func (r Run) MLflow() (id, page string) {
	entries := r.Plugins[pluginMLflow].Entries
	id, _ = entries[entryRun].Value.(string)
	page, _ = entries[entryURL].Value.(string)
	return id, page
}

// Start runs a version with inputs.
func (c *Client) Start(ctx context.Context, name string, v Version, inputs map[string]any) (r Run, err error) {
	err = c.post(ctx, "starting a run of "+v.Name, "runs", map[string]any{
		"display_name":               name,
		"pipeline_version_reference": map[string]string{"pipeline_id": v.PipelineID, "pipeline_version_id": v.ID},
		"runtime_config":             map[string]any{"parameters": inputs},
	}, &r)
	if err == nil && r.ID == "" {
		err = fmt.Errorf("starting a run of %s: %s answers without the id of the run; correct --pipelines", v.Name, c.URL)
	}
	return r, err
}

// Run returns a run. The error is ErrNotFound where there is none.
func (c *Client) Run(ctx context.Context, id string) (r Run, err error) {
	err = c.get(ctx, "asking for the run "+id, "runs/"+url.PathEscape(id), nil, &r)
	return r, err
}

// Page is the address of the page of a run.
func (c *Client) Page(run string) string { return c.URL + "/#/runs/details/" + run }

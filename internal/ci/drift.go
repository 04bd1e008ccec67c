package ci

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/review/events"
)

// drift compares a stack with what is there, without changing anything, and keeps one issue about it: opened, updated, or closed. It looks
// at AWS only, unless it is asked for the cluster: the role for previews may read neither Secrets, where Helm keeps its releases, nor what
// belongs to no namespace.
type drift struct {
	stack, repository string
	cluster           bool
}

var clusterVariable = variable{"DRIFT_CLUSTER", "true looks at the cluster, too", nil}

func (d *drift) inputs(in inputs) {
	d.stack = in.required(stackVariable)
	in.pulumi()
	d.repository = in.gh()
	d.cluster = in.optional(clusterVariable) == "true"
}

func (d *drift) run(w *work) error {
	folder, err := folderOf(d.stack)
	if err != nil {
		return err
	}
	args := []string{"refresh", "--stack", d.stack, "--preview-only", "--non-interactive", "--json"}
	if !d.cluster {
		args = append(args, "--exclude", "**kubernetes:**")
	}
	if failed := w.engineEvents(folder, "drift", args...); failed != nil {
		if err := w.section(delivery.Preview{Stack: d.stack, Live: true, Failed: true}, folder, "drift"); err != nil {
			return err
		}
		return errors.Join(failed, fmt.Errorf("The refresh of %s failed, so nothing is known of its drift. The issue stays as it is.", d.stack))
	}
	text, err := contents(filepath.Join(folder, "drift.jsonl"))
	if err != nil {
		return err
	}
	open, err := w.issues("repos/" + d.repository + "/issues?state=open&creator=github-actions%5Bbot%5D&per_page=100")
	if err != nil {
		return err
	}
	action := delivery.Drift(d.stack, events.ParseLog([]byte(text)), open, w.runURL())
	body := filepath.Join(folder, "body.md")
	if err := write(body, action.Body); err != nil {
		return err
	}
	if err := d.act(w, action, body); err != nil || action.Body == "" {
		return err
	}
	return w.publish(action.Body)
}

// act does what was decided with the issue.
func (d *drift) act(w *work, action delivery.DriftAction, body string) error {
	issue := func(args ...string) error {
		return w.do(call{program: "gh", args: append([]string{"issue"}, args...)})
	}
	number := strconv.Itoa(action.Number)
	switch action.Verb {
	case "open":
		return issue("create", "--repo", d.repository, "--title", action.Title, "--body-file", body)
	case "update":
		return issue("edit", number, "--repo", d.repository, "--title", action.Title, "--body-file", body)
	case "close":
		return issue("close", number, "--repo", d.repository, "--comment", "No drift any more: "+w.runURL())
	}
	_, err := fmt.Fprintf(w.Out, "%s is as Pulumi left it.\n", d.stack)
	return err
}

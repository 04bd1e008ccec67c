package ci

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/review/events"
)

// plan plans the deployment of a stack: .modelway/delivery/<stack>/plan.json is what apply applies, and the report in the summary of the
// job is what a person reviews before.
type plan struct {
	stack  string
	models models
}

func (p *plan) inputs(in inputs) {
	p.stack = in.required(stackVariable)
	in.pulumi()
	in.program("git")
	p.models.inputs(in)
	p.models.brought(in)
}

func (p *plan) run(w *work) error {
	folder, err := folderOf(p.stack)
	if err != nil {
		return err
	}
	if err := p.models.bring(p.stack); err != nil {
		return err
	}
	failed := w.livePreview(p.stack, folder, "--save-plan", filepath.Join(folder, "plan.json"))
	if err := w.report(folder); err != nil {
		fmt.Fprintln(w.Err, err)
	}
	if err := w.section(delivery.Preview{Stack: p.stack, Live: true, Failed: failed != nil}, folder, "preview"); err != nil {
		return err
	}
	if failed != nil {
		return errors.Join(failed, fmt.Errorf("The deployment of %s could not be planned: see above. Nothing has been changed.", p.stack))
	}
	commits, err := p.models.commits(w)
	if err != nil {
		return err
	}
	if err := write(filepath.Join(folder, "commit"), commits); err != nil {
		return err
	}
	text, err := contents(filepath.Join(folder, "preview.jsonl"))
	if err != nil {
		return err
	}
	return w.output("changes", strconv.FormatBool(events.ParseLog([]byte(text)).HasChanges()))
}

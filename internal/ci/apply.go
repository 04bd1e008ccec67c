package ci

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/review/events"
)

// apply applies the plan of a stack, and nothing else. The summary of the job says what was applied and, after a failure, how to go on.
// Then it checks that what was deployed is what answers.
type apply struct {
	models models
	verify verify
}

func (a *apply) inputs(in inputs) {
	a.verify.inputs(in)
	in.program("git")
	a.models.inputs(in)
	a.models.brought(in)
	if stack := a.verify.stack; stack != "" {
		for _, file := range []string{"plan.json", "commit"} {
			in.file(filepath.Join(delivered, stack, file), fmt.Sprintf("make one with `STACK=%s modelway ci plan`. "+
				"In a workflow, choose Re-run all jobs: the plan's artifact is gone.", stack))
		}
	}
}

func (a *apply) run(w *work) error {
	stack := a.verify.stack
	folder := filepath.Join(delivered, stack)
	planned, err := contents(filepath.Join(folder, "commit"))
	if err != nil {
		return err
	}
	here, err := a.models.commits(w)
	if err != nil {
		return err
	}
	if planned != here {
		return fmt.Errorf("The plan of %s was made at commit %s, but %s is checked out: plan again, with `STACK=%s modelway ci plan`.", stack,
			strings.TrimSpace(planned), strings.TrimSpace(here), stack)
	}
	if err := a.models.bring(stack); err != nil {
		return err
	}
	failed := a.update(w, folder)
	if err := a.tell(w, folder, failed == nil); err != nil {
		return errors.Join(failed, err)
	}
	if failed != nil {
		return errors.Join(failed, fmt.Errorf("The deployment of %s failed. The summary of the job says what was applied and what to do.", stack))
	}
	return a.verify.run(w)
}

// update has the engine apply the plan in a folder.
func (a *apply) update(w *work, folder string) error {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	return w.logged(call{
		program: "pulumi",
		args: []string{"up", "--stack", a.verify.stack, "--plan", filepath.Join(folder, "plan.json"), "--yes", "--skip-preview",
			"--non-interactive", "--policy-pack", "policies", "--event-log", filepath.Join(here, folder, "apply.jsonl")},
		env: []string{"PULUMI_DEBUG_COMMANDS=true"}, // the event log is an option of the commands for debugging
	}, filepath.Join(folder, "apply.log"))
}

// tell adds to the summary of the job what became of the deployment.
func (a *apply) tell(w *work, folder string, succeeded bool) error {
	told, toldErr := contents(filepath.Join(folder, "apply.jsonl"))
	log, logErr := contents(filepath.Join(folder, "apply.log"))
	if err := errors.Join(toldErr, logErr); err != nil {
		return err
	}
	text := delivery.Outcome{
		Stack: a.verify.stack, Succeeded: succeeded, Events: events.ParseLog([]byte(told)), Log: log,
	}.Summary()
	if err := write(filepath.Join(folder, "outcome.md"), text); err != nil {
		return err
	}
	return w.publish(text)
}

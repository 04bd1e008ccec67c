package ci

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/stackfile"
)

// preview previews an environment and writes .modelway/delivery/<stack>/section.md, its part of the comment: against its own stack where
// the job has a role; offline otherwise, over what a revision brings up, or from nothing. It fails on changes that break clients, unless
// that is allowed, on changes that AWS will refuse, and on violated policies.
type preview struct {
	stack, base string
	live, allow bool
}

var (
	previewRoleVariable = variable{"PREVIEW_ROLE_ARN", "the role that the job has taken, for a preview of the stack itself; empty for " +
		"one that is offline", nil}
	previewBaseVariable = variable{"BASE", "the commit that an offline preview compares with, such as HEAD^1; empty for an empty account", nil}
	allowVariable       = variable{"ALLOW_BREAKING", "true lets changes pass that break clients", nil}
)

func (p *preview) inputs(in inputs) {
	p.stack = in.required(stackVariable)
	p.live = in.optional(previewRoleVariable) != ""
	in.only("with PREVIEW_ROLE_ARN", p.live).pulumi()
	p.base = in.only("without PREVIEW_ROLE_ARN", !p.live).optional(previewBaseVariable)
	in.check(func() error {
		if _, err := stackfile.Find(".", p.stack); p.stack != "" && err != nil {
			return fmt.Errorf("STACK: %w", err)
		}
		return nil
	})
	p.allow = in.optional(allowVariable) == "true"
}

func (p *preview) run(w *work) error {
	folder, err := folderOf(p.stack)
	if err != nil {
		return err
	}
	told := delivery.Preview{Stack: p.stack, Live: p.live}
	var previewed error
	if p.live {
		previewed = w.livePreview(p.stack, folder)
	} else {
		told.Base, previewed = p.offline(w, folder)
	}
	told.Failed = previewed != nil
	args := []string{"--fail-on", "breaking,refused,policy"}
	if p.allow {
		args = append(args, "--allow-breaking", "the label modelway/allow-breaking")
	}
	if previewed == nil {
		args = append(args, w.mapOf(p.stack, folder)...)
	}
	refused := w.report(folder, args...)
	report, err := contents(filepath.Join(folder, "report.md"))
	if err != nil {
		return err
	}
	told.Failed = told.Failed || report == ""
	if err := w.section(told, folder, "preview"); err != nil {
		return err
	}
	if !told.Failed && refused == nil {
		return nil
	}
	return errors.Join(previewed, refused, fmt.Errorf("The preview of %s failed, or the change breaks something, violates a policy or will "+
		"be refused by AWS: see above. If it is meant to break something, add the label modelway/allow-breaking; it allows nothing else.",
		p.stack))
}

// offline previews on this machine, and returns the revision that it compares with: none where that could not be brought up.
func (p *preview) offline(w *work, folder string) (base string, err error) {
	told := localcli.Events(".", p.stack)
	if err := os.RemoveAll(told); err != nil {
		return "", err
	}
	start := func(more ...string) error {
		return w.logged(w.self(append([]string{"preview", "--stack", p.stack}, more...)...), filepath.Join(folder, "preview.log"))
	}
	if p.base != "" {
		err = start("--base", p.base)
		if _, missing := os.Stat(told); missing == nil {
			base = p.base
		} else {
			fmt.Fprintf(w.Out, "%s could not be brought up as %s has it: it is previewed from nothing.\n", p.stack, p.base)
		}
	}
	if base == "" {
		err = start()
	}
	text, missing := os.ReadFile(told)
	if missing != nil {
		return base, errors.Join(err, missing)
	}
	return base, errors.Join(err, write(filepath.Join(folder, "preview.jsonl"), string(text)))
}

// livePreview compares a stack with its own state: it writes preview.jsonl and preview.log in a folder.
func (w *work) livePreview(stack, folder string, more ...string) error {
	args := append([]string{"preview", "--stack", stack, "--non-interactive", "--json", "--policy-pack", "policies"}, more...)
	return w.engineEvents(folder, "preview", args...)
}

// engineEvents runs the engine, and keeps its events and what else it prints in the files <name>.jsonl and <name>.log of a folder.
func (w *work) engineEvents(folder, name string, args ...string) error {
	told, err := os.Create(filepath.Join(folder, name+".jsonl"))
	if err != nil {
		return err
	}
	// The variable makes --json print the engine's events, as other commands do.
	c := call{program: "pulumi", args: args, out: told, env: []string{"PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true"}}
	return errors.Join(w.logged(c, filepath.Join(folder, name+".log")), told.Close())
}

// mapOf draws map.html in a folder, with what the preview there changes, and returns the arguments by which a report leads to it: the run
// has it as an artifact. A preview without a map is still one.
func (w *work) mapOf(stack, folder string) []string {
	preview, page := filepath.Join(folder, "preview.jsonl"), filepath.Join(folder, "map.html")
	err := w.do(w.self("map", "--stack", stack, "--preview", preview, "--output", page))
	if err != nil {
		fmt.Fprintf(w.Err, "The map of %s could not be drawn: %v\n", stack, err)
		return nil
	}
	if w.Env("GITHUB_RUN_ID") == "" {
		return nil // a terminal, with the file at hand
	}
	return []string{"--map-url", w.runURL() + "#artifacts"}
}

// report writes report.md about the preview in a folder.
func (w *work) report(folder string, args ...string) error {
	args = append([]string{"report", "--format", "markdown"}, args...)
	return w.do(w.self(append(args, "--output", filepath.Join(folder, "report.md"), filepath.Join(folder, "preview.jsonl"))...))
}

// section writes section.md of a folder from the events and the log of a name, and adds it to the summary of the job.
func (w *work) section(p delivery.Preview, folder, name string) error {
	report, reportErr := contents(filepath.Join(folder, "report.md"))
	told, toldErr := contents(filepath.Join(folder, name+".jsonl"))
	log, logErr := contents(filepath.Join(folder, name+".log"))
	if err := errors.Join(reportErr, toldErr, logErr); err != nil {
		return err
	}
	p.Report, p.Events, p.Log = report, events.ParseLog([]byte(told)), log
	text := p.Section()
	if err := write(filepath.Join(folder, "section.md"), text); err != nil {
		return err
	}
	return w.publish(text)
}

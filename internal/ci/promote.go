package ci

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// promoted is the folder with the file of the model and the report, between the step that promotes and the one that opens the pull request.
const promoted = delivered + "/promotion"

// promote holds the version of a model that an alias names against the gates, copies its files into the model store of a stack, and writes
// it into the model's file.
type promote struct {
	models                                   models
	token                                    token
	stack, model, alias, weight, skip, store string
}

func (p *promote) inputs(in inputs) {
	p.stack = in.required(stackVariable)
	p.model = in.required(modelVariable)
	p.alias = in.required(aliasVariable)
	in.required(variable{"MLFLOW_TRACKING_URI", "the address of the MLflow server; in GitHub a variable of the repository or the environment",
		nil})
	p.weight = cmp.Or(in.optional(variable{"WEIGHT", "the percentage of requests for the canary; empty for 0", nil}), "0")
	p.skip = in.optional(variable{"SKIP", "gates to leave out, such as latency,golden", nil})
	p.store = in.optional(variable{"MODEL_STORE", "the bucket of the model store; empty for the output of the stack", nil})
	in.only("without MODEL_STORE", p.store == "").pulumi()
	p.token.inputs(in)
	in.program("git")
	p.models.inputs(in)
}

func (p *promote) run(w *work) error {
	if err := errors.Join(os.RemoveAll(promoted), os.MkdirAll(promoted, 0o755)); err != nil {
		return err
	}
	token, err := p.token.env(w, "MLFLOW_TRACKING_TOKEN")
	if err != nil {
		return err
	}
	version, report := p.model+"@"+p.alias, filepath.Join(promoted, "report.md")
	c := w.self("promote", version, "--models", p.models.at(p.models.folder), "--apply", "--report", report, "--weight", p.weight, "--skip",
		p.skip)
	if p.store != "" {
		c.args = append(c.args, "--bucket", p.store)
	} else {
		c.args = append(c.args, "--stack", p.stack)
	}
	c.env = token
	failed := w.do(c)
	text, err := contents(report)
	if err != nil {
		return err
	}
	if err := w.publish(text); err != nil {
		return err
	}
	if failed != nil {
		return errors.Join(failed, fmt.Errorf("%s is not promoted to %s: see above. Nothing is deployed, and no file is changed.", version,
			p.stack))
	}
	return p.keep(w)
}

// keep keeps the file of the model where it has changed, and says whether it has.
func (p *promote) keep(w *work) error {
	file, err := p.models.file(p.model)
	if err != nil {
		return err
	}
	changed, err := p.models.changed(w, file)
	if err != nil {
		return err
	}
	if !changed {
		return w.output("changes", "false")
	}
	if err := copyFile(p.models.at(file), filepath.Join(promoted, "model.yaml")); err != nil {
		return err
	}
	return w.output("changes", "true")
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return write(to, string(text))
}

// promotePullRequest opens a pull request with what the step promote made of the file of a model. Which file that is, this checkout says:
// the job that made it ran code of the model.
type promotePullRequest struct {
	models              models
	pull                pullRequest
	stack, model, alias string
}

func (p *promotePullRequest) inputs(in inputs) {
	p.stack = in.required(stackVariable)
	p.model = in.required(modelVariable)
	p.alias = in.required(aliasVariable)
	p.pull.inputs(in)
	p.models.inputs(in)
	in.check(p.models.isFolder)
	for _, name := range []string{"model.yaml", "report.md"} {
		in.file(filepath.Join(promoted, name), "make it with `modelway ci promote`")
	}
}

func (p *promotePullRequest) run(w *work) error {
	file, err := p.models.file(p.model)
	if err != nil {
		return err
	}
	at := p.models.at(file)
	if err := copyFile(filepath.Join(promoted, "model.yaml"), at); err != nil {
		return err
	}
	changed, err := p.models.changed(w, file)
	if err != nil || !changed {
		fmt.Fprintf(w.Out, "%s says so already.\n", file)
		return err
	}
	report, err := contents(filepath.Join(promoted, "report.md"))
	if err != nil {
		return err
	}
	name, err := w.ask("git", "hash-object", at)
	if err != nil {
		return err
	}
	return p.pull.open(w, p.models, proposal{
		branch:  fmt.Sprintf("promote/%s-%s-%.12s", p.model, p.stack, name),
		subject: fmt.Sprintf("Promote %s@%s to %s", p.model, p.alias, p.stack), file: file,
		body:     fmt.Sprintf("%s\nBy %s. The files are in the model store; merging serves them.\n\n%s\n", report, w.runURL(), reopen),
		bodyFile: filepath.Join(promoted, "body.md"),
	})
}

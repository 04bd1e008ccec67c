package ci

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/modelway/modelway/internal/render"
	"github.com/modelway/modelway/internal/review/delivery"
)

// renderCheck renders the models of each environment that Argo CD delivers and that the checked-out change touches. The summary of the job
// shows what would be delivered. It fails where the commit has other files than the models say, since nothing else would be delivered; then
// rendered/ has them, to be committed.
type renderCheck struct{ change change }

func (r *renderCheck) inputs(in inputs) {
	r.change.inputs(in)
	r.change.models.brought(in)
	if r.change.all {
		r.change.base = in.env(baseVariable.name)
		in.check(func() error { return r.change.models.isCommit(r.change.base) })
	}
}

func (r *renderCheck) run(w *work) error {
	environments, err := r.change.environments(w)
	if err != nil {
		return err
	}
	stacks, err := byArgoCD(environments)
	if err != nil {
		return err
	}
	if len(stacks) == 0 {
		_, err = fmt.Fprintln(w.Out, "No environment that this touches has modelway:models.delivery: argocd, so that nothing is rendered.")
		return err
	}
	var bad []string
	for _, stack := range stacks {
		rendering, err := r.rendering(w, stack)
		if err != nil {
			return err
		}
		if rendering.Failed || rendering.Stale {
			bad = append(bad, stack)
		}
		if err := w.publish(rendering.Section()); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("The rendered models of %s are not what Argo CD is to deliver: see above.", strings.Join(bad, " "))
	}
	return nil
}

// rendering renders the models of a stack, and compares them with what is committed.
func (r *renderCheck) rendering(w *work, stack string) (told delivery.Rendering, err error) {
	m := &r.change.models
	told = delivery.Rendering{Stack: stack, Base: r.change.base}
	if told.Folder, err = renderedFolder(stack); err != nil {
		return told, err
	}
	var log bytes.Buffer
	told.Failed = m.render(w, stack, told.Folder, io.MultiWriter(w.Out, &log)) != nil
	told.Log = log.String()
	if !told.Failed {
		if told.Stale, err = m.changed(w, told.Folder); err != nil {
			return told, err
		}
	}
	base := cmp.Or(r.change.base, "HEAD")
	if told.First, err = m.first(w, base, told.Folder); err != nil {
		return told, err
	}
	// Files that Git does not know yet belong to the difference, too.
	_ = w.do(call{program: "git", args: []string{"-C", m.checkout, "add", "--intent-to-add", "--", told.Folder}, err: io.Discard, quiet: true})
	told.Difference, err = w.ask("git", "-C", m.checkout, "diff", "--no-ext-diff", base, "--", told.Folder)
	return told, err
}

// first is what `pulumi up` makes first for what lies between the index of a commit and that of what was rendered: what the program makes
// for the models is in the index. None where one of them does not read.
func (m *models) first(w *work, base, folder string) ([]string, error) {
	before, err := os.MkdirTemp("", "modelway-ci-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(before)
	var index bytes.Buffer
	show := call{program: "git", args: []string{"-C", m.checkout, "show", base + ":./" + folder + "/index.yaml"}, out: &index, err: io.Discard,
		quiet: true}
	if w.do(show) == nil {
		if err := write(filepath.Join(before, "index.yaml"), index.String()); err != nil {
			return nil, err
		}
	}
	was, wasErr := render.ReadIndex(before)
	is, isErr := render.ReadIndex(m.at(folder))
	if errors.Join(wasErr, isErr) != nil {
		return nil, nil
	}
	return is.First(was), nil
}

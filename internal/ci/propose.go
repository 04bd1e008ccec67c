package ci

import (
	"cmp"
	"fmt"
	"io"

	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/stackname"
)

// reopen says how a pull request of a workflow gets its checks.
const reopen = "GitHub starts no workflows for a pull request that a workflow opened: close it and open it again to get the preview."

var branchVariable = variable{"GITHUB_REF_NAME", "the branch that the pull request is for; a workflow has it, empty for main", nil}

// pullRequest opens pull requests in a repository.
type pullRequest struct{ repository, base string }

func (p *pullRequest) inputs(in inputs) {
	p.repository = in.gh()
	in.program("git")
	p.base = cmp.Or(in.optional(branchVariable), "main")
}

// proposal is a change of one file of the checkout with the models. The same change makes the same branch, so that a second run changes
// nothing.
type proposal struct {
	branch, subject, file string
	// body is the text of the pull request, which goes to bodyFile.
	body, bodyFile string
}

// open opens a pull request with a change, and with what is rendered of it for the environments that Argo CD delivers. The job's token is
// given to the push alone: no file of the checkout has it.
func (p *pullRequest) open(w *work, m models, change proposal) error {
	if err := w.git(m.checkout, "switch", "--quiet", "--create", change.branch); err != nil {
		return err
	}
	if err := w.git(m.checkout, "add", "--", change.file); err != nil {
		return err
	}
	missing, err := m.renderAll(w)
	if err != nil {
		return err
	}
	if err := write(change.bodyFile, change.body+missing); err != nil {
		return err
	}
	if err := w.git(m.checkout, "-c", "user.name=github-actions[bot]", "-c",
		"user.email=41898282+github-actions[bot]@users.noreply.github.com", "commit", "--quiet", "--message", change.subject); err != nil {
		return err
	}
	if err := w.git(m.checkout, "-c", "credential.helper=", "-c", "credential.helper=!gh auth git-credential", "push", "--quiet", "--force",
		"origin", change.branch); err != nil {
		return err
	}
	existing, err := w.ask("gh", "pr", "list", "--repo", p.repository, "--head", change.branch, "--state", "open", "--json", "url", "--jq",
		".[].url")
	if err != nil {
		return err
	}
	if existing != "" {
		_, err = fmt.Fprintf(w.Out, "There is a pull request already: %s\n", existing)
		return err
	}
	return w.do(call{program: "gh", args: []string{"pr", "create", "--repo", p.repository, "--head", change.branch, "--base", p.base,
		"--title", change.subject, "--body-file", change.bodyFile}})
}

// renderAll renders the models of every environment that Argo CD delivers, and adds them to the index. It returns what a pull request says
// of those that cannot be rendered.
func (m *models) renderAll(w *work) (missing string, err error) {
	files, err := filesHere()
	if err != nil {
		return "", err
	}
	stacks, err := delivery.Environments(files)
	if err != nil {
		return "", err
	}
	if stacks, err = byArgoCD(stacks); err != nil {
		return "", err
	}
	for _, stack := range stacks {
		folder, err := renderedFolder(stack)
		if err != nil {
			return "", err
		}
		if err := m.render(w, stack, folder, w.Err); err == nil {
			if err := w.git(m.checkout, "add", "--all", "--", folder); err != nil {
				return "", err
			}
			continue
		}
		// Where nothing is committed there is nothing to restore.
		_ = w.do(call{program: "git", args: []string{"-C", m.checkout, "checkout", "--quiet", "--", folder}, err: io.Discard, quiet: true})
		missing += fmt.Sprintf("\nThe models of %[1]s could not be rendered: the log of the job says why, and `modelway render --stack %[1]s "+
			"--out %[2]s` tries again.\n", stack, folder)
	}
	return missing, nil
}

// byArgoCD are those of the environments whose models Argo CD delivers.
func byArgoCD(environments []string) (delivered []string, err error) {
	for _, stack := range environments {
		settings, err := modelsOf(stack)
		if err != nil {
			return nil, err
		}
		if gitops.ByArgoCD(settings.Delivery) {
			delivered = append(delivered, stack)
		}
	}
	return delivered, nil
}

// renderedFolder is the folder that Argo CD reads the models of a stack from, relative to the root of its repository.
func renderedFolder(stack string) (string, error) {
	if err := stackname.Check(stack); err != nil {
		return "", err
	}
	settings, err := modelsOf(stack)
	if err != nil {
		return "", err
	}
	return settings.Git.Folder, inside(stack, "git.folder", settings.Git.Folder)
}

// render renders the models of an environment into a folder of the checkout with the models. What is printed of it goes to log.
func (m *models) render(w *work, stack, folder string, log io.Writer) error {
	if err := m.bring(stack); err != nil {
		fmt.Fprintln(log, err)
		return err
	}
	c := w.self("render", "--stack", stack, "--out", m.at(folder))
	c.out, c.err = log, log
	return w.do(c)
}

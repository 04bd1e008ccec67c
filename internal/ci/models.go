package ci

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

var (
	modelsRepositoryVariable = variable{"MODELS_REPOSITORY", "a folder with the checkout that has the models; empty for this one", nil}
	modelsFolderVariable     = variable{"MODELS_FOLDER", "the folder of the models' files in that checkout; empty for models", nil}
)

// models is where models are: a checkout, this one or a folder of it where the models are in a repository of their own, and the folder of
// the models' files in it.
type models struct{ checkout, folder string }

func (m *models) inputs(in inputs) {
	m.checkout = filepath.Clean(cmp.Or(in.optional(modelsRepositoryVariable), "."))
	m.folder = cmp.Or(in.optional(modelsFolderVariable), "models")
	in.check(func() error {
		if info, err := os.Stat(m.checkout); err != nil || !info.IsDir() {
			return fmt.Errorf("MODELS_REPOSITORY is %q, and there is no such folder: check out the repository with the models there, or leave it "+
				"empty for the models of this checkout", m.checkout)
		}
		return nil
	})
}

// apart is true where the models are in a repository of their own.
func (m *models) apart() bool { return m.checkout != "." }

// at is the path of a file of the checkout with the models.
func (m *models) at(file string) string { return filepath.Join(m.checkout, file) }

// isCommit checks the commit that a change is compared with; an empty one is passed over.
func (m *models) isCommit(base string) error {
	if base == "" || exec.Command("git", "-C", m.checkout, "rev-parse", "--verify", "--quiet", base+"^{commit}").Run() == nil {
		return nil
	}
	return fmt.Errorf("BASE is %q, which is not a commit here: check out with its history (fetch-depth: 2), or name another", base)
}

// changedSince are the paths that differ between a commit and the one that is checked out.
func (m *models) changedSince(w *work, base string) ([]string, error) {
	text, err := w.ask("git", "-C", m.checkout, "-c", "core.quotePath=false", "diff", "--name-only", "--no-renames", base, "HEAD")
	return lines(text), err
}

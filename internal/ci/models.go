package ci

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/stackfile"
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

// brought has the folder checked where its models take the place of those of this checkout.
func (m *models) brought(in inputs) {
	in.check(func() error {
		if !m.apart() {
			return nil
		}
		return m.isFolder()
	})
}

// isFolder requires a folder of the checkout that is there, and not the checkout itself, whose other files are no models.
func (m *models) isFolder() error {
	if !fs.ValidPath(m.folder) || m.folder == "." {
		return fmt.Errorf("MODELS_FOLDER is %q, which is not a folder in the checkout: use one relative to its root, such as models", m.folder)
	}
	if info, err := os.Stat(m.at(m.folder)); err != nil || !info.IsDir() {
		return fmt.Errorf("MODELS_FOLDER is %q, and there is no such folder in the checkout: create it, or name another one", m.folder)
	}
	return nil
}

// file is the file of a model, also in the folder of a team, relative to the checkout with the models; one that there is not yet is
// directly in the folder of the models.
func (m *models) file(model string) (string, error) {
	if err := m.isFolder(); err != nil {
		return "", err
	}
	file, err := modelspec.Locate(os.DirFS(m.checkout), m.folder, model)
	return cmp.Or(file, path.Join(m.folder, model+modelspec.Extension)), err
}

// has requires the file of a model; no model is passed over.
func (m *models) has(model string) error {
	if model == "" {
		return nil
	}
	file, err := m.file(model)
	if err != nil {
		return err
	}
	if _, err := os.Stat(m.at(file)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("MODEL is %q, but there is no %s: add the model first, with any image", model, file)
	}
	return err
}

// bring puts the models of a repository of their own in the place of those of this checkout, where the program reads them.
func (m *models) bring(stack string) error {
	if !m.apart() {
		return nil
	}
	if err := m.isFolder(); err != nil {
		return err
	}
	settings, err := modelsOf(stack)
	if err != nil {
		return err
	}
	if err := inside(stack, "directory", settings.Directory); err != nil {
		return err
	}
	if err := os.RemoveAll(settings.Directory); err != nil {
		return err
	}
	return os.CopyFS(settings.Directory, os.DirFS(m.at(m.folder)))
}

// modelsOf reads how the models of a stack get there from its settings.
func modelsOf(stack string) (delivery.Models, error) {
	settings, err := stackfile.Read("Pulumi.yaml", stackfile.Name(stack))
	if err != nil {
		return delivery.Models{}, fmt.Errorf("reading the settings of stack %s: %w", stack, err)
	}
	return delivery.ModelsOf(stack, settings), nil
}

// inside requires a folder that settings name to be inside of what they are the settings of.
func inside(stack, setting, folder string) error {
	if fs.ValidPath(folder) && folder != "." {
		return nil
	}
	return fmt.Errorf("modelway:models.%s of stack %s is %q, which is not a folder inside the project: use one relative to its root", setting,
		stack, folder)
}

// commits names what is deployed: the commit of this checkout, and that of the models where they are in a repository of their own.
func (m *models) commits(w *work) (string, error) {
	commit, err := w.ask("git", "rev-parse", "HEAD")
	if err != nil || !m.apart() {
		return commit + "\n", err
	}
	other, err := w.ask("git", "-C", m.checkout, "rev-parse", "HEAD")
	return commit + "\n" + other + "\n", err
}

// changed says whether a file or folder of the checkout with the models differs from its commit.
func (m *models) changed(w *work, file string) (bool, error) {
	text, err := w.ask("git", "-C", m.checkout, "status", "--porcelain", "--", file)
	return text != "", err
}

// isCommit checks the commit that a change is compared with; an empty one is passed over.
func (m *models) isCommit(base string) error {
	if base == "" {
		return nil
	}
	err := exec.Command("git", "-C", m.checkout, "rev-parse", "--verify", "--quiet", base+"^{commit}").Run()
	if err == nil || errors.Is(err, exec.ErrNotFound) { // which is told already
		return nil
	}
	return fmt.Errorf("BASE is %q, which is not a commit here: check out with its history (fetch-depth: 2), or name another", base)
}

// changedSince are the paths that differ between a commit and the one that is checked out.
func (m *models) changedSince(w *work, base string) ([]string, error) {
	text, err := w.ask("git", "-C", m.checkout, "-c", "core.quotePath=false", "diff", "--name-only", "--no-renames", base, "HEAD")
	return lines(text), err
}

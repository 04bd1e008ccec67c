package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

const (
	// Root holds a folder for each stack, where nothing else is said.
	Root = "rendered"
	// ModelsFolder holds a file for each model, and nothing else: what delivers the models reads this folder. IndexFile is beside it.
	ModelsFolder = "models"
	IndexFile    = "index.yaml"

	mark = "# Written by modelway render. Do not edit: change the model's file, and render again.\n"
)

// Index is what the next rendering goes by. Its file is for Modelway, and no object of Kubernetes.
type Index struct {
	// Stack is the environment's name.
	Stack string `json:"stack"`
	// LoadBalancers and Models are the stack outputs of those names, by which every host stays on its load balancer.
	LoadBalancers any `json:"loadBalancers"`
	Models        any `json:"models"`
	// ModelStore is the name of the bucket for models' files that the program made, from its output of that name. Default none.
	ModelStore string `json:"modelStore,omitempty"`
	// Subnets are the IPv4 blocks of the subnets of a VPC that others made, by the subnet's id. Default none: the VPC is the program's.
	Subnets map[string]string `json:"subnets,omitempty"`
	// Program is what the program makes for the models beside their objects, by type and name, each with a digest of it.
	Program map[string]string `json:"program"`
}

// Folder is what is rendered for one environment.
type Folder struct {
	Index Index
	Files []File
}

// ReadIndex reads the index of a folder; the zero Index where there is none yet.
func ReadIndex(folder string) (index Index, err error) {
	file := filepath.Join(folder, IndexFile)
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Index{}, nil
	}
	if err == nil {
		err = yaml.UnmarshalStrict(data, &index)
	}
	if err != nil {
		return Index{}, fmt.Errorf("reading %s: %w; fix: restore it from Git, since hosts could move to other load balancers without it", file,
			err)
	}
	return index, nil
}

// Change is what a rendering does to one file: "new", "changed" or "removed".
type Change struct{ File, Kind string }

// Changes compares a folder on disk with what is rendered, in order of the files' names. Files that are no model's are removed: what is in
// the folder is what is delivered.
func (f Folder) Changes(folder string) ([]Change, error) {
	wanted, err := f.content()
	if err != nil {
		return nil, err
	}
	var changes []Change
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		found, err := os.ReadFile(filepath.Join(folder, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			changes = append(changes, Change{name, "new"})
		case err != nil:
			return nil, err
		case !bytes.Equal(found, wanted[name]):
			changes = append(changes, Change{name, "changed"})
		}
	}
	found, err := filepath.Glob(filepath.Join(folder, ModelsFolder, "*"))
	for _, path := range found {
		if name := filepath.Join(ModelsFolder, filepath.Base(path)); wanted[name] == nil {
			changes = append(changes, Change{name, "removed"})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.File, b.File) })
	return changes, err
}

// Write makes changes to a folder on disk. It refuses to remove the files of all models: nothing that is delivered may end because a
// rendering was empty.
func (f Folder) Write(folder string, changes []Change) error {
	removed := slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return c.Kind != "removed" })
	if len(f.Files) == 0 && len(removed) > 0 {
		return fmt.Errorf("the stack has no models any more, and %s has %d files of models: none was removed, since that would end all of them; "+
			"fix: is modelway:models.directory right? If all models shall go, remove the files by hand", filepath.Join(folder, ModelsFolder),
			len(removed))
	}
	wanted, err := f.content()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(folder, ModelsFolder), 0o755); err != nil {
		return err
	}
	for _, c := range changes {
		path := filepath.Join(folder, c.File)
		if c.Kind == "removed" {
			err = os.Remove(path)
		} else {
			err = os.WriteFile(path, wanted[c.File], 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// content is what each file has, by its path below the folder.
func (f Folder) content() (map[string][]byte, error) {
	index, err := yaml.Marshal(f.Index)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", IndexFile, err)
	}
	content := map[string][]byte{IndexFile: append([]byte(mark), index...)}
	for _, file := range f.Files {
		content[filepath.Join(ModelsFolder, file.Model+".yaml")] = append([]byte(mark), file.Data...)
	}
	return content, nil
}

package model

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

//go:embed samples/*.json
var samples embed.FS

//go:embed default.json
var defaultModel []byte

// Set holds models by name.
type Set map[string]*Model

// Names returns the names in order.
func (s Set) Names() []string { return slices.Sorted(maps.Keys(s)) }

// Load reads the .json files of a folder, or the built-in samples if dir is empty. With a name it keeps that model alone; where no sample
// has the name, the default model answers for it.
// Faults of all files are reported together.
func Load(dir, name string) (Set, error) {
	fsys, source := fs.FS(nil), dir
	if dir == "" {
		embedded, err := fs.Sub(samples, "samples")
		if err != nil {
			return nil, fmt.Errorf("opening the built-in models: %w", err)
		}
		fsys, source = embedded, "the built-in models"
	} else {
		fsys = os.DirFS(dir)
	}
	set, err := load(fsys, source)
	if err != nil || name == "" {
		return set, err
	}
	m, found := set[name]
	if !found && dir == "" {
		m, err = defaultFor(name)
		return Set{name: m}, err
	}
	if !found {
		return nil, fmt.Errorf("there is no model %q in %s; allowed: %s; fix: correct MODEL_NAME, or add %s.json to the folder MODEL_DIR names",
			name, source, strings.Join(set.Names(), ", "), name)
	}
	return Set{name: m}, nil
}

// defaultFor returns the default model under a name.
func defaultFor(name string) (*Model, error) {
	m, err := Parse(defaultModel)
	if err != nil {
		return nil, fmt.Errorf("the default model: %w", err)
	}
	m.Name, m.Default = name, true
	return m, m.validate()
}

func load(fsys fs.FS, source string) (Set, error) {
	files, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("reading models from %s: %w; fix: correct MODEL_DIR", source, err)
	}
	set, origins := Set{}, map[string]string{}
	var faults []error
	for _, file := range files {
		if file.IsDir() || path.Ext(file.Name()) != ".json" {
			continue
		}
		content, err := fs.ReadFile(fsys, file.Name())
		if err != nil {
			faults = append(faults, fmt.Errorf("reading %s in %s: %w", file.Name(), source, err))
			continue
		}
		m, err := Parse(content)
		switch {
		case err != nil:
			faults = append(faults, fmt.Errorf("%s in %s: %w", file.Name(), source, err))
		case origins[m.Name] != "":
			faults = append(faults, fmt.Errorf("%s in %s: the model %q is also in %s", file.Name(), source, m.Name, origins[m.Name]))
		default:
			set[m.Name], origins[m.Name] = m, file.Name()
		}
	}
	if len(set) == 0 && len(faults) == 0 {
		faults = append(faults, fmt.Errorf("there are no .json files in %s; fix: correct MODEL_DIR", source))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return set, nil
}

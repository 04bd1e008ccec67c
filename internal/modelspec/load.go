package modelspec

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/strict"
)

// Extension is the ending of model files.
const Extension = ".yaml"

// Set is what a models folder holds.
type Set struct {
	// Models can be served, as far as their own files tell; they are sorted by name.
	Models []Model
	// Invalid are the others, in the order of their files.
	Invalid []Invalid
	// files are what the models were read from, by name.
	files map[string]*strict.File
}

// Place tells where a model's file, or what the environment changes in it, says a key such as route.subdomain; "" for models that were not
// read from a file. A key that is not given is at the key around it, or at the file's first line.
func (s Set) Place(model, key string) string {
	file, found := s.files[model]
	if !found {
		return ""
	}
	return file.Origin(key).Place()
}

// Invalid is a model whose file, or what the environment changes in it, has faults.
type Invalid struct {
	// Name of the model, which is that of the file without its extension.
	Name string
	// Faults joins everything that is wrong, each a strict.Fault.
	Faults error
}

// Load reads a models folder as Read does, and takes no invalid model: it returns the faults of all files and overrides joined.
func Load(fsys fs.FS, dir string, overrides map[string]Override) ([]Model, error) {
	set, err := Read(fsys, dir, overrides)
	faults := make([]error, 0, len(set.Invalid)+1)
	for _, invalid := range set.Invalid {
		faults = append(faults, invalid.Faults)
	}
	if err := errors.Join(append(faults, err)...); err != nil {
		return nil, err
	}
	return set.Models, nil
}

// Read reads every model file of a folder and of the folders of teams in it, merges the environment's overrides by model name, fills in
// the defaults and validates the result, each model for itself. A model in a team's folder that names no owner has the team for one.
// Files that could be mistaken for models, that are in a folder of no team, or whose name another one has, count as invalid models; other
// files are left alone. The error is that of the folder, or of overrides of models that there are not.
func Read(fsys fs.FS, dir string, overrides map[string]Override) (Set, error) {
	files, strays, err := modelFiles(fsys, dir)
	if err != nil {
		return Set{}, err
	}
	set := Set{Models: []Model{}, Invalid: strays, files: map[string]*strict.File{}}
	var entries []*entry
	named := map[string]*entry{}
	for _, file := range files {
		content, err := fs.ReadFile(fsys, file.path)
		if err != nil {
			return Set{}, fmt.Errorf("reading the model file %q: %w", file.path, err)
		}
		team, misplaced := file.team(dir)
		e := read(file.path, file.stem, team, content, overrides[file.stem])
		if misplaced != nil {
			e.Faults = append(e.Faults, *misplaced)
		}
		slices.SortStableFunc(e.Faults, byPlace)
		if first, taken := named[file.stem]; taken {
			first.Faults = append(append(first.Faults, takenName(file.path, file.stem, first.Name)), e.Faults...)
			continue
		}
		named[file.stem] = e
		entries = append(entries, e)
	}
	for _, e := range entries {
		if len(e.Faults) == 0 {
			set.Models = append(set.Models, e.model)
			set.files[e.model.Name] = e.File
			continue
		}
		set.Invalid = append(set.Invalid, Invalid{e.stem, strict.Join(e.Faults)})
	}
	slices.SortFunc(set.Models, func(a, b Model) int { return cmp.Compare(a.Name, b.Name) })
	return set, strict.Join(unknownOverrides(entries, overrides))
}

// Parse reads the text of one model's file by the file's name, such as models/churn.yaml. An owner that follows from the folder is left
// out. The error joins its faults.
func Parse(file string, text []byte) (Model, error) {
	e := read(file, strings.TrimSuffix(path.Base(file), Extension), "", text, Override{})
	slices.SortStableFunc(e.Faults, byPlace)
	return e.model, strict.Join(e.Faults)
}

// entry is a model while it is being put together.
type entry struct {
	*strict.File
	model Model
	stem  string // the file name without .yaml
	team  string // whose folder the file is in; "" for none
}

func read(file, stem, team string, content []byte, override Override) *entry {
	e := &entry{model: Default(), stem: stem, team: team}
	e.File = strict.Decode(file, content, &e.model, hints)
	if len(e.Faults) > 0 && e.Empty() {
		return e // nothing was decoded: the faults say it all
	}
	e.Override(OverridesKey+"."+stem, &e.model, override)
	e.derive()
	e.validate()
	e.model.dropSources(override)
	return e
}

func unknownOverrides(entries []*entry, overrides map[string]Override) []strict.Fault {
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.stem
	}
	var faults []strict.Fault
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		if slices.Contains(names, name) {
			continue
		}
		fix := "remove it, or add the model's file"
		if meant, ok := strict.Suggest(name, names); ok {
			fix = fmt.Sprintf("did you mean %q?", meant)
		}
		faults = append(faults, strict.Fault{Key: OverridesKey + "." + name, Problem: "no model has this name", Allowed: strings.Join(names,
			", "), Fix: fix})
	}
	return faults
}

// byPlace puts the faults of the file first, by line, and those of the configuration after them.
func byPlace(a, b strict.Fault) int {
	if (a.File == "") != (b.File == "") {
		return cmp.Compare(b.File, a.File)
	}
	return cmp.Compare(a.Line, b.Line)
}

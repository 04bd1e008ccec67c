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
)

// Extension is the ending of model files.
const Extension = ".yaml"

// Load reads every model file of a folder, merges the environment's overrides by model name, fills in the defaults and
// validates the result. It returns the models sorted by name, or the faults of all files and overrides joined, each a
// *Fault. Folders, and files that could be mistaken for models, are faults; other files are left alone.
func Load(fsys fs.FS, dir string, overrides map[string]Override) ([]Model, error) {
	files, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("reading the models folder %q: %w; fix: create it, or set modelway:models.directory", dir, err)
	}
	var entries []*entry
	var faults []*Fault
	for _, file := range files {
		name := path.Join(dir, file.Name())
		if fault := strayFile(file, name); fault != nil {
			faults = append(faults, fault)
			continue
		}
		stem, isModel := strings.CutSuffix(file.Name(), Extension)
		if !isModel || strings.HasPrefix(file.Name(), ".") {
			continue
		}
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("reading the model file %q: %w", name, err)
		}
		entries = append(entries, read(name, stem, content, overrides[stem]))
	}
	reportSharedHosts(entries)
	for _, e := range entries {
		slices.SortStableFunc(e.faults, byPlace)
		faults = append(faults, e.faults...)
	}
	faults = append(faults, unknownOverrides(entries, overrides)...)
	if len(faults) > 0 {
		return nil, join(faults)
	}
	return sorted(entries), nil
}

func read(file, stem string, content []byte, override Override) *entry {
	e := decode(file, stem, content)
	if len(e.faults) > 0 && len(e.origins) == 0 {
		return e // nothing was decoded: the faults say it all
	}
	override.apply(e)
	e.derive()
	e.validate()
	return e
}

// strayFile refuses what looks like a model and would otherwise be passed over in silence.
func strayFile(file fs.DirEntry, name string) *Fault {
	extension := path.Ext(name)
	switch {
	case strings.HasPrefix(file.Name(), "."):
		return nil
	case file.IsDir():
		return &Fault{File: name, Problem: "is a folder", Allowed: "model files directly in " + path.Dir(name), Fix: "move its files up"}
	case extension != Extension && slices.Contains([]string{Extension, ".yml"}, strings.ToLower(extension)):
		return &Fault{File: name, Problem: fmt.Sprintf("ends in %q", extension), Allowed: Extension,
			Fix: "rename it to " + strings.TrimSuffix(file.Name(), extension) + Extension}
	}
	return nil
}

// reportSharedHosts refuses a host of its own to two models at once.
func reportSharedHosts(entries []*entry) {
	owners := map[Route]*entry{}
	for _, e := range entries {
		route := e.model.Route
		if route.Subdomain == "" || e.rejected("route.subdomain") {
			continue
		}
		first, taken := owners[route]
		if !taken {
			owners[route] = e
			continue
		}
		e.fault(e.origin("route.subdomain"), fmt.Sprintf("%q is taken by the model %s (%s)", route.Subdomain, first.stem, first.origin("route.subdomain")),
			"one model per host", "choose another subdomain, or remove the key to use the shared host")
	}
}

func unknownOverrides(entries []*entry, overrides map[string]Override) []*Fault {
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.stem
	}
	var faults []*Fault
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		if slices.Contains(names, name) {
			continue
		}
		fix := "remove it, or add the model's file"
		if meant, ok := nearest(name, names); ok {
			fix = fmt.Sprintf("did you mean %q?", meant)
		}
		faults = append(faults, &Fault{Key: OverridesKey + "." + name, Problem: "no model has this name", Allowed: strings.Join(names, ", "), Fix: fix})
	}
	return faults
}

// byPlace puts the faults of the file first, by line, and those of the configuration after them.
func byPlace(a, b *Fault) int {
	if (a.File == "") != (b.File == "") {
		return cmp.Compare(b.File, a.File)
	}
	return cmp.Compare(a.Line, b.Line)
}

func join(faults []*Fault) error {
	errs := make([]error, len(faults))
	for i, fault := range faults {
		errs[i] = fault
	}
	return errors.Join(errs...)
}

func sorted(entries []*entry) []Model {
	models := make([]Model, len(entries))
	for i, e := range entries {
		models[i] = e.model
	}
	slices.SortFunc(models, func(a, b Model) int { return cmp.Compare(a.Name, b.Name) })
	return models
}

package modelspec

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/strict"
)

// modelFile is a file of a models folder that has the ending of model files.
type modelFile struct {
	// path is below the root of what is read, stem the file's name without its ending, which is the model's name.
	path, stem string
	// folders are those between the models folder and the file: none, or that of a team.
	folders []string
}

// modelFiles lists a models folder and the folders in it, in the order of their paths, and the files that could be mistaken for models.
// Names that begin with a dot are left alone.
func modelFiles(fsys fs.FS, dir string) (files []modelFile, strays []Invalid, err error) {
	err = fs.WalkDir(fsys, dir, func(at string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case at != dir && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return nil
		}
		name := entry.Name()
		if fault := strayFile(at); fault != nil {
			strays = append(strays, Invalid{strings.TrimSuffix(name, path.Ext(name)), *fault})
		} else if stem, isModel := strings.CutSuffix(name, Extension); isModel {
			files = append(files, modelFile{path: at, stem: stem, folders: foldersBetween(dir, at)})
		}
		return nil
	})
	slices.SortStableFunc(files, func(a, b modelFile) int { return cmp.Compare(len(a.folders), len(b.folders)) })
	if err != nil {
		fix := ""
		if errors.Is(err, fs.ErrNotExist) {
			fix = "; fix: create it, or set modelway:models.directory"
		}
		err = fmt.Errorf("reading the models folder %q: %w%s", dir, err, fix)
	}
	return files, strays, err
}

// foldersBetween are the names of the folders between a folder and a file below it.
func foldersBetween(dir, file string) []string {
	between := path.Dir(file)
	if dir != "." {
		between = strings.TrimPrefix(strings.TrimPrefix(between, dir), "/")
	}
	if between == "" || between == "." {
		return nil
	}
	return strings.Split(between, "/")
}

// strayFile refuses what looks like a model and would otherwise be passed over in silence.
func strayFile(file string) *strict.Fault {
	extension := path.Ext(file)
	if extension == Extension || !slices.Contains([]string{Extension, ".yml"}, strings.ToLower(extension)) {
		return nil
	}
	return &strict.Fault{File: file, Problem: fmt.Sprintf("ends in %q", extension), Allowed: Extension,
		Fix: "rename it to " + strings.TrimSuffix(path.Base(file), extension) + Extension}
}

// team is the team whose folder the file is in, "" for none. The fault says why a folder is none of a team; the model in it is invalid
// then, so that one that is deployed runs on.
func (f modelFile) team(dir string) (string, *strict.Fault) {
	place := path.Join(dir, "<team>", path.Base(f.path))
	switch {
	case len(f.folders) == 0:
		return "", nil
	case len(f.folders) > 1:
		return "", &strict.Fault{File: f.path, Problem: "is in a folder of a folder",
			Allowed: path.Join(dir, path.Base(f.path)) + " or " + place, Fix: "move it to " + path.Join(dir, f.folders[0], path.Base(f.path))}
	case !isLabel(f.folders[0], maxLabelLength):
		return "", &strict.Fault{File: f.path, Problem: fmt.Sprintf("is in %q, which is not the name of a team", f.folders[0]),
			Allowed: fmt.Sprintf(labelAllowed, maxLabelLength), Fix: "rename the folder to " + path.Join(dir, teamName(f.folders[0]))}
	}
	return f.folders[0], nil
}

// Locate returns the path of a model's file in a models folder, directly in it or in the folder of a team; "" where there is none. The
// error names the files, where several have the name.
func Locate(fsys fs.FS, dir, model string) (string, error) {
	files, _, err := modelFiles(fsys, dir)
	if err != nil {
		return "", err
	}
	found := slices.DeleteFunc(files, func(f modelFile) bool { return f.stem != model })
	switch len(found) {
	case 0:
		return "", nil
	case 1:
		return found[0].path, nil
	}
	return "", takenName(found[1].path, model, found[0].path)
}

// takenName is the fault of a file whose model has the name of that in another file.
func takenName(file, model, other string) strict.Fault {
	return strict.Fault{File: file, Problem: fmt.Sprintf("%q is the name of the model in %s, too", model, other),
		Allowed: "names that no model of another folder has", Fix: "remove one of the two files, or rename one and its model"}
}

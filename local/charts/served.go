package charts

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/modelway/modelway/internal/addons"
)

// servedFolder of a stand-in has templates of what may be installed only where the programs of its pods run, and the API server reaches
// them.
const servedFolder = "served"

// CopyServed makes a stand-in as [Copy] does, of a folder, with all of its templates: also those that it leaves out where its pods run
// nothing.
func CopyServed(source, dir string, pinned addons.Chart) (string, error) {
	target, err := Copy(source, dir, pinned)
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(filepath.Join(target, "templates"), os.DirFS(filepath.Join(target, servedFolder))); err != nil {
		return "", fmt.Errorf("adding to the chart %s what its programs serve: %w", pinned.Name, err)
	}
	return target, nil
}

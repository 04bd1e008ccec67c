// Package charts has the charts of the local stack that stand in for published ones, and makes charts of the sources of published ones.
package charts

import (
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/addons"
)

// unreleased is the version in the source of cert-manager's chart.
const unreleased = "v0.0.0"

// Copy makes the pinned chart of its source, a folder, in an empty folder of its name below dir, and returns that folder. Sources have
// neither version nor name where a release of the chart writes them.
func Copy(source, dir string, pinned addons.Chart) (string, error) {
	target := filepath.Join(dir, pinned.Name)
	if err := os.RemoveAll(target); err != nil {
		return "", err
	}
	if err := os.CopyFS(target, os.DirFS(source)); err != nil {
		return "", fmt.Errorf("copying the chart %s from %s: %w", pinned.Name, source, err)
	}
	file := filepath.Join(target, "Chart.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("reading the source of the chart %s: %w", pinned.Name, err)
	}
	described := map[string]any{}
	if err := yaml.Unmarshal(text, &described); err != nil {
		return "", fmt.Errorf("reading %s: %w", file, err)
	}
	if version, has := described["version"]; has && version != unreleased && version != pinned.Version {
		return "", fmt.Errorf("the source %s is of version %v of the chart, and the row of %s in internal/addons pins %s: take the module of "+
			"that version",
			source, version, pinned.Name, pinned.Version)
	}
	described["name"], described["version"], described["appVersion"] = pinned.Name, pinned.Version, pinned.AppVersion
	if text, err = yaml.Marshal(described); err != nil {
		return "", err
	}
	// Files of Go modules are read-only.
	if err := os.Remove(file); err != nil {
		return "", err
	}
	return target, os.WriteFile(file, text, 0o644)
}

package repo

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// dependabotFile is the configuration of GitHub's Dependabot.
const dependabotFile = ".github/dependabot.yml"

// dependabot is that configuration, as far as it is checked.
type dependabot struct {
	Updates []struct {
		Ecosystem   string   `json:"package-ecosystem"`
		Directories []string `json:"directories"`
	} `json:"updates"`
}

// ecosystem is what Dependabot calls the package manager of a file, and the folder that it wants listed; empty for other files.
func ecosystem(file string) (name, folder string) {
	switch folder = "/" + strings.TrimPrefix(path.Dir(file), "."); {
	case path.Base(file) == "go.mod":
		return "gomod", folder
	case path.Base(file) == "package.json":
		return "npm", folder
	case strings.HasPrefix(path.Base(file), "Dockerfile"):
		return "docker", folder
	case path.Dir(file) == ".github/workflows":
		return "github-actions", "/"
	case strings.HasPrefix(file, ".github/actions/"):
		return "github-actions", "/" + path.Dir(file)
	}
	return "", ""
}

// template is the folder of a template, which names no versions of modules, and whose actions a test compares with those here.
const template = "examples/template/"

// dependabotFaults are the folders with dependencies that the configuration does not list, and those that it lists in vain.
func dependabotFaults(text string, all []string) (faults []string) {
	var config dependabot
	if err := yaml.Unmarshal([]byte(text), &config); err != nil {
		return []string{fmt.Sprintf("%s: %v", dependabotFile, err)}
	}
	wanted := map[string][]string{}
	for _, file := range all {
		if name, folder := ecosystem(file); name != "" && !strings.Contains("/"+file, "/testdata/") && !strings.HasPrefix(file, template) {
			wanted[name] = append(wanted[name], folder)
		}
	}
	for _, update := range config.Updates {
		for _, pattern := range update.Directories {
			left := slices.DeleteFunc(slices.Clone(wanted[update.Ecosystem]), func(folder string) bool {
				matches, err := path.Match(pattern, folder)
				return err == nil && matches
			})
			if len(left) == len(wanted[update.Ecosystem]) {
				faults = append(faults, fmt.Sprintf("%s lists %s for %s, where nothing is", dependabotFile, pattern, update.Ecosystem))
			}
			wanted[update.Ecosystem] = left
		}
	}
	for name, folders := range wanted {
		for _, folder := range folders {
			faults = append(faults, fmt.Sprintf("%s does not list %s for %s: its dependencies would grow old", dependabotFile, folder, name))
		}
	}
	return faults
}

// TestDependabotKnowsEveryFolder requires every module, npm package, image and action kept up to date.
func TestDependabotKnowsEveryFolder(t *testing.T) {
	report(t, dependabotFaults(read(t, dependabotFile), files(t)))
}

func TestDependabotFaults(t *testing.T) {
	all := []string{"go.mod", "local/go.mod", ".github/workflows/ci.yaml", ".github/actions/tools/action.yaml", "x/testdata/go.mod"}
	const good = `updates:
  - {package-ecosystem: gomod, directories: [/, /local]}
  - {package-ecosystem: github-actions, directories: [/, /.github/actions/*]}
`
	require.Empty(t, dependabotFaults(good, all))
	for change, want := range map[[2]string]string{
		{", /local", ""}:               "does not list /local for gomod",
		{"/local", "/other"}:           "lists /other for gomod, where nothing is",
		{"/.github/actions/*", "/a"}:   "does not list /.github/actions/tools for github-actions",
		{"updates:", "updates: 7\nx:"}: dependabotFile,
	} {
		faults := dependabotFaults(strings.Replace(good, change[0], change[1], 1), all)
		require.Contains(t, strings.Join(faults, "\n"), want)
	}
}

package repo

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDevContainerHasTheVersionsOfTheProject compares the dev container with go.mod, the workflows and the script that makes the Python
// environment.
func TestDevContainerHasTheVersionsOfTheProject(t *testing.T) {
	var container struct {
		Image             string
		Features          map[string]struct{ Version string }
		PostCreateCommand string
	}
	require.NoError(t, json.Unmarshal([]byte(read(t, ".devcontainer/devcontainer.json")), &container))
	said := func(file, pattern string) string {
		found := regexp.MustCompile(pattern).FindStringSubmatch(read(t, file))
		require.NotNil(t, found, "%s has no %s", file, pattern)
		return found[1]
	}
	versions := map[string]string{}
	for name, feature := range container.Features {
		found := regexp.MustCompile(`^ghcr\.io/devcontainers/features/(\w+):\d+$`).FindStringSubmatch(name)
		require.NotNil(t, found, name)
		versions[found[1]] = feature.Version
	}
	require.Equal(t, map[string]string{
		"go":     said("go.mod", `(?m)^go (\S+)$`),
		"node":   said(".github/actions/tools/action.yaml", `node-version: "(\d+)"`),
		"python": said("local/python.sh", `\$\{PYTHON:-python(3\.\d+)`),
	}, versions, "features of .devcontainer/devcontainer.json")
	require.Regexp(t, `:ubuntu-\d\d\.\d\d$`, container.Image)
	require.Regexp(t, `(?m)^`+regexp.MustCompile(`^make (\S+)$`).ReplaceAllString(container.PostCreateCommand, "$1")+`:`, read(t, "Makefile"))
}

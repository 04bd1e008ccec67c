package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// TestProjectDeclaresEveryKey holds the config section of Pulumi.yaml to the keys and defaults of this package, and writes them there with
// -update. Pulumi lays a default of the project in place of a key that the stack does not set, and demands declared keys without one.
func TestProjectDeclaresEveryKey(t *testing.T) {
	name := filepath.Join(projectRoot, "Pulumi.yaml")
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	requireGolden(t, name, withDefaults(t, string(text)))

	project, err := workspace.LoadProject(name)
	require.NoError(t, err)
	require.NoError(t, project.Validate())
	require.Equal(t, Namespace, string(project.Name))
	require.Equal(t, "go", project.Runtime.Name())
	require.Equal(t, rootSchema().Names(), sortedKeys(project.Config))
	for name, declared := range project.Config {
		require.Equal(t, rootSchema().Properties[name].Type, declared.TypeName(), name)
		require.NotNil(t, declared.Default, "%s: Pulumi would demand it of every stack", name)
	}
}

// declared is a key of the project's config section, up to its default: its name, and what stands before the default.
var declared = regexp.MustCompile(`(?m)^  (\w+):\n((?:    (?:type|description): .*\n|      .*\n)+)    default:.*\n(?:      .*\n)*`)

// withDefaults is the text of a project with the defaults of this package in its config section, in the order of Config.
func withDefaults(t *testing.T, text string) string {
	t.Helper()
	before, config, found := strings.Cut(text, "\nconfig:\n")
	require.True(t, found, "no section config")
	heads := map[string]string{}
	for _, key := range declared.FindAllStringSubmatch(config, -1) {
		heads[key[1]] = key[2]
	}
	var b strings.Builder
	b.WriteString(before + "\nconfig:\n")
	all := defaultsInOrder(t)
	for i := 0; i < len(all.Content); i += 2 {
		name, value := all.Content[i].Value, all.Content[i+1]
		require.NotEmpty(t, heads[name], "Pulumi.yaml lacks key %s: write it with its type, a description and any default, and run: "+
			"go test ./internal/config -update", name)
		var section strings.Builder
		encoder := yaml.NewEncoder(&section)
		encoder.SetIndent(2)
		require.NoError(t, encoder.Encode(map[string]*yaml.Node{"default": value}))
		b.WriteString("  " + name + ":\n" + heads[name])
		for line := range strings.Lines(section.String()) {
			b.WriteString("    " + line)
		}
	}
	return b.String()
}

// defaultsInOrder is what the project declares for every stack: the defaults, without what follows the stack.
func defaultsInOrder(t *testing.T) *yaml.Node {
	t.Helper()
	text, err := json.Marshal(Defaults("dev", ""))
	require.NoError(t, err)
	var all yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &all))
	for _, stacks := range [][2]string{{"cluster", "name"}, {"cluster", "adminRoleArns"}, {"policies", "production"}} {
		section := valueOf(t, all.Content[0], stacks[0])
		at := indexOf(t, section, stacks[1])
		section.Content = slices.Delete(section.Content, at, at+2)
	}
	blockStyle(&all)
	return all.Content[0]
}

func indexOf(t *testing.T, mapping *yaml.Node, name string) int {
	t.Helper()
	for i := 0; i < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return i
		}
	}
	t.Fatalf("the defaults have no key %s", name)
	return -1
}

func valueOf(t *testing.T, mapping *yaml.Node, name string) *yaml.Node {
	t.Helper()
	return mapping.Content[indexOf(t, mapping, name)+1]
}

// blockStyle writes a document as people do: one key a line, quotes where they are needed.
func blockStyle(n *yaml.Node) {
	if len(n.Content) > 0 || n.Kind == yaml.ScalarNode {
		n.Style = 0
	}
	for _, inner := range n.Content {
		blockStyle(inner)
	}
}

// TestProjectFilesAreMovable fails when a project or stack file names a folder of one machine.
func TestProjectFilesAreMovable(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(projectRoot, "Pulumi*.yaml"))
	require.NoError(t, err)
	require.Len(t, files, 4)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NotRegexp(t, `(?m)[:\s"'](/|~/|\.\./)[A-Za-z]`, string(text), file)
	}
}

package config

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// exampleFiles are the environments that examples of settings come from: those of testdata/examples are made for it, and the others fill
// what they lack.
func exampleFiles(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, folder := range []string{filepath.Join("testdata", "examples"), filepath.Join(projectRoot, "examples", "configurations")} {
		files, err := filepath.Glob(filepath.Join(folder, "Pulumi.*.yaml"))
		require.NoError(t, err)
		require.NotEmpty(t, files, folder)
		all = append(all, files...)
	}
	return all
}

// exampleSettings are the settings that the files give, without defaults.
func exampleSettings(t *testing.T) (all []document) {
	t.Helper()
	for _, file := range exampleFiles(t) {
		given, faults := settingsOf("example").Read(readStackFile(t, "example", file), rootSchema().Names())
		require.Empty(t, faults, file)
		all = append(all, given)
	}
	return all
}

// exampleOf is the first value that an environment gives the key.
func exampleOf(all []document, at string) any {
	for _, given := range all {
		if found := find(map[string]any(given), splitPath(at)); len(found) > 0 {
			return found[0]
		}
	}
	return nil
}

// TestExamplesOfSettingsLoad has the decoder and every check read each environment that examples come from.
func TestExamplesOfSettingsLoad(t *testing.T) {
	for _, file := range exampleFiles(t) {
		_, err := Load(readStackFile(t, "example", file))
		require.NoError(t, err, file)
	}
}

// TestEverySettingHasAnExample fails when no environment gives a setting.
func TestEverySettingHasAnExample(t *testing.T) {
	var without []string
	walkSchema(reflectSchema(t), "", func(at string, s *jsonschema.Schema) {
		if isSetting(at, s) && len(s.Examples) == 0 {
			without = append(without, at)
		}
	})
	require.Empty(t, without, "give these a value in a file of testdata/examples:\n%s", strings.Join(without, "\n"))
}

// flow writes a value on one line, as it can stand in a stack's file. Of a list of objects it is the first.
func flow(value any) string {
	switch value := value.(type) {
	case map[string]any:
		parts := []string{}
		for _, key := range sortedKeys(value) {
			parts = append(parts, key+": "+flow(value[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		if slices.ContainsFunc(value, func(item any) bool { _, is := item.(map[string]any); return is }) {
			value = value[:1]
		}
		parts := []string{}
		for _, item := range value {
			parts = append(parts, flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		if plainText(value) {
			return value
		}
	}
	text, _ := json.Marshal(value) // JSON is YAML
	return string(text)
}

// plainText reports whether YAML takes a text without quotes for that text, also within brackets.
func plainText(text string) bool {
	var read any
	return !strings.ContainsAny(text, ",[]{}#") && yaml.Unmarshal([]byte(text), &read) == nil && read == text
}

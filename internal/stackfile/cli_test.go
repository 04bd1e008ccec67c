package stackfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/stackfile"
)

// TestSettingsAreThoseOfTheCLI reads files of settings as the Pulumi CLI does, whose loader is part of its SDK, and as this package does.
func TestSettingsAreThoseOfTheCLI(t *testing.T) {
	for name, text := range map[string]string{
		"words": "{modelway:tags: {Backup: yes, Country: NO, Monitored: on, A: y, B: n, C: True, D: off, E: ~, F: null}}",
		"numbers": "{modelway:x: {A: 0x10, B: 0o17, C: 017, D: 1_000, E: 1e3, F: 00123, G: 1:30, H: 12345678901234567890, I: 1.40, J: -5, K: " +
			"+5}}",
		"infinity": "{modelway:x: {A: .inf}}",
		"dates":    "{modelway:policies: {exceptions: [{expires: 2027-03-31}, {expires: \"2027-03-31\"}, {expires: 2027-03-31T10:00:00Z}]}}",
		"at the top": "{modelway:a: 2027-03-31, modelway:b: NO, modelway:c: 1.40, modelway:d: 00123, modelway:e: ~, modelway:f: 1e3, " +
			"modelway:g: true, modelway:h: 123456789012}",
		"keys":          "{modelway:x: {1: a, true: b, NO: c}}",
		"anchors":       "{modelway:x: &a {A: b}, modelway:y: *a, modelway:z: {<<: *a, C: d}}",
		"no namespace":  "{network: {a: 1}}",
		"twice":         "{modelway:tags: {A: b}, modelway:tags: {A: c}}",
		"twice within":  "{modelway:tags: {A: b, A: c}}",
		"a list as key": "{modelway:x: {? [a] : b}}",
		"text":          "hello",
		"nothing":       "",
		"tab":           "{modelway:x:\n\t{A: b}}",
		"lists":         "{modelway:x: [a, 1, [b], {c: d}], modelway:y: []}",
		"folded":        "{modelway:x: {A: \"a\\tb\\u00e9\", B: 'it''s', C: <&>}}",
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			project, stack := filepath.Join(folder, "Pulumi.yaml"), filepath.Join(folder, "Pulumi.dev.yaml")
			require.NoError(t, os.WriteFile(project, []byte("name: modelway\nruntime: go\n"), 0o600))
			require.NoError(t, os.WriteFile(stack, []byte("config: "+text+"\n"), 0o600))
			loaded, cliErr := workspace.LoadProjectStack(nil, &workspace.Project{Name: tokens.PackageName("modelway")}, stack)
			settings, err := stackfile.Read(project, stack)
			if cliErr != nil {
				require.Error(t, err, "the CLI says %v", cliErr)
				return
			}
			require.NoError(t, err)
			want := map[string]string{}
			for key, value := range loaded.Config {
				want[key.String()], err = value.Value(config.NopDecrypter)
				require.NoError(t, err)
			}
			require.Equal(t, want, settings.Config)
		})
	}
}

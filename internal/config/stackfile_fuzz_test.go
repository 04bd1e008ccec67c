package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/internal/strict"
)

// FuzzStackFile gives the file of a stack any text. What is wrong with how it is laid out has a line of the file.
func FuzzStackFile(f *testing.F) {
	for _, text := range []string{
		"", "[", "config:", "configs:\n  a: 1\n", "config:\n  modelway:tags:\n  team: a\n", "config:\n modelway:tags:\nteam: a\n",
		"config:\n- a\n -b\n", "config: &a\n  modelway:network: *a\n", "config:\n\tmodelway:cost: {}\n", "modelway:cost:\n  a: [\n",
		"config:\n  modelway:cost:\n    a: |\n  b\n c\n",
		"? [a]\n: b\nconfig:\n  ? {a: b}\n  : c\n", "---\n--- a\n", "config:\n  modelway:cost: {}\n  modelway:cost: {}\n",
		"config:\n  team: a\n  modelway:tags: {}\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(t.TempDir(), stackfile.Name("dev"))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		lines := strings.Count(text, "\n") + 1
		settings, err := stackfile.Read("", file)
		if fault := (strict.Fault{}); errors.As(err, &fault) {
			require.NotEmpty(t, fault.Problem)
			require.Positive(t, fault.Line)
			require.LessOrEqual(t, fault.Line, lines)
		}
		if err != nil {
			return
		}
		_, err = Load(Values{StackName: "dev", Settings: settings.Config, File: file})
		for all := (*Error)(nil); errors.As(err, &all); err = nil {
			for _, fault := range all.Faults {
				require.NotEmpty(t, fault.Fix, fault)
				require.LessOrEqual(t, fault.Line, lines)
			}
		}
	})
}

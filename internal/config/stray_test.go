package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/stackfile"
)

// TestLostIndentation makes slips of the hand in the settings of dev, each of which says its line and what to do about it, and nothing
// else.
func TestLostIndentation(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(projectRoot, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	for name, slip := range map[string]struct{ old, new, at, says, fix string }{
		"config misspelled":    {"config:\n", "configs:\n", "configs:", `did you mean "config"?`, "rename configs to config"},
		"config in upper case": {"config:\n", "Config:\n", "Config:", `did you mean "config"?`, "rename Config to config"},
		"config by another name": {
			"config:\n", "configuration:\n", "configuration:",
			`did you mean "config"?`, "rename configuration to config",
		},
		"a neighbour misspelled":      {"config:\n", "enviroment: [a]\nconfig:\n", "enviroment:", `did you mean "environment"?`, "rename"},
		"no config":                   {"config:\n", "", "  aws:region", "no line config:", "write config: on a line before line"},
		"first setting at the margin": {"  aws:region", "aws:region", "aws:region", "not valid YAML", "indent line 5"},
		"a setting at the margin": {
			"  modelway:modelStore:", "modelway:modelStore:", "modelway:modelStore:",
			"not valid YAML", "indent line",
		},
		"a value at the margin":    {"    enabled: true", "enabled: true", "enabled: true", "not valid YAML", "indent line"},
		"last value at the margin": {"    team: ml", "team: ml", "team: ml", "stands beside modelway:tags", "indent line"},
		"a value beside its setting": {
			"    enabled: true", "  enabled: true", "  enabled: true",
			"stands beside modelway:modelStore", "indent line",
		},
		"last value beside": {"    team: ml", "  team: ml", "  team: ml", "stands beside modelway:tags", "indent line"},
		"second value at the margin": {
			"  modelway:tags:\n    team: ml-platform\n", "monthlyBudgetUsd: 3\n", "monthlyBudgetUsd: 3",
			"stands beside modelway:cost", "indent line",
		},
		"last setting at the margin": {
			"  modelway:tags:\n    team: ml", "modelway:tags:\n  team: ml", "modelway:tags:",
			"stands beside config:", "two more spaces",
		},
		"a value one too short": {
			"    alertEmails", "   alertEmails", "   alertEmails",
			"not valid YAML", "by 0, 2 or 4 spaces, not by 3",
		},
		"a setting one too deep": {
			"  modelway:modelStore:", "   modelway:modelStore:", "   modelway:modelStore:",
			"not valid YAML", "not by 3",
		},
		"a value of an item too short": {"        policy: edit", "     policy: edit", "     policy: edit", "not valid YAML", "not by 5"},
		"a key that lost its own": {
			"      domain: dev", "    domain: dev", "      hostedZoneId",
			"not valid YAML", "the line above it has lost its indentation",
		},
		"an item at the margin": {"      - 203", "- 203", "- 203", "not valid YAML", "further than the key of the list"},
		"a tab":                 {"    enabled: true", "\tenabled: true", "\tenabled", "not valid YAML", "spaces in place of tabs"},
		"no colon": {
			"modelway:modelStore:", "modelway:modelStore", "  modelway:modelStore",
			"not valid YAML", "KEY: VALUE",
		},
		"no space": {
			"enabled: true", "enabled:true", "  modelway:modelStore:",
			"plain text", "a space after the colon of enabled:",
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(string(content), slip.old))
			text := strings.Replace(string(content), slip.old, slip.new, 1)
			var all *Error
			fault := loadText(t, text)
			if one, ok := fault.(Fault); ok {
				all = &Error{Faults: []Fault{one}}
			} else {
				require.ErrorAs(t, fault, &all)
			}
			require.Len(t, all.Faults, 1, "%v", fault)
			found := all.Faults[0]
			require.Contains(t, found.Error(), slip.says)
			require.Contains(t, found.Fix, slip.fix)
			lines := strings.Split(text, "\n")
			require.Positive(t, found.Line, found)
			require.True(t, strings.HasPrefix(lines[found.Line-1], slip.at), "%s\nis not the line of: %v", lines[found.Line-1], found)
		})
	}
}

// TestForeignTopLevelKeys leaves keys alone that look like nothing known, such as an anchor for values that are given twice.
func TestForeignTopLevelKeys(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(projectRoot, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	require.NoError(t, loadText(t, "x-shared: &shared {team: a}\n"+string(content)+"encryptionsalt: v1:abc\nenvironment: [dev]\n"))
}

func loadText(t *testing.T, text string) error {
	t.Helper()
	file := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	settings, err := stackfile.Read("", file)
	if err != nil {
		return err
	}
	_, err = Load(Values{StackName: "dev", Settings: settings.Config, File: file})
	return err
}

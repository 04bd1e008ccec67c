package stackname_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/stackname"
)

// refused are names that would be another folder, an option, several words, or another name somewhere else.
var refused = []string{
	"", ".", "..", "../..", "a/b", "/", "/tmp", `a\b`, "-rf", "-", "--all", " ", "prod ", " prod", "pr od", "prod\n", "prod\nx", "\n", "a\x00",
	"*", "~", "$HOME", "`id`", "prod;id",
	"Prod", "prod_eu", "layer_1", "layer.1", "2026", "1", "prod-", "größe", strings.Repeat("a", 64),
}

func TestCheck(t *testing.T) {
	for _, name := range []string{"dev", "prod", "local", "eu-prod", "pr-12", "a", "a1", "fargate-only", "a--b", strings.Repeat("a", 63)} {
		require.NoError(t, stackname.Check(name))
	}
	for _, name := range refused {
		require.ErrorContains(t, stackname.Check(name), "allowed: "+stackname.Allowed, "%q", name)
		var flag stackname.Name
		require.Error(t, flag.Set(name), "%q", name)
		require.Empty(t, flag)
	}
	require.EqualError(t, stackname.Check("prod_eu"), `the stack's name is "prod_eu"; allowed: `+stackname.Allowed+"; the nearest is prod-eu")
}

// TestAnAllowedNameIsOneFolder draws any text: what is allowed is a folder directly below another one, and no option.
func TestAnAllowedNameIsOneFolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[-a-zA-Z0-9_./\n ]{0,70}`), rapid.SampledFrom(refused)).Draw(t, "name")
		if near := stackname.Nearest(name); near != "" {
			require.NoError(t, stackname.Check(near), "the proposal is allowed")
		}
		if stackname.Check(name) != nil {
			return
		}
		require.Equal(t, "x", filepath.Dir(filepath.Join("x", name)))
		require.Equal(t, name, filepath.Base(name))
		require.False(t, strings.HasPrefix(name, "-"))
	})
}

func TestFile(t *testing.T) {
	for _, file := range []string{"Pulumi.yaml", "Pulumi.yml", "x/Pulumi.eu.yaml", "Pulumi.prod.yaml.bak", "MyPulumi.prod.yaml", "",
		"Pulumi.prod.toml", "Pulumi.a/b.yaml"} {
		_, is, err := stackname.File(file)
		require.NoError(t, err)
		require.False(t, is, file)
	}
	stack, is, err := stackname.File("Pulumi.eu-prod.yaml")
	require.NoError(t, err)
	require.True(t, is)
	require.Equal(t, "eu-prod", stack)
	for file, says := range map[string]string{
		"Pulumi.prod_eu.yaml": "pulumi stack rename prod-eu --stack prod_eu",
		"Pulumi.Prod.yaml":    "pulumi stack rename prod --stack Prod",
		"Pulumi.layer_1.yaml": "Pulumi.layer-1.yaml",
		"Pulumi.2026.yaml":    "pulumi stack rename stack-2026 --stack 2026",
		"Pulumi.a.b.yaml":     "Pulumi.a-b.yaml",
		"Pulumi..yaml":        "rename the file",
		"Pulumi.$(id).yaml":   "rename the file",
		"Pulumi.prod.yml":     "from Pulumi.prod.yaml: rename the file",
		"Pulumi.prod.json":    "from Pulumi.prod.yaml: rename the file",
		"pulumi.prod.yaml":    "from Pulumi.prod.yaml: rename the file",
		"Pulumi.prod\n.yaml":  "rename the file",
	} {
		_, is, err := stackname.File(file)
		require.True(t, is, file)
		require.ErrorContains(t, err, says)
		require.NotContains(t, err.Error(), "\n", "the name is quoted")
	}
}

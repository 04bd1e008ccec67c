package delivery_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/stackname"
)

func TestEnvironments(t *testing.T) {
	files := []string{"Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.local.yaml", "Pulumi.dev.yaml", "Pulumi.pr-12.yaml", "Pulumi.state.yaml",
		"x/Pulumi.eu.yaml", "main.go"}
	environments, err := delivery.Environments(files)
	require.NoError(t, err)
	require.Equal(t, []string{"dev", "prod"}, environments)
}

// No file that somebody means as the settings of an environment is passed over.
func TestEnvironmentsOfOtherNamesAreFaults(t *testing.T) {
	wrong := []string{"Pulumi.prod_eu.yaml", "Pulumi.Prod.yaml", "Pulumi.layer_1.yaml", "Pulumi.2026.yaml", "Pulumi.$(id).yaml",
		"Pulumi.eu.yml"}
	_, err := delivery.Environments(append([]string{"Pulumi.dev.yaml"}, wrong...))
	for _, file := range wrong {
		require.ErrorContains(t, err, strconv.Quote(file))
		_, alone := delivery.Environments([]string{file})
		require.Error(t, alone, file)
		require.Empty(t, delivery.Touched([]string{"dev"}, []string{file}), "a rename takes away a file that touched no environment")
	}
	require.ErrorContains(t, err, stackname.Allowed)
}

func TestForgotten(t *testing.T) {
	files := []string{"Pulumi.dev.yaml", "Pulumi.prod-eu.yaml"}
	changed := []string{"Pulumi.dev.yaml", "Pulumi.prod_eu.yaml", "Pulumi.prod-eu.yaml", "Pulumi.prod.yaml", "Pulumi.pr-1.yaml", "Pulumi.yaml",
		"main.go"}
	require.Equal(t, []string{"prod_eu", "prod"}, delivery.Forgotten(files, changed))
}

func TestTouched(t *testing.T) {
	both, none := []string{"dev", "prod"}, []string{}
	for file, want := range map[string][]string{
		"Pulumi.prod.yaml":                        {"prod"},
		"Pulumi.dev.yaml":                         {"dev"},
		"Pulumi.local.yaml":                       none,
		"Pulumi.yaml":                             both,
		"models/churn.yaml":                       both,
		"main.go":                                 both,
		"go.sum":                                  both,
		"policies/rules/images.go":                both,
		"infra/network/network.go":                both,
		"something/new":                           both,
		"infra/network/plan_test.go":              none,
		"platform/testdata/dev.urns.golden":       none,
		"docs/models.md":                          none,
		"k8s/model/README.md":                     none,
		".github/workflows/ci.yaml":               none,
		"local/test.sh":                           none,
		"modelserver/main.go":                     none,
		"pipelines/fraud-detection/pipeline.yaml": none,
		"": none,
	} {
		require.Equal(t, want, delivery.Touched(both, []string{file}), "%q", file)
	}
	require.Equal(t, both, delivery.Touched(both, []string{"Pulumi.prod.yaml", "docs/models.md", "Pulumi.dev.yaml"}))
	require.Equal(t, none, delivery.Touched(both, nil))
}

// What a path touches does not depend on the others, and more paths never touch less.
func TestTouchedIsTheUnionOverPaths(t *testing.T) {
	path := rapid.SampledFrom([]string{"Pulumi.prod.yaml", "Pulumi.dev.yaml", "docs/a.md", "models/a.yaml", "local/x.go", "README.md",
		"k8s/a_test.go"})
	rapid.Check(t, func(t *rapid.T) {
		paths := rapid.SliceOf(path).Draw(t, "paths")
		environments := []string{"dev", "prod"}
		want := map[string]bool{}
		for _, p := range paths {
			for _, environment := range delivery.Touched(environments, []string{p}) {
				want[environment] = true
			}
		}
		got := delivery.Touched(environments, paths)
		require.Len(t, got, len(want))
		for _, environment := range got {
			require.True(t, want[environment])
		}
	})
}

func TestMatrix(t *testing.T) {
	require.Equal(t, []delivery.Job{{Stack: "dev", RoleVariable: "AWS_PREVIEW_ROLE_ARN_DEV"},
		{Stack: "eu-prod", RoleVariable: "AWS_PREVIEW_ROLE_ARN_EU_PROD"}},
		delivery.Matrix([]string{"dev", "eu-prod"}))
	require.NotNil(t, delivery.Matrix(nil), "an empty matrix is [] in JSON")
}

package promote_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/promote"
)

const registry = "https://mlflow.company.com"

// candidate is a version whose file has a text.
func candidate(number, content string) promote.Candidate {
	file, _ := artifact.Hash("MLmodel", strings.NewReader(content))
	files, _ := artifact.Of(file)
	return promote.Candidate{
		Registry: registry, From: "s3://mlflow/1/models/m-1/artifacts", Files: files,
		Version: mlflow.Version{Name: "churn", Number: number, Run: strings.Repeat("0a", 16), Status: mlflow.StatusReady},
		Run:     mlflow.Run{Status: "FINISHED", Tags: map[string]string{lineage.Commit: strings.Repeat("0b", 20)}},
	}
}

func decide(t require.TestingT, text string, c promote.Candidate) promote.Plan {
	plan, err := promote.Decide(promote.Target{Model: "churn", File: "models/churn.yaml", Text: text, Bucket: "models", Weight: 10}, c)
	require.NoError(t, err)
	return plan
}

func parse(t require.TestingT, text string) modelspec.Model {
	m, err := modelspec.Parse("models/churn.yaml", []byte(text))
	require.NoError(t, err, text)
	return m
}

// anyFile is a model's file with files, and with keys, comments and blank lines in any order.
func anyFile() *rapid.Generator[string] {
	digest := "sha256:" + strings.Repeat("01", 32)
	return rapid.Custom(func(t *rapid.T) string {
		parts := []string{
			"name: churn",
			rapid.SampledFrom([]string{
				"model:\n  format: mlflow\n  uri: s3://models/churn/1/ # the first\n  digest: " + digest,
				"model: {format: mlflow, uri: s3://models/churn/1/, digest: \"" + digest + "\"}",
			}).Draw(t, "model"),
			rapid.SampledFrom([]string{"# replicas of the night\nreplicas: {min: 2, max: 4}", "replicas:\n  min: 3\n\n  max: 5"}).Draw(t, "replicas"),
			rapid.SampledFrom([]string{"env:\n  TEXT: |\n    canary:\n    # no comment\n\n  B: 'source: x'", "owner: team-a"}).Draw(t, "env"),
			rapid.SampledFrom([]string{"", "# the end", "compute: nodes # because"}).Draw(t, "last"),
		}
		between := rapid.SampledFrom([]string{"\n", "\n\n", "\n# about the next\n", "\n\n# alone\n\n"})
		text := rapid.SampledFrom([]string{"", "# yaml-language-server: $schema=./schema.json\n", "---\n"}).Draw(t, "begin")
		for _, part := range rapid.Permutation(parts).Draw(t, "order") {
			text += part + between.Draw(t, "between")
		}
		return text
	})
}

// lost are the lines of a text that another one lacks, in its order.
func lost(before, after string) (all []string) {
	rest := strings.Split(after, "\n")
	for _, line := range strings.Split(strings.TrimRight(before, "\n"), "\n") {
		found := false
		for i, other := range rest {
			if other == line {
				rest, found = rest[i+1:], true
				break
			}
		}
		if !found {
			all = append(all, line)
		}
	}
	return all
}

// A version goes from canary to the model's files by steps that each are valid, say what they say, and leave every other line as it is.
func TestTheWayOfAVersion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyFile().Draw(t, "file")
		stable := parse(t, text)
		plan := decide(t, text, candidate("7", "a"))
		require.Equal(t, promote.KindCanary, plan.Change.Kind)
		require.Empty(t, lost(text, plan.Change.After), "nothing is lost")
		m := parse(t, plan.Change.After)
		require.Equal(t, modelspec.CanaryFiles{URI: plan.To.String(), Digest: plan.Candidate.Files.Digest()}, m.Canary.Files)
		require.Equal(t, 10, m.Canary.Weight)
		require.Equal(t, plan.Source, m.Canary.Source)
		m.Canary = modelspec.Canary{}
		require.Equal(t, stable, m, "nothing else changes")

		finished, err := promote.Finish("models/churn.yaml", plan.Change.After)
		require.NoError(t, err)
		require.Equal(t, []string{"  weight: 10"}, lost(finished.Before, finished.After), "one line changes")
		require.Equal(t, []string{"  weight: 100"}, lost(finished.After, finished.Before))
		back, err := promote.Rollback("models/churn.yaml", finished.After)
		require.NoError(t, err)
		require.Equal(t, []string{"  weight: 100"}, lost(back.Before, back.After), "one line changes")
		require.Zero(t, parse(t, back.After).Canary.Weight)
		removed, err := promote.Remove("models/churn.yaml", back.After)
		require.NoError(t, err)
		require.Equal(t, stable, parse(t, removed.After), "as before the promotion")

		settled, err := promote.Settle("models/churn.yaml", finished.After)
		require.NoError(t, err)
		m = parse(t, settled.After)
		require.Equal(t, modelspec.Files{Format: promote.Format, URI: plan.To.String(), Digest: plan.Source.Digest}, m.Files)
		require.Equal(t, plan.Source, m.Source)
		require.Equal(t, 100, m.Canary.Weight, "its pods serve until those of the model have the files")
		done, err := promote.Settle("models/churn.yaml", settled.After)
		require.NoError(t, err)
		m = parse(t, done.After)
		require.False(t, m.Canary.Running())
		m.Files, m.Source = stable.Files, stable.Source
		require.Equal(t, stable, m)
		for _, line := range lost(text, done.After) {
			require.False(t, strings.HasPrefix(line, "#"), "the comment %q is lost of\n%s", line, text)
		}

		again := decide(t, done.After, candidate("7", "a"))
		require.Equal(t, promote.KindNone, again.Change.Kind)
		require.Equal(t, done.After, again.Change.After)
	})
}

// An address holds one version's files for good: other files have another one, and the same files the same.
func TestAddressesAreImmutable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, two := rapid.String().Draw(t, "one"), rapid.String().Draw(t, "two")
		a, b := decide(t, "", candidate("3", "x"+one)), decide(t, "", candidate("3", "x"+two))
		require.Equal(t, one == two, a.To == b.To)
		require.True(t, strings.HasPrefix(a.To.String(), "s3://models/churn/3-"))
	})
}

func TestNewModelAndImage(t *testing.T) {
	plan := decide(t, "", candidate("1", "a"))
	require.Equal(t, promote.KindNew, plan.Change.Kind)
	m := parse(t, plan.Change.After)
	require.Equal(t, plan.Source, m.Source)
	require.Equal(t, plan.To.String(), m.Files.URI)

	const image = "# yaml-language-server: $schema=./schema.json\nname: churn\nimage: ghcr.io/modelway/model-server:0.1.0 # the sample\nreplicas: {min: 2}\n"
	plan = decide(t, image, candidate("1", "a"))
	require.Equal(t, promote.KindReplace, plan.Change.Kind)
	m = parse(t, plan.Change.After)
	require.Empty(t, m.Image)
	require.Equal(t, plan.Source, m.Source)
	require.Equal(t, 2, m.Replicas.Min)
	require.Equal(t, `  # yaml-language-server: $schema=./schema.json
  name: churn
- image: ghcr.io/modelway/model-server:0.1.0 # the sample
- replicas: {min: 2}
+ model:
+   format: mlflow
+   uri: `+plan.To.String()+`
+   digest: `+plan.Source.Digest+`
+ replicas: {min: 2}
+ source:
+   registry: https://mlflow.company.com
+   name: churn
+   version: "1"
+   run: `+plan.Source.Run+`
+   commit: `+plan.Source.Commit+`
+   digest: `+plan.Source.Digest+"\n", plan.Change.Diff())
}

func TestChangesThatWait(t *testing.T) {
	files := "model: {format: %s, uri: s3://models/churn/1/, digest: sha256:" + strings.Repeat("01", 32) + "}\n"
	canary := "canary: {model: {uri: s3://models/churn/2/, digest: sha256:" + strings.Repeat("02", 32) + "}, weight: %d}\n"
	mlflowFiles := "name: churn\n" + fmt.Sprintf(files, "mlflow")
	settling := mlflowFiles + strings.Replace(fmt.Sprintf(canary, 100), strings.Repeat("02", 32), strings.Repeat("01", 32), 1)
	withEnv := mlflowFiles + strings.Replace(fmt.Sprintf(canary, 100), "weight", "env: {A: b}, weight", 1)
	waits := func(text string) func() error {
		return func() error {
			_, err := promote.Decide(promote.Target{Model: "churn", File: "models/churn.yaml", Text: text, Bucket: "models"}, candidate("3", "a"))
			return err
		}
	}
	step := func(do func(file, text string) (promote.Change, error), text string) func() error {
		return func() error { _, err := do("models/churn.yaml", text); return err }
	}
	for want, do := range map[string]func() error{
		"models/churn.yaml has a canary already, 020202020202, at 30 percent, whose pods would become those of the new version under its " +
			"requests; fix: `modelway promote churn --finish`": waits(mlflowFiles + fmt.Sprintf(canary, 30)),
		"fix: `modelway promote churn --settle` once more":                                           waits(settling),
		"is the model's version already, so that less weight":                                        step(promote.Rollback, settling),
		"fix: write its image as the model's, or not, remove `cana":                                  waits("name: churn\nimage: a:1\ncanary: {image: a:2, weight: 50}\n"),
		"has canary.env, which would be lost":                                                        step(promote.Settle, withEnv),
		"has files of the format sklearn, and a canary has the format of its model; allowed: mlflow": waits("name: churn\n" + fmt.Sprintf(files, "sklearn")),
		"is not written a key a line":                                                                waits("{name: churn, " + strings.TrimSpace(fmt.Sprintf(files, "mlflow")) + "}"),
		"models/churn.yaml:2: imag":                                                                  waits("name: churn\nimag: a\n"),
		"port: 9000 is not where the runtime":                                                        waits("name: churn\nimage: a:1\nport: 9000\n"),
		"has no canary; fix: `modelway promote NAME@ALIAS` adds one":                                 step(promote.Finish, mlflowFiles),
		"there is no models/churn.yaml":                                                              step(promote.Rollback, ""),
		"has 30 percent of the requests; allowed: 100":                                               step(promote.Settle, mlflowFiles+fmt.Sprintf(canary, 30)),
		"has 30 percent of the requests; allowed: 0":                                                 step(promote.Remove, mlflowFiles+fmt.Sprintf(canary, 30)),
		"has a canary of an image; allowed: one of files":                                            step(promote.Settle, "name: churn\nimage: a:1\ncanary: {image: a:2, weight: 100}\n"),
	} {
		require.ErrorContains(t, do(), want)
	}
	flow, err := promote.Finish("models/churn.yaml", mlflowFiles+fmt.Sprintf(canary, 30))
	require.NoError(t, err)
	require.Equal(t, mlflowFiles+fmt.Sprintf(canary, 100), flow.After, "a canary on one line, too")
	without := mlflowFiles + strings.Replace(canary, ", weight: %d", "", 1)
	added, err := promote.Finish("models/churn.yaml", without)
	require.NoError(t, err)
	require.Equal(t, 100, parse(t, added.After).Canary.Weight)
}

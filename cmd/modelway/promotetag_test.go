package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPromoteWithoutTags has the registry refuse them after everything else: what is done is told and stays, and the command that is told
// does the rest, as often as it is run.
func TestPromoteWithoutTags(t *testing.T) {
	r := promotable(t)
	r.sealed = true
	promotion := []string{"promote", "churn@champion", "--bucket", "models", "--skip", "serving", "--apply"}
	code, out, notes := run(promotion...)
	require.Equal(t, exitFailed, code)
	require.Contains(t, out, "models/churn.yaml is changed: deploy it")
	m := model(t)
	require.Contains(t, notes, "read only")
	require.Contains(t, notes, "Done: the files are in "+m.Files.URI+", and models/churn.yaml serves them.\n")
	require.Contains(t, notes, "Not done: churn/3 of "+r.url+" has no tags that say so, and `modelway trace churn` misses them.\n")
	again := regexp.MustCompile("fix: `modelway (.*)`").FindStringSubmatch(notes)
	require.NotNil(t, again, notes)
	require.Equal(t, "promote churn --tag --apply --registry "+r.url+" --models models", again[1])

	code, _, notes = run(promotion...)
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "Done: the files are in "+m.Files.URI+", and models/churn.yaml serves them.\n", "a repetition says the same")
	code, _, notes = run(strings.Fields(again[1])...)
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "read only")

	r.sealed = false
	t.Setenv("MLFLOW_TRACKING_URI", "")
	out, _ = succeed(t, "promote", "churn", "--tag")
	require.Contains(t, out, "Nothing was changed: --apply does it")
	require.Empty(t, r.tags)
	for range 2 {
		r.tags = nil
		out, _ = succeed(t, strings.Fields(again[1])...)
		require.Regexp(t, `(?m)^churn/3 +modelway\.dev/artifact-digest +`+m.Files.Digest+`$`, out)
		require.ElementsMatch(t, []map[string]string{{"key": "modelway.dev/artifact-digest", "value": m.Files.Digest},
			{"key": "modelway.dev/promoted-to/models/churn", "value": m.Files.URI}}, r.tags)
		require.Equal(t, m, model(t), "the file stays")
	}
	succeed(t, "trace", "churn")
	file, err := os.ReadFile("models/churn.yaml")
	require.NoError(t, err)
	write(t, "models", map[string]string{"churn.yaml": strings.Replace(string(file), m.Source.Run, strings.Repeat("0e", 16), 1)})
	code, _, notes = run("promote", "churn", "--tag", "--apply")
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "churn/3 of "+r.url+" is of run \""+m.Source.Run+"\", and models/churn.yaml names run \"0e0e")
	code, _, notes = run("promote", "other", "--tag", "--apply")
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "models/other.yaml names no version of a registry; fix: `modelway promote NAME@ALIAS` writes one")
	code, _, _ = run("promote", "churn", "--tag", "--finish")
	require.Equal(t, exitUsage, code)
}

// TestPromoteWithoutTheFile fails between the copy of the files and the change of the model's file.
func TestPromoteWithoutTheFile(t *testing.T) {
	r := promotable(t)
	require.NoError(t, os.Symlink("gone/churn.yaml", "models/churn.yaml"))
	promotion := []string{"promote", "churn@champion", "--bucket", "models", "--skip", "serving", "--apply"}
	code, _, notes := run(promotion...)
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "Not done: models/churn.yaml does not serve them, and the version has no tags.\nfix: run the command again")
	require.Empty(t, r.tags)
	require.NoError(t, os.Remove("models/churn.yaml"))
	_, notes = succeed(t, promotion...)
	require.Contains(t, notes, "already has 2 files")
	require.Len(t, r.tags, 2)
}

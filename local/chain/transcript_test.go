package chain

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTranscript wants of each step its commands, what was waited for and what was seen, and of a failure the step that failed.
func TestTranscript(t *testing.T) {
	var out bytes.Buffer
	told := newTranscript(&out, false)
	require.NoError(t, told.step("GitHub", "git commit\ngit push", func(say func(string)) (string, error) {
		say("pushing")
		return "commit 1a2b3c4d\nof two files", nil
	}))
	require.Regexp(t, `(?m)^  1  GitHub\n     \$ git commit\n     \$ git push\n     pushing\n     commit 1a2b3c4d\n     of two files +0 s$`,
		out.String())
	err := told.step("Argo CD", "", func(func(string)) (string, error) { return "", errors.New("it is away") })
	require.EqualError(t, err, "step 2, Argo CD: it is away")
}

// TestWrapped wants every word, in lines that fit.
func TestWrapped(t *testing.T) {
	text := strings.Repeat("a gate refuses this version ", 20)
	got := wrapped(text)
	require.Equal(t, strings.Fields(text), strings.Fields(got))
	for line := range strings.Lines(got) {
		require.LessOrEqual(t, len(line), right)
	}
}

// TestShares wants versions by their names, in order, with what part of all answers they gave.
func TestShares(t *testing.T) {
	names := map[string]string{"a1": "version 2", "b2": "version 1"}
	require.Equal(t, "version 1 25 (25 %), version 2 75 (75 %)", shares(map[string]int{"a1": 75, "b2": 25}, names))
	require.Equal(t, map[string]int{"a1": 5}, since(map[string]int{"a1": 70, "b2": 25}, map[string]int{"a1": 75, "b2": 25}))
}

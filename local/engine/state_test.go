package engine

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/durable"
)

const goodState = `{"version":3,"checkpoint":{"stack":"s","latest":{"manifest":{},"resources":[{"urn":"urn:pulumi:s::p::t:t:T::r","type":"t:t:T"}]}}}`

func stateOf(t *testing.T, files map[string]string) (Project, string) {
	t.Helper()
	p := Project{Stack: "s", Folder: t.TempDir()}
	require.NoError(t, os.MkdirAll(filepath.Dir(p.StateFile("s")), 0o755))
	for suffix, text := range files {
		require.NoError(t, os.WriteFile(p.StateFile("s")+suffix, []byte(text), 0o600))
	}
	return p, p.StateFile("s")
}

func TestGoodStateIsKept(t *testing.T) {
	p, state := stateOf(t, map[string]string{"": goodState})
	var out strings.Builder
	require.NoError(t, p.mendState(&Progress{Out: &out}))
	require.Empty(t, out.String())
	require.FileExists(t, lastGood(state))
	require.False(t, p.damaged())
}

// A damaged state is replaced by the newest backup that can be read, and that is said.
func TestDamagedStateIsReplaced(t *testing.T) {
	for _, damaged := range []string{"", "{", `{"version":3,"checkpoint":{`, `{}`, "null", goodState[:len(goodState)-1]} {
		for used, files := range map[string]map[string]string{
			".bak":  {"": damaged, ".bak": goodState, ".good": goodState},
			".good": {"": damaged, ".bak": damaged, ".good": goodState},
		} {
			p, state := stateOf(t, files)
			var out strings.Builder
			require.NoError(t, p.mendState(&Progress{Out: &out}))
			require.Contains(t, out.String(), state)
			require.Contains(t, out.String(), "Going on from "+state+used)
			known, err := p.state()
			require.NoError(t, err)
			require.Len(t, known.Resources, 1)
			require.True(t, p.damaged())
		}
	}
}

// A missing state is replaced by the newest backup that can be read, and that is said; where there was none, the stack is new.
func TestMissingStateIsReplaced(t *testing.T) {
	for used, files := range map[string]map[string]string{
		".bak":  {".bak": goodState, ".good": goodState},
		".good": {".good": goodState, ".bak": "{"},
	} {
		p, state := stateOf(t, files)
		require.Equal(t, []string{"s"}, p.Stacks())
		require.True(t, p.Exists())
		var out strings.Builder
		require.NoError(t, p.mendState(&Progress{Out: &out}))
		require.Contains(t, out.String(), "The state "+state+" is missing")
		require.Contains(t, out.String(), "Going on from "+state+used)
		known, err := p.state()
		require.NoError(t, err)
		require.Len(t, known.Resources, 1)
		require.True(t, p.damaged(), "what was done since is read")
	}
	p, state := stateOf(t, map[string]string{".bak": "{"})
	err := p.mendState(&Progress{Out: io.Discard})
	require.ErrorIs(t, err, ErrStateLost)
	require.ErrorContains(t, err, state+" is missing")
	require.ErrorContains(t, err, "modelway down --forget")

	for _, files := range []map[string]string{nil, {".damaged": "", ".new": "{", ".bak.new": "{"}} {
		p, state := stateOf(t, files)
		require.False(t, p.Exists())
		require.NoError(t, p.mendState(&Progress{Out: io.Discard}))
		require.NoFileExists(t, state)
	}
}

func TestDamagedStateWithoutBackup(t *testing.T) {
	for _, files := range []map[string]string{{"": "{"}, {"": "{", ".bak": "{"}} {
		p, state := stateOf(t, files)
		err := p.mendState(&Progress{Out: &strings.Builder{}})
		require.ErrorContains(t, err, state)
		require.ErrorContains(t, err, "modelway down --forget")
	}
}

// A stack whose state cannot be mended yet, as on a disk that is still full, stays one: `down` would forget it otherwise.
func TestDamagedStateStaysUntilItIsReplaced(t *testing.T) {
	p, state := stateOf(t, map[string]string{"": "{", ".good": goodState})
	require.NoError(t, os.MkdirAll(state+".new/taken", 0o755)) // nothing can be written
	for range 2 {
		require.Error(t, p.mendState(&Progress{Out: io.Discard}))
		require.True(t, p.Exists())
	}
	require.NoError(t, os.RemoveAll(state+".new"))
	require.NoError(t, p.mendState(&Progress{Out: io.Discard}))
	require.True(t, p.damaged())
}

// While an operation runs, the last state that can be read is kept, also that of a new stack.
func TestLastGoodStateIsKeptWhileTheEngineWorks(t *testing.T) {
	p, state := stateOf(t, nil)
	require.Error(t, keepGood(state), "there is none yet")
	for _, next := range []string{goodState, goodState, goodState + "\n"} {
		require.NoError(t, durable.WriteFile(state, []byte(next), 0o600))
		require.NoError(t, keepGood(state))
		require.NoFileExists(t, lastGood(state)+".new")
	}
	require.NoError(t, durable.WriteFile(state, []byte("{"), 0o600))
	require.Error(t, keepGood(state))
	require.NoError(t, p.mendState(&Progress{Out: io.Discard}))
	kept, err := os.ReadFile(state)
	require.NoError(t, err)
	require.Equal(t, goodState+"\n", string(kept))
}

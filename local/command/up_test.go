package command

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
)

func TestTheWayOutNamesTheStack(t *testing.T) {
	require.Contains(t, wayOut(errors.New("x"), localStack), "Run `modelway up` again")
	require.Contains(t, wayOut(errors.New("x"), "prod"), "Run `modelway up --stack prod` again")
	require.Equal(t, "Correct the files and run `modelway up --stack prod` again; nothing was changed", wayOut(engine.ErrRefused, "prod"))
}

func TestURLsOfModels(t *testing.T) {
	var out strings.Builder
	writeURLs(&out, map[string]any{"b": "http://b", "long": "http://long"}, map[string]string{"b": "stopped"})
	require.Equal(t, "\n  b     http://b  (stopped)\n  long  http://long\n", out.String())
}

func TestACommandIsAtWork(t *testing.T) {
	c := checkout.Checkout{Root: t.TempDir()}
	require.False(t, atWork(c))
	release, err := exclusive(c)
	require.NoError(t, err)
	require.True(t, atWork(c))
	release()
	require.False(t, atWork(c))
}

func TestDrift(t *testing.T) {
	require.Equal(t, "No changes", drift(nil, localStack))
	found := []engine.Change{{Op: "delete"}, {Op: "update"}, {Op: "delete"}}
	require.Equal(t, "Drift: 1 updated, 2 deleted beside the stack; `modelway up` puts it back", drift(found, localStack))
}

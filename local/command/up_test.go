package command

import (
	"errors"
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

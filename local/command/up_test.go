package command

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/engine"
)

func TestTheWayOutNamesTheStack(t *testing.T) {
	require.Contains(t, wayOut(errors.New("x"), localStack), "Run `make up` again")
	require.Contains(t, wayOut(errors.New("x"), "prod"), "Run `make up STACK=prod` again")
	require.Equal(t, "Correct the files and run `make up STACK=prod` again; nothing was changed", wayOut(engine.ErrRefused, "prod"))
}

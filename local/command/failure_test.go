package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/review/outline"

	"github.com/modelway/modelway/local/engine"
)

// ending is what a command that fails ends with, and "" where there is no verdict.
func ending(ctx context.Context, err error) string {
	var f failure
	var out strings.Builder
	if errors.As(err, &f) {
		f.conclude(ctx, &out)
	}
	return out.String()
}

// TestAFailureHasAVerdict requires one, whatever stands around the error, and the one that knows most where there are two.
func TestAFailureHasAVerdict(t *testing.T) {
	fault := errors.New("models/churn.yaml:2: image: latest is not a version")
	progress := &engine.Progress{Changes: []engine.Change{{Op: "create"}, {Op: "create"}, {Op: "update"}}}
	done := failed("update", "local", changed(progress, fault), fault)
	err := failed("update", "local", "", fmt.Errorf("%w\nrun it again", done))
	require.ErrorIs(t, err, fault)
	require.Equal(t, "local: the update failed: 1 fault in models/churn.yaml; 2 created, 1 updated\n", ending(t.Context(), err))
	require.Equal(t, outline.Unchanged, changed(progress, fmt.Errorf("%w", engine.ErrRefused)))
	require.Equal(t, outline.Unchanged, changed(&engine.Progress{}, fault))

	require.NoError(t, failed("removal", "prod", "", nil))
	require.Empty(t, ending(t.Context(), failed("removal", "prod", "", usageError{fault})), "nothing was begun")
	interrupted, cancel := context.WithCancelCause(t.Context())
	cancel(signalled{signal: syscall.SIGTERM})
	require.Equal(t, "prod: the removal was interrupted; 3 deleted\n", ending(interrupted, failed("removal", "prod", "3 deleted", fault)))
}

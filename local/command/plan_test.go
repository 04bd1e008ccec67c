package command

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/local/engine"
)

// TestThePlanOfThePlatformIsApplied holds the whole platform to its own plans when a model is added: providers compute much that a plan
// cannot know. A plan that was made before another change is refused.
func TestThePlanOfThePlatformIsApplied(t *testing.T) {
	t.Parallel()
	s := start(t)
	ctx := context.Background()
	stack, err := engine.Open(ctx, s.project(), s.progress())
	require.NoError(t, err)
	plan := func(name string) string {
		t.Helper()
		file := filepath.Join(t.TempDir(), name)
		_, err := stack.Preview(ctx, optpreview.Plan(file), optpreview.SuppressProgress(), optpreview.SuppressOutputs())
		require.NoError(t, err, name)
		return file
	}
	apply := func(file string) (auto.UpResult, error) {
		return stack.Up(ctx, optup.Plan(file), optup.SuppressProgress(), optup.SuppressOutputs())
	}

	s.up()

	// Images other than the sample's have pods, but no process.
	s.writeModel("another", "name: another\nimage: ghcr.io/company/another:1.0.0\n")
	outdated := plan("one more model")
	_, err = apply(outdated)
	require.NoError(t, err)

	s.writeModel("third", "name: third\nimage: ghcr.io/company/third:1.0.0\n")
	_, err = apply(outdated)
	require.Error(t, err)
	require.Equal(t, delivery.CauseOutdated, delivery.Outcome{Log: err.Error()}.Cause(), "%v", err)

	_, err = apply(plan("a third model"))
	require.NoError(t, err)
}

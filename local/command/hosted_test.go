package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/local/checkout"
)

// edit replaces text in a file of a checkout.
func edit(t *testing.T, c checkout.Checkout, file, before, after string) {
	t.Helper()
	path := filepath.Join(c.Root, file)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), before)
	require.NoError(t, os.WriteFile(path, bytes.Replace(text, []byte(before), []byte(after), 1), 0o644))
}

// TestPreviewShowsWhatAChangeDoes brings dev up, changes a model, and previews over it.
func TestPreviewShowsWhatAChangeDoes(t *testing.T) {
	t.Parallel()
	s := start(t)
	var out bytes.Buffer
	require.NoError(t, up(t.Context(), &out, s.c, "dev", s.port, ""), &out)
	require.Contains(t, out.String(), "dev is up on this machine")
	require.Equal(t, "dev", upStack(s.c))
	require.ErrorContains(t, up(t.Context(), &out, s.c, "prod", s.port, ""), "stack dev is up on this machine: `make down` first")

	edit(t, s.c, "models/churn.yaml", "model-server:0.1.0", "model-server:0.2.0")
	out.Reset()
	require.NoError(t, preview(t.Context(), &out, s.c, "dev", ""), &out)
	require.Regexp(t, `update +kubernetes:apps/v1:Deployment +churn-deployment`, out.String())
	require.NotContains(t, out.String(), "fraud-detection-deployment")
	require.NotContains(t, out.String(), "create ")
	log, err := os.ReadFile(s.c.State("preview", "dev", "preview.jsonl"))
	require.NoError(t, err)
	require.Contains(t, string(log), "model-server:0.2.0")

	require.NoError(t, preview(t.Context(), &out, s.c, "prod", ""), "another environment is previewed from nothing meanwhile")
	require.NoError(t, down(t.Context(), &out, s.c, false), &out)
	require.Empty(t, upStack(s.c))
}

// TestAnUnchangedTreeChangesNothing brings environments up and previews them as they are: the report has no change, also none of providers.
func TestAnUnchangedTreeChangesNothing(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"dev", "prod"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			var out bytes.Buffer
			require.NoError(t, up(t.Context(), &out, s.c, stack, s.port, ""), &out)
			require.NoError(t, preview(t.Context(), &out, s.c, stack, ""), &out)
			require.Contains(t, out.String(), "No changes to be")
			data, err := os.ReadFile(eventLog(s.c, stack))
			require.NoError(t, err)
			p, err := events.Read("preview.jsonl", data)
			require.NoError(t, err)
			r := review.Of(p, nil)
			require.Equal(t, stack+": no changes", r.Headline)
			require.Empty(t, r.Groups)
			for _, step := range p.Steps {
				require.NotRegexp(t, `pulumi:providers:(aws|eks|kubernetes)::default$`, step.URN, "a default provider without a version")
			}
			require.NoError(t, down(t.Context(), &out, s.c, false), &out)
		})
	}
}

// TestPreviewAgainstARevision brings dev up as the last commit has it, with a model of the work tree changed.
func TestPreviewAgainstARevision(t *testing.T) {
	c := repository(t)
	if _, err := os.Stat(filepath.Join(c.Root, ".git")); err != nil {
		t.Skip("the checkout is no git repository, so it has no revision to compare with")
	}
	changed := newCheckout(t)
	edit(t, changed, "models/churn.yaml", "image:", "replicas: {min: 3}\nimage:")
	var out bytes.Buffer
	b, err := newBase(t.Context(), &out, c, "dev", "HEAD")
	if b != nil {
		defer func() { require.NoError(t, b.remove(context.Background(), c)) }()
	}
	require.NoError(t, err, &out)
	out.Reset()
	require.NoError(t, previewProject(t.Context(), &out, changed, b.under(changed, "dev")), &out)
	require.Regexp(t, `update +kubernetes:autoscaling/v2:HorizontalPodAutoscaler +churn-autoscaler`, out.String())
	require.NotContains(t, out.String(), "create ")
	require.NotContains(t, out.String(), "fraud-detection-")

	_, err = newBase(t.Context(), &out, c, "dev", "no-such-revision")
	require.ErrorContains(t, err, "checking out no-such-revision")
}

package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/terminal"
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

// previewOf is the last preview of an environment, and reportOf its report.
func previewOf(t *testing.T, c checkout.Checkout, stack string) events.Preview {
	t.Helper()
	data, err := os.ReadFile(eventLog(c, stack))
	require.NoError(t, err)
	p, err := events.Read("preview.jsonl", data)
	require.NoError(t, err)
	return p
}

func reportOf(t *testing.T, c checkout.Checkout, stack string) review.Report {
	t.Helper()
	return review.Of(previewOf(t, c, stack), nil)
}

// TestPreviewShowsWhatAChangeDoes brings dev up, changes a model, and previews over it.
func TestPreviewShowsWhatAChangeDoes(t *testing.T) {
	t.Parallel()
	s := start(t)
	var out bytes.Buffer
	require.NoError(t, up(t.Context(), &out, s.c, "dev", s.port, ""), &out)
	require.Contains(t, out.String(), "dev is up on this machine")
	require.Equal(t, "dev", upStack(s.c))
	require.ErrorContains(t, up(t.Context(), &out, s.c, "prod", s.port, ""), "stack dev is up on this machine: `modelway down` first")

	edit(t, s.c, "models/churn.yaml", "model-server:0.1.0", "model-server:0.2.0")
	edit(t, s.c, "Pulumi.dev.yaml", "  modelway:cluster:\n", "  modelway:cluster:\n    deletionProtection: true\n")
	out.Reset()
	require.NoError(t, preview(t.Context(), &out, s.c, "dev", ""), &out)
	require.Contains(t, out.String(), "Not shown, since this machine replaces it: modelway:cluster.deletionProtection: the default before, "+
		"true after")
	require.Regexp(t, `~ +churn +Deployment`, out.String())
	require.NotRegexp(t, `fraud-detection +Deployment`, out.String())
	require.NotContains(t, out.String(), "to create")
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
			require.Contains(t, out.String(), "no changes")
			r := reportOf(t, s.c, stack)
			require.Equal(t, stack+": no changes", r.Headline)
			require.Empty(t, r.Groups)
			for _, step := range previewOf(t, s.c, stack).Steps {
				require.NotRegexp(t, `pulumi:providers:(aws|eks|kubernetes)::default$`, step.URN, "a default provider without a version")
			}
			require.NoError(t, down(t.Context(), &out, s.c, false), &out)
		})
	}
}

// TestAChangedListenerStaysInAPreview holds the listeners that a preview over deployed settings has against those that the environment
// gets.
func TestAChangedListenerStaysInAPreview(t *testing.T) {
	type m = map[string]any
	listener := func(protocol string, port int) any { return m{"protocol": protocol, "port": port} }
	const port = 30123
	here := listener("HTTP", port)
	for name, c := range map[string]struct{ deployed, is, want m }{
		"brought up":  {nil, m{"requestCertificate": true}, m{"listeners": []any{listener("HTTPS", 443), here}}},
		"without TLS": {nil, m{}, m{"listeners": []any{here}}},
		"unchanged":   {m{"requestCertificate": true}, m{"requestCertificate": true}, m{"listeners": []any{listener("HTTPS", 443), here}}},
		"HTTPS elsewhere": {m{"requestCertificate": true}, m{"listeners": []any{listener("HTTPS", 8443), listener("HTTP", 80)}},
			m{"listeners": []any{listener("HTTPS", 8443), here}}},
		"HTTP closed": {m{"requestCertificate": true}, m{"listeners": []any{listener("HTTPS", 443)}},
			m{"listeners": []any{listener("HTTPS", 443)}}},
		"HTTP elsewhere": {m{}, m{"listeners": []any{listener("HTTP", 8000)}}, m{"listeners": []any{listener("HTTP", 8000)}}},
		"defaults spelt": {m{}, m{"listeners": []any{listener("HTTP", 80)}}, m{"listeners": []any{here}}},
	} {
		t.Run(name, func(t *testing.T) {
			var deployed m
			if c.deployed != nil {
				deployed = m{"modelway:loadBalancers": m{"public": c.deployed}}
			}
			settings := m{"config": m{"modelway:loadBalancers": m{"public": c.is}}}
			require.NoError(t, adapt(settings, m{}, deployed, func(string) (int, error) { return port, nil }))
			require.Equal(t, c.want["listeners"], c.is["listeners"])
		})
	}
}

// TestWhatAPreviewDoesNotShow names the settings that this machine replaces, where they change.
func TestWhatAPreviewDoesNotShow(t *testing.T) {
	type m = map[string]any
	deployed := m{"modelway:cluster": m{"deletionProtection": true, "logRetentionDays": 7}, "modelway:charts": m{"a": "b"}}
	require.Empty(t, unseen(deployed, deployed))
	require.Empty(t, unseen(deployed, m{"modelway:cluster": m{"deletionProtection": true, "logRetentionDays": 1},
		"modelway:charts": m{"a": "b"}}))
	require.Equal(t, []string{
		`modelway:cluster.kubernetesVersion: the default before, "1.36" after`, "modelway:cluster.deletionProtection: true before, false after",
		`modelway:policies.levels.deletion-protection: the default before, "disabled" after`,
		`modelway:charts: {"a":"b"} before, the default after`,
	}, unseen(deployed, m{
		"modelway:cluster":  m{"kubernetesVersion": "1.36", "deletionProtection": false},
		"modelway:policies": m{"levels": m{"deletion-protection": "disabled"}},
	}))
}

// TestPreviewAgainstARevision brings dev up as the last commit has it, with a model of the work tree changed.
func TestPreviewAgainstARevision(t *testing.T) {
	c := repository(t)
	if _, err := os.Stat(filepath.Join(c.Root, ".git")); err != nil {
		t.Skip("the checkout is no git repository, so it has no revision to compare with")
	}
	changed := newCheckout(t)
	edit(t, changed, "models/churn.yaml", "image:", "replicas: {min: 3}\nimage:")
	edit(t, changed, "Pulumi.dev.yaml", "  modelway:loadBalancers:\n    public:\n", "  modelway:loadBalancers:\n    public:\n      "+
		"listeners: [{protocol: HTTPS, port: 8443}, {protocol: HTTP, port: 80}]\n")
	edit(t, changed, "Pulumi.dev.yaml", "  modelway:cluster:\n", "  modelway:cluster:\n    deletionProtection: true\n")
	var out bytes.Buffer
	b, err := newBase(t.Context(), &out, c, "dev", "HEAD")
	if b != nil {
		defer func() { require.NoError(t, b.remove(context.Background(), c)) }()
	}
	require.NoError(t, err, &out)
	require.Less(t, strings.Count(out.String(), "\n"), 40, "of the base only the steps: %s", &out)
	require.Regexp(t, `[1-9]\d+ resources after`, out.String())
	details, err := os.ReadFile(baseLog(c, "dev"))
	require.NoError(t, err)
	require.Contains(t, string(details), "churn-deployment")
	out.Reset()
	p, hidden, err := b.under(changed, "dev")
	require.NoError(t, err)
	require.NoError(t, previewProject(t.Context(), &out, changed, p, hidden), &out)
	require.Regexp(t, `~ +churn +HorizontalPodAutoscaler`, out.String())
	require.NotContains(t, out.String(), "to create")
	require.NotRegexp(t, `fraud-detection +Deployment`, out.String())
	require.Contains(t, out.String(), "deletionProtection: the default before, true after")
	r := reportOf(t, changed, "dev")
	require.Equal(t, []string{"modelway:cluster.deletionProtection: the default before, true after"}, r.Unseen)
	require.Contains(t, r.Headline, "1 changed setting that an offline preview does not show")
	require.Contains(t, r.Table(terminal.Terminal{}), "Clients of the listener get no connection any more: HTTPS 443.")

	_, err = newBase(t.Context(), &out, c, "dev", "no-such-revision")
	require.ErrorContains(t, err, "checking out no-such-revision")
}

package outline_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/review/outline"
	"github.com/modelway/modelway/internal/terminal"
)

func stored(t *testing.T, file string) events.Preview {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../events/testdata", file))
	require.NoError(t, err)
	p, err := events.Read(file, data)
	require.NoError(t, err)
	return p
}

// fromNothing is a preview of the local stack in an empty account.
func fromNothing(t *testing.T) events.Preview {
	p := stored(t, "unchanged.jsonl")
	for i := range p.Steps {
		p.Steps[i].Op, p.Steps[i].Old = events.OpCreate, nil
	}
	return p
}

// many is a preview with n models, each changed, with names of 200 characters.
func many(op events.Op, n int) events.Preview {
	p := events.Preview{Stack: "s", CompleteBefore: true, CompleteAfter: true}
	for i := range n {
		name := fmt.Sprintf("%s-%d", strings.Repeat("model", 39), i)
		parent := "urn:pulumi:s::p::modelway:platform:Platform$modelway:model:Model::" + name
		urn := "urn:pulumi:s::p::modelway:platform:Platform$modelway:model:Model$kubernetes:apps/v1:Deployment::" + name
		side := func(image string) *resource.Resource {
			return &resource.Resource{URN: urn, Type: "kubernetes:apps/v1:Deployment", Name: name, Parent: parent, Custom: true,
				Properties: map[string]any{"image": image}}
		}
		s := events.Step{Op: op, URN: urn, Type: "kubernetes:apps/v1:Deployment", Old: side("a:1"), New: side("a:2")}
		switch op {
		case events.OpCreate:
			s.Old = nil
		case events.OpDelete:
			s.New = nil
		}
		p.Steps = append(p.Steps, s)
	}
	return p
}

func linesOf(p events.Preview, t terminal.Terminal) []string {
	return outline.Of(review.Of(p, nil), t)
}

func of(width int, locale string) terminal.Terminal {
	return terminal.With(width, 40, func(name string) string {
		return map[string]string{"LANG": locale, "NO_COLOR": "1"}[name]
	})
}

// TestGoldens are outlines at four widths, and of what is no terminal.
func TestGoldens(t *testing.T) {
	previews := map[string]events.Preview{"from-nothing": fromNothing(t), "many-models": many(events.OpUpdate, 1000)}
	for _, name := range []string{"unchanged", "model-added", "model-removed", "node-group-replaced", "vpc-replaced", "canary", "policy-broken",
		"failed", "over-quota", "prod-nat"} {
		previews[name] = stored(t, name+".jsonl")
	}
	for name, p := range previews {
		recorder.Screens(t, name, func(as terminal.Terminal) string { return strings.Join(linesOf(p, as), "\n") + "\n" })
	}
}

// Property: at every width all lines fit, what is deleted or replaced has a line of its own, and the verdict is last.
func TestAllLinesFit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := stored(t, rapid.SampledFrom([]string{"vpc-replaced.jsonl", "failed.jsonl", "canary.jsonl"}).Draw(rt, "file"))
		if rapid.Bool().Draw(rt, "long names") {
			p = many(rapid.SampledFrom([]events.Op{events.OpCreate, events.OpDelete, events.OpReplace, events.OpUpdate}).Draw(rt, "op"), 50)
		}
		text := rapid.String().Draw(rt, "text")
		p.Warnings, p.Errors = append(p.Warnings, text), append(p.Errors, text+"\x1b[31m")
		as := of(rapid.IntRange(20, 240).Draw(rt, "width"), rapid.SampledFrom([]string{"C", "C.UTF-8"}).Draw(rt, "locale"))
		lines := linesOf(p, as)
		gone := 0
		for _, line := range lines {
			require.LessOrEqual(rt, terminal.Wide(line), as.Width, "%q", line)
			require.NotContains(rt, line, "\x1b")
			if as.ASCII {
				require.Regexp(rt, `^[ -~]*$`, line)
			}
			if strings.HasPrefix(line, "  +- ") || strings.HasPrefix(line, "  -  ") {
				gone++
			}
		}
		counts := review.Of(p, nil).Counts
		require.GreaterOrEqual(rt, gone, counts.Delete+counts.Replace)
	})
}

func TestAScreenIsEnough(t *testing.T) {
	for name, p := range map[string]events.Preview{
		"from nothing": fromNothing(t), "new models": many(events.OpCreate, 1000), "changed models": many(events.OpUpdate, 1000),
	} {
		require.LessOrEqual(t, len(linesOf(p, of(80, "C.UTF-8"))), 40, name)
	}
	require.Contains(t, strings.Join(linesOf(many(events.OpUpdate, 1000), of(80, "C")), "\n"), "Deployments")
	require.GreaterOrEqual(t, len(linesOf(many(events.OpDelete, 100), of(80, "C"))), 100, "what is deleted is never folded")
}

func TestAnOutlineOfNothing(t *testing.T) {
	require.Equal(t, []string{"no changes"}, linesOf(events.Preview{CompleteBefore: true, CompleteAfter: true}, terminal.Terminal{}))
	cut, err := events.Read("cut.jsonl", []byte(`{"sequence":1}`+"\n"))
	require.NoError(t, err)
	lines := linesOf(cut, of(60, "C"))
	require.Equal(t, "the preview failed", lines[len(lines)-1])
	require.Contains(t, strings.Join(lines, " "), "ends before the engine's summary")
}

func TestColourIsForTerminals(t *testing.T) {
	text := strings.Join(linesOf(stored(t, "node-group-replaced.jsonl"), terminal.With(80, 40, func(string) string { return "" })), "\n")
	require.Contains(t, text, terminal.Red+"local: 1 breaking change")
	require.Contains(t, text, terminal.Red+"  +-")
}

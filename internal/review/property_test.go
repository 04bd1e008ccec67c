package review_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/pipelines"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/sheet"
)

const platformURN = "urn:pulumi:s::p::modelway:platform:Platform::modelway"

// types are those that break, and some that do not.
func types() []string {
	all := []string{"aws:ec2/route:Route", resource.ModelType, "kubernetes:apps/v1:Deployment", "kubernetes:core/v1:Service",
		"modelway:network:Network"}
	for _, c := range review.Consequences {
		all = append(all, strings.ReplaceAll(c.Type, "*", "kubernetes"))
	}
	return all
}

// drawStep is any step of a resource with a number, at any place in the stack.
func drawStep(rt *rapid.T, i int) events.Step {
	typ := rapid.SampledFrom(types()).Draw(rt, "type")
	parentType := rapid.SampledFrom([]string{resource.PlatformType, "modelway:ingress:LoadBalancer", "modelway:edge:AliasRecords",
		resource.ModelType, "modelway:network:Network", pipelines.Token}).Draw(rt, "parent")
	parent := fmt.Sprintf("urn:pulumi:s::p::modelway:platform:Platform$%s::in%d", parentType, i%3)
	urn := fmt.Sprintf("urn:pulumi:s::p::modelway:platform:Platform$%s$%s::r%d", parentType, typ, i)
	r := func(side string) *resource.Resource {
		return &resource.Resource{URN: urn, Type: typ, Name: resource.NameOf(urn), Parent: parent, Custom: true, Properties: map[string]any{
			"spec": map[string]any{"scheme": rapid.SampledFrom([]string{"internal", "internet-facing"}).Draw(rt, side),
				"ingressClassName": "public"},
		}}
	}
	s := events.Step{Op: rapid.SampledFrom([]events.Op{events.OpSame, events.OpCreate, events.OpUpdate, events.OpReplace, events.OpDelete,
		events.OpImport, events.OpRead}).Draw(rt, "op"), URN: urn, Type: typ}
	if s.Op != events.OpCreate && s.Op != events.OpImport {
		s.Old = r("old")
	}
	if s.Op != events.OpDelete {
		s.New = r("new")
	}
	if s.Op == events.OpReplace {
		s.Keys = rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,8}`), 0, 3).Draw(rt, "keys")
	}
	return s
}

func drawPreview(rt *rapid.T) events.Preview {
	p := events.Preview{
		Stack: "s", CompleteBefore: rapid.Bool().Draw(rt, "complete"), PoliciesTold: rapid.Bool().Draw(rt, "told"), Failed: rapid.Bool().Draw(rt,
			"failed"),
	}
	p.CompleteAfter = p.CompleteBefore
	platform := &resource.Resource{URN: platformURN, Type: resource.PlatformType, Name: "modelway",
		Properties: map[string]any{"capacity": map[string]any{
			"rules": map[string]any{"used": rapid.Float64Range(0, 12).Draw(rt, "used"), "quota": 10.0},
		}}}
	p.Steps = append(p.Steps, events.Step{Op: events.OpSame, URN: platformURN, Type: platform.Type, Old: platform, New: platform})
	for i := range rapid.IntRange(0, 40).Draw(rt, "steps") {
		p.Steps = append(p.Steps, drawStep(rt, i))
	}
	for range rapid.IntRange(0, 5).Draw(rt, "policies") {
		p.Policies = append(p.Policies, events.Violation{
			Policy: rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "policy"), Level: rapid.SampledFrom([]string{"mandatory", "advisory"}).Draw(rt,
				"level"),
			Message: rapid.String().Draw(rt, "message"),
		})
	}
	return p
}

func TestGroupingLosesNoStep(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPreview(rt)
		r := review.Of(p, nil)
		want, got := map[string]events.Op{}, map[string]events.Op{}
		for _, s := range p.Steps {
			if s.Op.Changes() {
				want[s.URN] = s.Op
			}
		}
		sum := review.Counts{Same: r.Counts.Same}
		for _, g := range r.Groups {
			for _, c := range g.Changes {
				require.NotContains(rt, got, c.URN, "in one group only")
				got[c.URN] = c.Op
			}
			sum.Create += g.Counts.Create
			sum.Update += g.Counts.Update
			sum.Replace += g.Counts.Replace
			sum.Delete += g.Counts.Delete
		}
		require.Equal(rt, want, got)
		require.Equal(rt, r.Counts, sum)
	})
}

func TestEveryReplacementOfABreakingTypeIsReported(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPreview(rt)
		reported := map[string]review.Break{}
		for _, b := range review.Of(p, nil).Breaking {
			require.NotEmpty(rt, b.Consequence, "%s %s", b.Op, b.Type)
			reported[b.URN] = b
		}
		for _, s := range p.Steps {
			if s.Op == events.OpCreate && s.Type == "modelway:schedule:Schedule" {
				continue // it breaks where there are models already
			}
			breaks := false
			for _, c := range review.Consequences {
				breaks = breaks || strings.TrimSuffix(c.Type, "*") == strings.TrimSuffix(s.Type, "kubernetes") || c.Type == s.Type
			}
			if s.Type == "kubernetes:networking.k8s.io/v1:Ingress" && !strings.Contains(s.URN, "modelway:ingress:LoadBalancer$") {
				breaks = false // a model's own
			}
			if s.Type == "aws:route53/record:Record" && !strings.Contains(s.URN, "modelway:edge:AliasRecords$") {
				breaks = false // one by which a certificate is validated
			}
			if s.Type == "kubernetes:helm.sh/v3:Release" && !strings.Contains(s.URN, "modelway:kserve") {
				breaks = false // of an add-on that serves no model
			}
			if s.Type == "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition" && !strings.Contains(s.URN, pipelines.Token+"$") {
				breaks = false // of something else
			}
			changes := s.Op == events.OpReplace || s.Op == events.OpDelete
			if s.Type == "kubernetes:serving.kserve.io/v1alpha1:ClusterServingRuntime" && s.Op == events.OpUpdate {
				changes = fmt.Sprint(s.Old.At("spec").Raw()) != fmt.Sprint(s.New.At("spec").Raw())
			}
			if s.Type == "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams" && s.Op == events.OpUpdate {
				changes = s.Old.At("spec", "scheme").Text() != s.New.At("spec", "scheme").Text()
			}
			_, found := reported[s.URN]
			require.Equal(rt, breaks && changes, found, "%s %s", s.Op, s.URN)
		}
	})
}

func TestMoreStepsNeverTurnAConditionOff(t *testing.T) {
	list, err := review.ParseFailOn(conditions)
	require.NoError(t, err)
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPreview(rt)
		amount := pricing.USD(rapid.IntRange(0, 200).Draw(rt, "cost")) * pricing.Dollar
		bills := &review.Bills{Before: cost.Bill{Date: "d"}, After: cost.Bill{Date: "d", Items: []cost.Item{{Least: amount}}}}
		before := review.Of(p, bills).Evaluate(list)
		more := p
		more.Steps = append([]events.Step{}, p.Steps...)
		for i := range rapid.IntRange(1, 10).Draw(rt, "more") {
			more.Steps = append(more.Steps, drawStep(rt, 100+i))
		}
		after := map[string]bool{}
		for _, trip := range review.Of(more, bills).Evaluate(list) {
			after[trip.Condition] = true
		}
		for _, trip := range before {
			require.True(rt, after[trip.Condition], "%s: %s", trip.Condition, trip.Reason)
		}
	})
}

func TestMarkdownFits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPreview(rt)
		p.Stack = rapid.String().Draw(rt, "stack")
		long := strings.Repeat(rapid.StringN(1, 5, 20).Draw(rt, "text"), rapid.SampledFrom([]int{1, 100, 20_000}).Draw(rt, "times"))
		for i := range p.Steps {
			p.Steps[i].Diffs = []string{long}
		}
		if len(p.Policies) > 0 {
			p.Policies[0].Message = long
			for range rapid.SampledFrom([]int{0, 10, 2000}).Draw(rt, "more") {
				p.Policies = append(p.Policies, p.Policies[0])
			}
		}
		if p.Failed {
			p.Errors = []string{long, "e"}
		}
		p.Warnings = append(p.Warnings, long)
		limit := rapid.SampledFrom([]int{0, 1024, 3000, 20_000, review.CommentLimit, 1 << 20}).Draw(rt, "limit")
		r := review.Of(p, nil).Judge(nil, rapid.SampledFrom([]string{"", long}).Draw(rt, "allow"))
		text := r.Markdown(limit)
		require.LessOrEqual(rt, len(text), max(2048, min(limit, review.CommentLimit)))
		require.True(rt, utf8.ValidString(text))
		require.True(rt, strings.HasPrefix(text, "<!-- modelway-report:"))
		verdict := strings.Split(text, "\n")[1]
		require.True(rt, strings.HasSuffix(verdict, sheet.Prose(r.Headline)), "the verdict is whole: %s", verdict)
		require.Equal(rt, strings.Count(text, "<details>"), strings.Count(text, "</details>"), "what is cut is closed")
		rows := 0
		for _, g := range r.Groups {
			for _, c := range g.Changes {
				if !strings.HasPrefix(c.Type, "modelway:") { // a component
					rows++
				}
			}
		}
		if strings.Count(text, "\n| ") < rows {
			require.Contains(rt, text, "Cut, since a comment is limited")
		}
	})
}

func BenchmarkOf(b *testing.B) {
	p := events.Preview{Stack: "s", CompleteBefore: true, CompleteAfter: true}
	for i := range 10_000 {
		urn := fmt.Sprintf("urn:pulumi:s::p::modelway:platform:Platform$modelway:model:Model$kubernetes:apps/v1:Deployment::r%d", i)
		r := &resource.Resource{URN: urn, Type: "kubernetes:apps/v1:Deployment",
			Parent: fmt.Sprintf("urn:pulumi:s::p::modelway:platform:Platform$modelway:model:Model::m%d", i/7)}
		p.Steps = append(p.Steps, events.Step{Op: events.OpUpdate, URN: urn, Type: r.Type, Old: r, New: r})
	}
	for b.Loop() {
		_ = review.Of(p, nil).Markdown(review.CommentLimit)
	}
}

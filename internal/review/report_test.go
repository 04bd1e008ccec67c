package review_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/terminal"
)

var update = flag.Bool("update", false, "rewrite the golden files and docs/report.md")

func stored(t *testing.T, file string) events.Preview {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("events/testdata", file))
	require.NoError(t, err)
	p, err := events.Read(file, data)
	require.NoError(t, err)
	return p
}

// bill has NAT gateways, instances, and a model's pods on Fargate, at round prices.
func bill(set resource.Set) cost.Bill {
	b := cost.Bill{Region: "us-east-1", Date: "2026-09-30", NotCounted: []string{"data transfer"}}
	for _, r := range set.OfType("aws:ec2/natGateway:NatGateway") {
		b.Items = append(b.Items, cost.Item{URN: r.URN, Component: "network", What: "NAT gateway", Least: 33 * pricing.Dollar,
			Most: 33 * pricing.Dollar})
	}
	prices := map[string]pricing.USD{"t3.medium": 30, "t3.large": 61, "m6i.4xlarge": 561}
	for _, r := range set.OfType("aws:eks/nodeGroup:NodeGroup") {
		each := prices[r.At("instanceTypes").Texts()[0]] * pricing.Dollar
		b.Items = append(b.Items, cost.Item{
			URN: r.URN, Component: "compute", What: "nodes",
			Least: each * pricing.USD(r.At("scalingConfig", "minSize").Number()),
			Most:  each * pricing.USD(r.At("scalingConfig", "maxSize").Number()),
		})
	}
	for _, r := range set.OfType(resource.ModelType) {
		shared := r.At("compute").Text() != "fargate"
		b.Items = append(b.Items, cost.Item{
			URN: r.URN, Component: "model", Model: set.Model(r), What: "pods", Shared: shared,
			Least: 9 * pricing.Dollar, Most: 27 * pricing.Dollar,
		})
	}
	return b
}

func reportOf(t *testing.T, file string) review.Report {
	t.Helper()
	p := stored(t, file)
	return review.Of(p, &review.Bills{Before: bill(p.Before()), After: bill(p.After())})
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	file = filepath.Join("testdata", file)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "%s; run: go test ./internal/review -update", file)
}

// conditions are those of the goldens.
const conditions = "breaking,cost>100,headroom"

func TestGoldens(t *testing.T) {
	for file, trips := range map[string][]string{
		"unchanged.jsonl":                       {},
		"model-added.jsonl":                     {},
		"model-removed.jsonl":                   {"breaking"},
		"canary.jsonl":                          {},
		"host-moved.jsonl":                      {"breaking"},
		"full.jsonl":                            {},
		"node-group-replaced.jsonl":             {"breaking"},
		"node-group-replaced.digest-sames.json": {"breaking"},
		"node-group-replaced.digest.json":       {"breaking", "cost>100", "headroom"},
		"vpc-replaced.jsonl":                    {"breaking"},
		"lb-scheme.jsonl":                       {"breaking"},
		"cost-jump.jsonl":                       {"cost>100"},
		"failed.jsonl":                          {"failed", "cost>100", "headroom"},
		"failed.digest.json":                    {"failed", "cost>100", "headroom"},
		"over-quota.jsonl":                      {"failed", "cost>100", "headroom"},
		"policy-broken.jsonl":                   {},
	} {
		list, err := review.ParseFailOn(conditions)
		require.NoError(t, err)
		r := reportOf(t, file).Judge(list, "")
		var tripped []string
		for _, t := range r.Tripped {
			tripped = append(tripped, t.Condition)
		}
		require.ElementsMatch(t, trips, tripped, file)
		name := strings.TrimSuffix(strings.TrimSuffix(file, ".jsonl"), ".json")
		golden(t, name+".md", r.Markdown(review.CommentLimit))
		golden(t, name+".txt", r.Table(terminal.Terminal{}))
	}
	var b bytes.Buffer
	require.NoError(t, review.WriteJSON(&b, []review.Report{reportOf(t, "node-group-replaced.jsonl"), reportOf(t, "canary.jsonl")}))
	golden(t, "reports.json", b.String())
	require.NotContains(t, b.String(), ": null,\n", "lists are never null")
}

func TestAFailedPreviewIsNeverOneWithoutChanges(t *testing.T) {
	for _, file := range []string{"failed.jsonl", "failed.digest.json", "over-quota.jsonl"} {
		r := reportOf(t, file)
		for _, text := range []string{r.Headline, r.Markdown(review.CommentLimit), r.Table(terminal.Terminal{})} {
			require.Contains(t, text, "the preview failed")
			require.NotContains(t, text, "no changes")
		}
		require.Contains(t, r.Table(terminal.Terminal{}), r.Errors[0][strings.LastIndex(r.Errors[0], "fix: ")+1:][:20])
		require.Empty(t, r.Evaluate(nil), "without conditions nothing trips")
	}
}

func TestWhatBreaksWhichModels(t *testing.T) {
	r := reportOf(t, "vpc-replaced.jsonl")
	require.Equal(t, []string{"churn", "fraud-detection", "recommender"}, r.AffectedModels)
	models := map[string][]string{}
	for _, b := range r.Breaking {
		models[b.Name] = b.Models
	}
	require.Equal(t, []string{"recommender"}, models["modelway-compute-general"], "it runs on nodes")
	require.Equal(t, []string{"churn", "fraud-detection"}, models["modelway-compute-models"])
	require.Empty(t, models["modelway-compute-system"], "its namespace has no model")
	require.Equal(t, "VPC", r.Breaking[0].What)
	require.True(t, r.Breaking[0].AllModels)
	require.Equal(t, []string{"cidrBlock"}, r.Breaking[0].Why)

	lb := reportOf(t, "lb-scheme.jsonl")
	require.Equal(t, []string{"spec.scheme"}, lb.Breaking[0].Why)
	require.Equal(t, []string{"churn", "fraud-detection", "recommender"}, lb.Breaking[0].Models)
	require.False(t, lb.Models[0].Traffic, "a network policy touches no traffic by itself")
}

func TestTrafficOfModels(t *testing.T) {
	canary := reportOf(t, "canary.jsonl").Models
	require.Len(t, canary, 2)
	require.Equal(t, []review.Detail{
		{What: "image of churn-canary", Before: "ghcr.io/modelway/model-server:0.2.0", After: "ghcr.io/modelway/model-server:0.3.0"},
		{What: "weight of churn", Before: "90%", After: "50%"},
		{What: "weight of churn-canary", Before: "10%", After: "50%"},
	}, canary[0].Details)
	moved := reportOf(t, "host-moved.jsonl").Models[0]
	require.Equal(t, []string{"recommend.localhost"}, moved.HostsGained)
	require.Equal(t, []string{"recommender.localhost"}, moved.HostsLost)
	removed := reportOf(t, "model-removed.jsonl").Models[0]
	require.Equal(t, review.Removed, removed.Change)
	require.Equal(t, []string{"api.localhost"}, removed.HostsLost)
}

func TestCost(t *testing.T) {
	c := reportOf(t, "cost-jump.jsonl").Cost
	require.Equal(t, "1716.00", c.Total.Change.String(), "three m6i.4xlarge and a NAT gateway")
	require.Equal(t, c.Total.Before+c.Total.Change, c.Total.After)
	var components review.Money
	for _, l := range c.Components {
		components += l.After
	}
	require.Equal(t, c.Total.After, components)
	require.Len(t, c.Models, 3, "a share of the nodes counts for its model")
	p := stored(t, "cost-jump.jsonl")
	for _, bills := range []*review.Bills{nil, {Before: cost.Bill{Region: "xx-1"}, After: cost.Bill{Region: "xx-1"}}} {
		r := review.Of(p, bills)
		require.Nil(t, r.Cost)
		require.NotEmpty(t, r.CostNote)
		require.Len(t, r.Evaluate([]review.Condition{{Kind: review.OnCost}}), 1, "what cannot be told does not pass")
	}
}

// with is a preview of the unchanged stack in which the platform uses more rules than there are.
func with(t *testing.T, used, quota float64) events.Preview {
	p := stored(t, "unchanged.jsonl")
	platform, _ := p.After().Platform()
	public := platform.Properties["capacity"].(map[string]any)["loadBalancers"].(map[string]any)["public"].(map[string]any)
	public["rules"] = map[string]any{"used": used, "quota": quota}
	return p
}

func TestHeadroom(t *testing.T) {
	for _, c := range []struct {
		used, quota float64
		mark        string
		trips       int
	}{{89, 100, "", 0}, {90, 100, review.MarkNear, 0}, {100, 100, review.MarkFull, 0}, {101, 100, review.MarkOver, 1},
		{1, 0, review.MarkOver, 1}} {
		r := review.Of(with(t, c.used, c.quota), nil)
		require.Contains(t, r.Headroom, review.Headroom{
			Of: "loadBalancers/public/rules", Before: &review.Use{Used: 3, Quota: 100}, After: &review.Use{Used: c.used, Quota: c.quota},
			Mark: c.mark,
		})
		require.Equal(t, "loadBalancers/public/rules" == r.Headroom[0].Of, c.mark != "", "what is marked comes first")
		require.Len(t, r.Evaluate([]review.Condition{{Kind: review.OnHeadroom}}), c.trips)
	}
	p := stored(t, "unchanged.jsonl")
	platform, _ := p.Before().Platform()
	delete(platform.Properties, "capacity")
	for _, h := range review.Of(p, nil).Headroom {
		require.Nil(t, h.Before, "an environment from before there was a capacity")
		require.NotNil(t, h.After)
	}
}

func TestPolicies(t *testing.T) {
	p := stored(t, "unchanged.jsonl")
	p.Policies = []events.Violation{
		{Policy: "b", Pack: "p", Level: "advisory", URN: "urn:pulumi:s::p::t::x", Message: "@team *look*"},
		{Policy: "z", Pack: "p", Level: "mandatory", Message: "no"}, {Policy: "b", Pack: "p", Level: "advisory", Message: "too"},
	}
	r := review.Of(p, nil)
	require.Equal(t, "z", r.Policies[0].Rule)
	require.Len(t, r.Policies[1].Violations, 2)
	require.Contains(t, r.Headline, "1 mandatory policy violation")
	require.NotContains(t, r.Markdown(review.CommentLimit), "@team", "nobody is notified")
	require.Equal(t, []review.Tripped{{Condition: "policy", Reason: "1 mandatory policy violation"}},
		r.Evaluate([]review.Condition{{Kind: review.OnPolicy}}))
	p.Policies = p.Policies[:1]
	policy := []review.Condition{{Kind: review.OnPolicy}}
	require.Equal(t, "no policy pack ran: preview with --policy-pack policies", review.Of(p, nil).Evaluate(policy)[0].Reason)
	p.PolicyPacks = []string{"p"}
	require.Empty(t, review.Of(p, nil).Evaluate(policy))
	p.PoliciesTold = false
	require.Contains(t, review.Of(p, nil).Evaluate(policy)[0].Reason, "the digest has no policy results")
}

func TestBrokenPoliciesLeaveTheRestOfTheReport(t *testing.T) {
	r := reportOf(t, "policy-broken.jsonl")
	require.False(t, r.Failed)
	require.NotNil(t, r.Cost)
	require.NotEmpty(t, r.Headroom)
	require.Equal(t, []string{"modelway"}, r.PolicyPacks)
	require.Equal(t, "deletion-protection", r.Policies[0].Rule)
	require.Equal(t, "The cluster of a production environment is protected from being deleted", r.Policies[0].Title)
	require.True(t, strings.HasPrefix(r.Policies[0].Violations[0].Message, "modelway-cluster: protect is false"))
	require.Equal(t, []review.Tripped{{Condition: "policy", Reason: "2 mandatory policy violations"}},
		r.Evaluate([]review.Condition{{Kind: review.OnPolicy}}))
}

func TestAllowedBreakingChanges(t *testing.T) {
	r := reportOf(t, "vpc-replaced.jsonl").Judge([]review.Condition{{Kind: review.OnBreaking}}, " label breaking-ok ")
	require.Empty(t, r.Tripped)
	require.Contains(t, r.Headline, "(allowed)")
	require.Contains(t, r.Markdown(review.CommentLimit), "Allowed: label breaking-ok")
	require.Len(t, r.Judge([]review.Condition{{Kind: review.OnBreaking}}, " ").Tripped, 1, "a reason must be given")
}

func TestParseFailOn(t *testing.T) {
	list, err := review.ParseFailOn(" breaking, refused,policy,cost>99.5 ,headroom")
	require.NoError(t, err)
	require.Equal(t, []review.Condition{{Kind: "breaking"}, {Kind: "refused"}, {Kind: "policy"}, {Kind: "cost", Over: 99*pricing.Dollar +
		50*pricing.Cent}, {Kind: "headroom"}}, list)
	require.Equal(t, "cost>99.50", list[3].String())
	none, err := review.ParseFailOn("")
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = review.ParseFailOn("braking,cost>,cost>NaN,cost>-1,,cost")
	for _, says := range []string{`"braking" is not a condition`, `"cost>": "" is not an amount`, `"cost>NaN"`, `"cost>-1"`,
		`"" is not a condition`, `"cost" is not a condition`} {
		require.ErrorContains(t, err, says)
	}
}

func TestColourIsOnlyThereWhenTold(t *testing.T) {
	r := reportOf(t, "vpc-replaced.jsonl")
	require.NotContains(t, r.Table(terminal.Terminal{}), "\x1b")
	require.Contains(t, r.Table(terminal.Terminal{Colour: true}), "\x1b[1;31m")
	p := stored(t, "failed.jsonl")
	p.Errors = []string{"\x1b[31mred\a"}
	require.NotContains(t, review.Of(p, nil).Table(terminal.Terminal{}), "\x1b", "a message cannot steer the terminal")
}

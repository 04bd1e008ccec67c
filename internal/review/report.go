// Package review tells the reviewers of a change what it does to an environment: what breaks and what that means for those on call, which
// models' traffic is touched, what headroom is left, what it costs a month, and what the policies found.
package review

import "github.com/modelway/modelway/internal/review/events"

// Report is what a preview means.
type Report struct {
	// Stack is the stack's name.
	Stack string `json:"stack"`
	// Headline is the report in one line.
	Headline string `json:"headline"`
	// Failed says that the preview failed. What would change is not known then.
	Failed bool `json:"failed"`
	// Errors are those of the preview.
	Errors []string `json:"errors"`
	// Warnings are those of the preview.
	Warnings []string `json:"warnings"`
	// Unseen are settings that change and of which an offline preview does not show what they do.
	Unseen []string `json:"unseen"`
	// Partial says why cost and headroom cannot be told; empty where they can.
	Partial string `json:"partial"`
	// Counts are the numbers of resources by what happens to them.
	Counts Counts `json:"counts"`
	// Breaking are the changes that interrupt service or lose data.
	Breaking []Break `json:"breaking"`
	// Allowed is the reason for which breaking changes are allowed; empty where they are not.
	Allowed string `json:"allowed"`
	// AffectedModels are the models whose traffic is touched, or that a breaking change affects.
	AffectedModels []string `json:"affectedModels"`
	// Models are the models whose own resources change.
	Models []ModelChange `json:"models"`
	// Egress is what changes of NAT gateways and subnets, with the models behind them.
	Egress []Egress `json:"egress"`
	// Groups are all changes, by component and model.
	Groups []Group `json:"groups"`
	// Leftovers are resources that an interrupted replacement left, and that would be deleted.
	Leftovers []string `json:"leftovers"`
	// Headroom is what is used of each quota.
	Headroom []Headroom `json:"headroom"`
	// Cost is the monthly cost; null where it cannot be told.
	Cost *Cost `json:"cost"`
	// CostNote says why there is no cost.
	CostNote string `json:"costNote"`
	// PoliciesTold says that the preview has policy results. The digest never has.
	PoliciesTold bool `json:"policiesTold"`
	// PolicyPacks are the names of the policy packs that ran.
	PolicyPacks []string `json:"policyPacks"`
	// Policies are the rules that were violated, mandatory ones first.
	Policies []Rule `json:"policies"`
	// Tripped are the conditions of --fail-on that hold.
	Tripped []Tripped `json:"tripped"`

	links Links
	// all is how many models there are before the change.
	all int
}

// Counts are numbers of resources.
type Counts struct {
	// Create is the number of resources to create, those to import among them.
	Create int `json:"create"`
	// Update is the number of resources to change in place.
	Update int `json:"update"`
	// Replace is the number of resources to delete and create again.
	Replace int `json:"replace"`
	// Delete is the number of resources to delete.
	Delete int `json:"delete"`
	// Same is the number of resources that the preview tells of and that stay.
	Same int `json:"same"`
}

// add counts a step.
func (c *Counts) add(op events.Op) {
	switch op {
	case events.OpCreate, events.OpImport:
		c.Create++
	case events.OpReplace:
		c.Replace++
	case events.OpDelete:
		c.Delete++
	case events.OpSame, events.OpRead:
		c.Same++
	default:
		c.Update++
	}
}

// changes is how many resources change.
func (c Counts) changes() int { return c.Create + c.Update + c.Replace + c.Delete }

// Of is the report of a preview. Bills are what the stack costs before and after it; nil where that is not known.
func Of(p events.Preview, bills *Bills) Report {
	before, after := p.Before(), p.After()
	r := Report{
		Stack: p.Stack, Failed: p.Failed, Errors: p.Errors, Warnings: p.Warnings, Leftovers: p.Leftovers, Unseen: p.Unseen,
		PoliciesTold: p.PoliciesTold, PolicyPacks: p.PolicyPacks, Policies: rules(p),
	}
	for _, s := range p.Steps {
		if s.Op.Changes() || !s.DefaultProvider() { // the engine does not count those either
			r.Counts.add(s.Op)
		}
	}
	m := modelsOf(p, before, after)
	r.all = len(m.all)
	r.Models = traffic(p.Steps, m)
	callable(r.Models, p.NewOutputs)
	r.Breaking = breaking(p.Steps, m, r.Models)
	r.Egress = egress(p.Steps, m)
	r.Groups = groups(p.Steps, m)
	r.AffectedModels = affected(r)
	switch {
	case p.Failed:
		r.Partial = "the preview failed"
	case !p.CompleteBefore || !p.CompleteAfter:
		r.Partial = "the preview leaves out resources that stay the same: run it with --show-sames"
	default:
		r.Headroom = headroom(before, after)
		r.Cost, r.CostNote = money(bills)
	}
	r.Headline = r.headline()
	return r
}

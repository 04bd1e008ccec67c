package review

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/review/events"
)

// Rule is a policy that was violated.
type Rule struct {
	// Rule is the policy's name.
	Rule string `json:"rule"`
	// Pack is the name of its policy pack.
	Pack string `json:"pack"`
	// Level is mandatory, advisory or remediate.
	Level string `json:"level"`
	// Title is what the rule requires: the first line of its messages, where all begin alike.
	Title string `json:"title"`
	// Violations are those of the rule, in the engine's order.
	Violations []Violation `json:"violations"`
}

// Violation is a resource that a policy objects to.
type Violation struct {
	// URN of the resource; empty for the whole stack.
	URN string `json:"urn"`
	// Message says what is wrong.
	Message string `json:"message"`
	// New says that the preview creates or changes the resource, so that the change may be what breaks the rule. Nothing is new where there
	// was nothing before.
	New bool `json:"new"`
}

// Mandatory is the level of policies that stop an update.
const Mandatory = "mandatory"

// rules groups violations, mandatory rules first.
func rules(p events.Preview) []Rule {
	all, touched := []Rule{}, map[string]bool{}
	if _, exists := p.Before().Platform(); exists {
		for _, s := range p.Steps {
			touched[s.URN] = s.Op.Changes()
		}
	}
	for _, v := range p.Policies {
		i := slices.IndexFunc(all, func(r Rule) bool { return r.Rule == v.Policy && r.Pack == v.Pack && r.Level == v.Level })
		if i < 0 {
			all = append(all, Rule{Rule: v.Policy, Pack: v.Pack, Level: v.Level})
			i = len(all) - 1
		}
		all[i].Violations = append(all[i].Violations, Violation{v.URN, v.Message, touched[v.URN]})
	}
	for i := range all {
		all[i].entitle()
	}
	rank := func(r Rule) int {
		if r.Level == Mandatory {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Pack, b.Pack), cmp.Compare(a.Level, b.Level))
	})
	return all
}

// entitle takes the line with which all messages begin for the title. The engine puts the rule's description there.
func (r *Rule) entitle() {
	title, _, _ := strings.Cut(r.Violations[0].Message, "\n")
	for _, v := range r.Violations {
		if !strings.HasPrefix(v.Message, title+"\n") {
			return
		}
	}
	r.Title = title
	for i, v := range r.Violations {
		r.Violations[i].Message = strings.TrimPrefix(v.Message, title+"\n")
	}
}

// advised is how many violations of rules that are not mandatory the change may have caused.
func (r Report) advised() (n int) {
	for _, rule := range r.Policies {
		for _, v := range rule.Violations {
			if v.New && rule.Level != Mandatory {
				n++
			}
		}
	}
	return n
}

// violations is how many there are of mandatory rules, and of all.
func (r Report) violations() (mandatories, all int) {
	for _, rule := range r.Policies {
		all += len(rule.Violations)
		if rule.Level == Mandatory {
			mandatories += len(rule.Violations)
		}
	}
	return mandatories, all
}

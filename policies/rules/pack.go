package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/strict"
)

// Reports that are no rules, by the names under which they are told. Both are advisory, and can be disabled as a rule can.
const (
	// CannotTell tells which rules have to wait for values.
	CannotTell = "cannot-tell-yet"
	// Exceptions tells which exceptions end soon, and which have nothing to allow.
	Exceptions = "policy-exceptions"
)

// soon is how many days before its end an exception is told.
const soon = 14

// Pack is the rules with the settings of one environment, on one day.
type Pack struct {
	policies config.Policies
	today    time.Time
	rules    []Rule
	byType   map[string][]*Rule
	anyType  []*Rule
}

// New completes the rules with settings. The error names every rule in them that does not exist, with the one that was probably meant.
func New(policies config.Policies, today time.Time) (*Pack, error) {
	p := &Pack{policies: policies, today: today.UTC().Truncate(24 * time.Hour), rules: All(), byType: map[string][]*Rule{}}
	var ids []string
	for i := range p.rules {
		rule := &p.rules[i]
		ids = append(ids, rule.ID)
		if rule.Each != nil && rule.Types == nil {
			p.anyType = append(p.anyType, rule)
		}
		for _, typ := range rule.Types {
			p.byType[typ] = append(p.byType[typ], rule)
		}
	}
	var faults []error
	refuse := func(at, id string, names []string) {
		if slices.Contains(names, id) {
			return
		}
		meant := ""
		if name, found := strict.Suggest(id, names); found {
			meant = fmt.Sprintf("; did you mean %q?", name)
		}
		faults = append(faults, fmt.Errorf("modelway:policies.%s: there is no rule %q%s", at, id, meant))
	}
	for _, id := range slices.Sorted(maps.Keys(policies.Levels)) {
		refuse("levels", id, append(ids, CannotTell, Exceptions))
	}
	for i, exception := range policies.Exceptions {
		refuse(fmt.Sprintf("exceptions[%d].rule", i), exception.Rule, ids)
	}
	if len(faults) > 0 {
		faults = append(faults, errors.New("policies/README.md lists the rules: correct the names in Pulumi.<stack>.yaml"))
	}
	return p, errors.Join(faults...)
}

// Rules are the rules, each with the level that holds.
func (p *Pack) Rules() []Rule {
	rules := slices.Clone(p.rules)
	for i := range rules {
		rules[i].Level = p.Level(rules[i].ID)
	}
	return rules
}

// Level is the level of a rule, or of a report, under the settings.
func (p *Pack) Level(id string) string {
	if level, given := p.policies.Levels[id]; given {
		return level
	}
	for _, rule := range p.rules {
		if rule.ID == id && !(rule.Relaxed && !p.policies.Production) {
			return rule.Level
		}
	}
	return config.PolicyAdvisory
}

// Resource judges one resource by the rules that look at each alone. What an exception allows, and what cannot be told, is left out.
func (p *Pack) Resource(r resource.Resource) []Finding {
	var broken []Finding
	for _, finding := range p.each(r) {
		if allowed, note := p.allowed(finding); !finding.Unknown && allowed < 0 {
			finding.Note = note
			broken = append(broken, finding)
		}
	}
	return broken
}

func (p *Pack) each(r resource.Resource) []Finding {
	c := Case{Policies: p.policies, Today: p.today.Format(time.DateOnly)}
	for _, rule := range slices.Concat(p.byType[r.Type], p.anyType) {
		if p.Level(rule.ID) != config.PolicyDisabled {
			c.rule = rule
			rule.Each(&c, r)
		}
	}
	return c.findings
}

// Report is what the rules say of a stack.
type Report struct {
	// Broken are the resources that break a rule, Unknown those of which that cannot be told yet. Each is in the order of the rules, then by
	// URN.
	Broken, Unknown []Finding
	// Exceptions are messages about exceptions.
	Exceptions []string
}

// Stack judges all resources by all rules.
func (p *Pack) Stack(s Stack) Report {
	var found []Finding
	for _, r := range s.All() {
		found = append(found, p.each(r)...)
	}
	c := Case{Policies: p.policies, Today: p.today.Format(time.DateOnly)}
	order := map[string]int{}
	for i := range p.rules {
		order[p.rules[i].ID] = i
		if c.rule = &p.rules[i]; c.rule.Whole != nil && p.Level(c.rule.ID) != config.PolicyDisabled {
			c.rule.Whole(&c, s)
		}
	}
	found = append(found, c.findings...)
	slices.SortStableFunc(found, func(a, b Finding) int { return order[a.Rule] - order[b.Rule] })

	var report Report
	used := map[int]bool{}
	for _, finding := range found {
		i, note := p.allowed(finding)
		switch finding.Note = note; {
		case i >= 0:
			used[i] = true
		case finding.Unknown:
			report.Unknown = append(report.Unknown, finding)
		default:
			report.Broken = append(report.Broken, finding)
		}
	}
	report.Exceptions = p.remind(used)
	return report
}

// allowed is the place of the exception that allows a finding, or -1 with a note on one that did until it expired.
func (p *Pack) allowed(f Finding) (at int, note string) {
	for i, exception := range p.policies.Exceptions {
		if exception.Rule != f.Rule || !glob(exception.Resource, f.Name) && !glob(exception.Resource, f.URN) {
			continue
		}
		if p.left(exception) >= 0 {
			return i, ""
		}
		note = fmt.Sprintf("An exception (%s) expired on %s.", exception.Reason, exception.Expires)
	}
	return -1, note
}

// left is the number of days that an exception still counts, today not among them; it is negative after the last one.
func (p *Pack) left(exception config.PolicyException) int {
	last, err := time.Parse(time.DateOnly, exception.Expires)
	if err != nil {
		return -1
	}
	return int(last.Sub(p.today) / (24 * time.Hour))
}

// remind tells of exceptions that end soon, and of those that have nothing to allow.
func (p *Pack) remind(used map[int]bool) (messages []string) {
	for i, exception := range p.policies.Exceptions {
		what := fmt.Sprintf("modelway:policies.exceptions[%d] (%s of %s: %s)", i, exception.Rule, exception.Resource, exception.Reason)
		switch left := p.left(exception); {
		case left < 0:
			messages = append(messages, fmt.Sprintf("%s expired on %s. Fix: remove it.", what, exception.Expires))
		case !used[i]:
			messages = append(messages, what+" allows nothing: no such resource breaks the rule. Fix: remove it.")
		case left <= soon:
			messages = append(messages, fmt.Sprintf("%s ends in %s, on %s. Fix: put it right until then.", what, plural(left, "day"),
				exception.Expires))
		}
	}
	return messages
}

// Waiting writes what cannot be told yet, a message a rule however many resources it is about.
func (r Report) Waiting() []string {
	const shown = 3
	var messages []string
	for i := 0; i < len(r.Unknown); {
		rule := r.Unknown[i].Rule
		var names, properties []string
		for ; i < len(r.Unknown) && r.Unknown[i].Rule == rule; i++ {
			if f := r.Unknown[i]; !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
			if property := indexes.ReplaceAllString(r.Unknown[i].Property, "[]"); !slices.Contains(properties, property) {
				properties = append(properties, property)
			}
		}
		of := strings.Join(names[:min(shown, len(names))], ", ")
		if more := len(names) - shown; more > 0 {
			of += fmt.Sprintf(" and %d more", more)
		}
		verb := "is"
		if len(properties) > 1 {
			verb = "are"
		}
		messages = append(messages, fmt.Sprintf("%s of %s: %s %s known only at up", rule, of, strings.Join(properties, ", "), verb))
	}
	return messages
}

package review

import "github.com/modelway/modelway/internal/resource"

func (r Report) violated() section {
	s := section{title: "Policies", head: []string{"Rule", "Level", "Resource", "Message"}}
	switch {
	case r.Failed:
	case !r.PoliciesTold:
		s.note = "The digest has no policy results; the event log has them."
	case len(r.PolicyPacks) == 0:
		s.note = "No policy pack ran."
	}
	s.rows = r.findings(func(rule Rule, v Violation) bool { return rule.Level == Mandatory || v.New })
	return s
}

// known are the findings that this change did not cause: those of rules that are not mandatory on what it leaves as it is.
func (r Report) known() section {
	return section{title: "Other advisory findings", folded: true, head: []string{"Rule", "Level", "Resource", "Message"},
		rows: r.findings(func(rule Rule, v Violation) bool { return rule.Level != Mandatory && !v.New })}
}

func (r Report) findings(which func(Rule, Violation) bool) (rows [][]cell) {
	for _, rule := range r.Policies {
		for _, v := range rule.Violations {
			name := "the stack"
			if v.URN != "" {
				name = resource.NameOf(v.URN)
			}
			if which(rule, v) {
				rows = append(rows, []cell{code(rule.Rule), prose(rule.Level), code(name), prose(v.Message)})
			}
		}
	}
	return rows
}

package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/modelway/modelway/internal/slo"
)

// objectives are those of all models.
func objectives() Dashboard {
	panels := []Panel{
		{
			Title: "Objectives", Question: "Which models keep what they promise, and whose are they?", Kind: Table, Wide: true,
			Queries: []Query{
				{"max by (model, owner, slo, objective) (" + slo.Objective + ")", "promised", units.PercentUnit},
				{"min by (model, owner, slo, objective) (" + slo.BudgetLeft + ")", "budget left", units.PercentUnit},
			},
		},
		{
			Title: "Error budget left", Question: "Since when is a budget used up?", Kind: Lines, Wide: true,
			Queries: []Query{{"min by (model, slo) (" + slo.BudgetLeft + ")", "{{model}} {{slo}}", units.PercentUnit}},
		},
	}
	for _, b := range slo.Burns()[:2] {
		panels = append(panels, Panel{
			Title:    "Burn rate, " + b.Long,
			Question: fmt.Sprintf("How many times as fast as it may does a model use up its budget? From %v on somebody is woken.", b.Factor),
			Kind:     Lines, Alarm: b.Factor,
			Queries: []Query{{fmt.Sprintf("%s / on (model, slo) (1 - %s)", slo.Ratio(slo.Model, b.Long), slo.Objectives), "{{model}} {{slo}}",
				units.Short}},
		})
	}
	return Dashboard{
		UID: "modelway-objectives", Title: "Modelway / Objectives", Answers: "Which models keep their objectives?", Panels: panels,
	}
}

// Package dashboards has the table of Grafana's dashboards of an environment: what each panel asks Prometheus, and which question of
// somebody who has just been woken it answers. It is pure, and writes the dashboards as Grafana reads them.
package dashboards

import (
	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/slo"
)

// Dashboard is a page of panels.
type Dashboard struct {
	// UID is its identifier, which is part of its address, and the name of the object that has it.
	UID string
	// Title of the page, and Answers, the sentence below it.
	Title, Answers string
	// Models is the query of the series whose label model fills the variable model. Default "": the page has no variable.
	Models string
	// Nodes tells whether it shows nothing in an environment without node groups.
	Nodes bool
	// Panels from left to right and down.
	Panels []Panel
}

// Tag is on every dashboard, so that each links to all others.
const Tag = "modelway"

// variable is the name of the variable with the model, and chosen selects the series of it.
const (
	variable = "model"
	chosen   = `model="$` + variable + `"`
	ofModel  = "{" + chosen + "}"
)

// All are the dashboards.
func All() []Dashboard {
	return []Dashboard{platform(), model(), canary(), objectives(), loadBalancers(), controllers(), accelerators()}
}

// Of are the dashboards of an environment.
func Of(m monitoring.Plan) []Dashboard {
	var all []Dashboard
	for _, d := range All() {
		if !d.Nodes || m.Nodes {
			all = append(all, d)
		}
	}
	return all
}

// Pages are the dashboards of an environment as Grafana reads them, by their identifier.
func Pages(m monitoring.Plan) (map[string]string, error) {
	pages := map[string]string{}
	for _, d := range Of(m) {
		written, err := d.JSON()
		if err != nil {
			return nil, err
		}
		pages[d.UID] = written
	}
	return pages, nil
}

// address of a model's dashboard within Grafana. The model is the value of the field that the link is on.
const address = "/d/" + alerts.ModelDashboard + "?var-" + variable + "=${__value.raw}"

// everyModel and everyCanary list models for the variable, and models that have a canary.
const (
	everyModel  = slo.Workload
	everyCanary = slo.Workload + `{track="canary"}`
)

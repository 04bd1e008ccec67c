package monitoring

import (
	"strings"

	"github.com/modelway/modelway/internal/dashboards"
)

// Panels are the queries of all panels, of one model, by the dashboard, the panel and, where it has several, the legend.
func Panels(model string) map[string]string {
	all := map[string]string{}
	for _, d := range dashboards.All() {
		for _, p := range d.Panels {
			for _, q := range p.Queries {
				place := d.UID + ": " + p.Title
				if len(p.Queries) > 1 {
					place += ": " + q.Legend
				}
				all[place] = strings.ReplaceAll(q.Expr, "$model", model)
			}
		}
	}
	return all
}

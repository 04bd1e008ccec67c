package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/metrics"
)

// loadBalancers are the load balancers, the addresses around them, and how much room there is.
func loadBalancers() Dashboard {
	part := func(kind string) []Query {
		return []Query{{fmt.Sprintf("%s{kind=%q} / %s", alerts.Used, kind, alerts.Limit), "{{of}}: {{resource}}", units.PercentUnit}}
	}
	return Dashboard{
		UID: "modelway-load-balancers", Title: "Modelway / Load balancers",
		Answers: "Is there room for the next model, and does AWS do what is asked?",
		Panels: []Panel{
			{
				Title: "Quotas", Question: "Which quota of AWS ends next, with all models at their largest?", Kind: Bars, Alarm: alerts.NearlyFull,
				Queries: part(alerts.LoadBalancers),
			},
			{
				Title: "Addresses", Question: "Which subnets are nearly full, with all models at their largest?", Kind: Bars, Alarm: alerts.NearlyFull,
				Queries: part(alerts.Addresses),
			},
			{
				Title: "Room", Question: "How many more rules, targets and addresses are there?", Kind: Table, Wide: true,
				Queries: []Query{
					{"max by (kind, of, resource) (" + alerts.Used + ")", "taken", units.Short},
					{"max by (kind, of, resource) (" + alerts.Limit + ")", "there", units.Short},
				},
			},
			{
				Title: "Calls that AWS refuses", Question: "Why does the controller not change a load balancer: a missing right, a quota, throttling?",
				Kind: Lines, Wide: true,
				Queries: []Query{{"sum by (service, operation, error_code) (rate(" + metrics.AwsCalls + `{error_code!=""}[` + metrics.Window + "]))",
					"{{operation}} {{error_code}}", units.RequestsPerSecond}},
			},
		},
	}
}

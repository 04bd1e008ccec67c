package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/slo"
)

// canary sets a canary against the stable version beside it.
func canary() Dashboard {
	return Dashboard{
		UID: "modelway-canary", Title: "Modelway / Canary", Answers: "Is the canary as good as the stable version?", Models: everyCanary,
		Panels: []Panel{
			{
				Title: "Score", Question: fmt.Sprintf("How many standard errors is the canary worse over half an hour? Above %d it is more than "+
					"chance; no number means that neither version had a bad request.", alerts.MinCanaryScore), Kind: Lines, Alarm: alerts.MinCanaryScore,
				Queries: []Query{{slo.CanaryScore + ofModel, "{{slo}}", units.Short}},
			},
			{
				Title: "Requests in half an hour", Question: fmt.Sprintf("Has it had enough requests to be judged? From %d of the canary on.",
					alerts.MinCanaryRequests), Kind: Lines,
				Queries: []Query{{"max by (track, version) (" + slo.Counted(slo.Version, "30m") + ofModel + ")", byVersion, units.Short}},
			},
			{
				Title: "Bad requests in half an hour", Question: "Which version fails more, or is slower?", Kind: Lines,
				Queries: []Query{{slo.Ratio(slo.Version, "30m") + ofModel, byVersion + " {{slo}}", units.PercentUnit}},
			},
			{
				Title: "Share of requests", Question: "Does the canary get the part of requests that its weight says?", Kind: Lines,
				Queries: []Query{{fmt.Sprintf("sum by (track) (%[1]s) / on () group_left () sum(%[1]s)", slo.Requests+ofModel), byTrack,
					units.PercentUnit}},
			},
			{
				Title: "Latency, half of the requests", Question: "Is the canary slower for most callers?", Kind: Lines,
				Queries: []Query{{slo.P50 + ofModel, byVersion, units.Seconds}},
			},
			{
				Title: "Latency, 99 of 100", Question: "Is the canary slower for the unlucky ones?", Kind: Lines,
				Queries: []Query{{slo.P99 + ofModel, byVersion, units.Seconds}},
			},
		},
	}
}

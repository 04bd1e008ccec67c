package slo

import (
	"fmt"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/serving"
)

// Demand is the query of the requests a second that all pods of a version take together. It has one value: 0 where pods are scraped that
// have counted no request yet. Where nothing is known it has none, so that no version is scaled down for want of a measurement.
//
// After Prometheus has started anew, rates need a second scrape, and it is 0 for one interval. Autoscalers obey the highest number of the
// last five minutes
// (https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#stabilization-window).
func Demand(v serving.Version) string {
	of := fmt.Sprintf("model=%q,track=%q", v.Model.Name, track(v))
	return fmt.Sprintf("sum(%s{%s}) or sum(%s{job=%q,%s} == 1) * 0", Requests, of, metrics.Up, metrics.Job, of)
}

// Package traffic tells what Prometheus measured of models in the last minutes: requests, failures, latency, and which alerts are on.
package traffic

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/terminal"
)

// Column is what is asked of each model.
type Column string

// The columns. Rates are by second, Failed is a rate too, and latencies are in seconds.
const (
	Requests Column = "requests"
	Failed   Column = "failed"
	P50      Column = "p50"
	P99      Column = "p99"
)

// Queries are the queries of the columns, by model, whatever serves it.
func Queries() map[Column]string {
	byModel := func(query string) string { return "sum by (model) (" + query + ")" }
	quantile := func(q string) string {
		return metrics.Any(func(r metrics.Runtime) string {
			if r.Histogram == "" {
				return ""
			}
			return fmt.Sprintf("histogram_quantile(%s, sum by (model, le) (rate(%s_bucket[%s])))", q, r.Histogram, metrics.Window)
		})
	}
	return map[Column]string{
		Requests: byModel(metrics.Any(func(r metrics.Runtime) string { return r.Requests })),
		Failed:   byModel(metrics.Any(func(r metrics.Runtime) string { return r.Errors })),
		P50:      quantile("0.5"),
		P99:      quantile("0.99"),
	}
}

// Model is what was measured of a model. Columns that nothing was measured of are not there.
type Model struct {
	Name   string
	Values map[Column]float64
}

// Join brings the answers of the queries together, by model.
func Join(answers map[Column]map[string]float64) []Model {
	all := map[string]Model{}
	for column, values := range answers {
		for name, value := range values {
			if name == "" || math.IsNaN(value) {
				continue
			}
			if all[name].Values == nil {
				all[name] = Model{Name: name, Values: map[Column]float64{}}
			}
			all[name].Values[column] = value
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b Model) int { return strings.Compare(a.Name, b.Name) })
}

// Table has a row for each model; "-" stands where nothing was measured.
func Table(in terminal.Terminal, models []Model) string {
	table := sheet.Of("model", "requests/s:", "failed:", "p50:", "p99:")
	for _, m := range models {
		table.Add(m.Name, m.text(Requests, func(v float64) string { return fmt.Sprintf("%.2f", v) }), m.failed(),
			m.text(P50, latency), m.text(P99, latency))
	}
	return table.TextIn(in, 0)
}

func (m Model) text(column Column, write func(float64) string) string {
	value, measured := m.Values[column]
	if !measured {
		return "-"
	}
	return write(value)
}

// failed is the part of requests that failed.
func (m Model) failed() string {
	return m.text(Failed, func(failed float64) string {
		all := m.Values[Requests]
		if all == 0 {
			return "-"
		}
		return fmt.Sprintf("%.2f %%", 100*failed/all)
	})
}

func latency(seconds float64) string {
	if seconds >= 1 {
		return fmt.Sprintf("%.1fs", seconds)
	}
	return time.Duration(seconds * float64(time.Second)).Round(100 * time.Microsecond).String()
}

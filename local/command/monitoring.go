package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/traffic"

	"github.com/modelway/modelway/local/supervisor"
)

// hasMonitoring says whether settings switch the monitoring on.
func hasMonitoring(settings map[string]any) bool {
	return object(settings["modelway:monitoring"])["enabled"] == true
}

// pagePatience is how long `modelway up` waits for the pages, whose pods the operator makes once the release is installed.
const pagePatience = 30 * time.Second

// writeMonitoring prints where the pages of the monitoring are, once those that start answer, or why there are none.
func writeMonitoring(ctx context.Context, out io.Writer, s supervisor.Status, patience time.Duration) (prometheus string) {
	client, err := s.Client()
	if err != nil {
		return "" // writeIdle says so
	}
	ctx, cancel := context.WithTimeout(ctx, patience+statusTimeout)
	defer cancel()
	deadline := time.Now().Add(patience)
	for _, p := range pages {
		found := p.find(ctx, client)
		for found.starts && time.Now().Before(deadline) {
			time.Sleep(200 * time.Millisecond)
			found = p.find(ctx, client)
		}
		fmt.Fprintf(out, "%-12s %s\n", p.name, found)
		if p == prometheusPage {
			prometheus = found.url
		}
	}
	return prometheus
}

// writeTraffic prints what a Prometheus measured of each model, and which alerts are on.
func writeTraffic(ctx context.Context, out io.Writer, prometheus string) {
	if prometheus == "" {
		return // writeMonitoring has said why
	}
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	models, err := traffic.Ask(ctx, prometheus)
	switch {
	case err != nil:
		fmt.Fprintf(out, "%-12s unknown: %v\n", "traffic", err)
	case len(models) == 0:
		fmt.Fprintf(out, "%-12s nothing was measured in the last %s\n", "traffic", metrics.Window)
	default:
		fmt.Fprintf(out, "\n%s", traffic.Table(models))
	}
	if alerts, err := traffic.Alerts(ctx, prometheus); err != nil {
		fmt.Fprintf(out, "%-12s unknown: %v\n", "alerts", err)
	} else if len(alerts) > 0 {
		fmt.Fprintf(out, "\n%s", traffic.AlertTable(alerts))
	}
}

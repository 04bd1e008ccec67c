package command

import (
	"context"
	"fmt"
	"time"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/project"
	"github.com/modelway/modelway/internal/traffic"

	"github.com/modelway/modelway/local/standing"
	"github.com/modelway/modelway/local/supervisor"
)

// hasMonitoring says whether settings switch the monitoring on.
func hasMonitoring(settings map[string]any) bool {
	return object(settings["modelway:monitoring"])["enabled"] == true
}

// pagePatience is how long `modelway up` waits for the pages, whose pods the operator makes once the release is installed.
const pagePatience = 30 * time.Second

// monitoringPages tells where the pages of the monitoring are, once those that start answer, or why there are none.
func monitoringPages(ctx context.Context, s supervisor.Status, patience time.Duration) (facts []standing.Fact, prometheus string) {
	client, err := s.Client()
	if err != nil {
		return nil, "" // idlePods says so
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
		facts = append(facts, standing.Fact{Name: p.name, Text: project.Callable(found.String(), ".")})
		if p == prometheusPage {
			prometheus = found.url
		}
	}
	return facts, prometheus
}

// measure adds what a Prometheus measured of each model, and which alerts are on.
func measure(ctx context.Context, told *standing.Stack, prometheus string) {
	if prometheus == "" {
		return // monitoringPages has said why
	}
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	missing := func(name, text string) {
		told.Unmeasured = append(told.Unmeasured, standing.Fact{Name: name, Text: text})
	}
	var err error
	if told.Models, err = traffic.Ask(ctx, prometheus); err != nil {
		missing("traffic", fmt.Sprintf("unknown: %v", err))
	} else if len(told.Models) == 0 {
		missing("traffic", fmt.Sprintf("nothing was measured in the last %s", metrics.Window))
	}
	if told.Alerts, err = traffic.Alerts(ctx, prometheus); err != nil {
		missing("alerts", fmt.Sprintf("unknown: %v", err))
	}
}

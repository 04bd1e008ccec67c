package repo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/dashboards"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/slo"
)

const (
	monitoringPage = "docs/monitoring.md"
	runbooksPage   = "docs/runbooks.md"
)

func generatedFrom(what string) string {
	return "<!-- Generated from " + what + " by `go test ./test/repo -update`. Do not edit. -->\n"
}

// TestMonitoringTablesAreCurrent compares the tables of docs/monitoring.md with what decides; with -update it writes them.
func TestMonitoringTablesAreCurrent(t *testing.T) {
	for what, table := range map[string]string{
		"internal/metrics":                      metricTable(metrics.Contract()),
		"the drift of internal/metrics":         metricTable(metrics.Drift()),
		"the buckets of internal/metrics":       bucketsText(),
		"the target labels of internal/metrics": targetTable(),
		"the runtimes of internal/metrics":      runtimeTable(),
		"internal/slo":                          burnTable(),
		"internal/alerts":                       alertTable(),
		"internal/dashboards":                   dashboardTable(),
	} {
		requireTable(t, monitoringPage, generatedFrom(what), table)
	}
}

func metricTable(all []metrics.Metric) string {
	table := strings.Builder{}
	table.WriteString(sheet.Row("metric", "type", "unit", "labels", "meaning") + "|---|---|---|---|---|\n")
	for _, m := range all {
		table.WriteString(sheet.Row(sheet.Code(m.Name), m.Type, m.Unit, strings.Join(m.Labels, ", "), m.Meaning))
	}
	return table.String()
}

func bucketsText() string {
	var bounds []string
	for _, bound := range metrics.Buckets {
		bounds = append(bounds, strings.TrimSuffix(metrics.Le(bound), ".0"))
	}
	return strings.Join(bounds, ", ") + "\n"
}

func targetTable() string {
	table := strings.Builder{}
	table.WriteString(sheet.Row("label", "from", "is") + "|---|---|---|\n")
	for _, l := range metrics.TargetLabels() {
		table.WriteString(sheet.Row(sheet.Code(l.Name), l.From, l.Meaning))
	}
	return table.String()
}

func runtimeTable() string {
	table := strings.Builder{}
	table.WriteString(sheet.Row("server", "of formats", "latency from", "failures from", "does not tell") + "|---|---|---|---|---|\n")
	for _, r := range metrics.Runtimes() {
		formats, histogram, failures := strings.Join(r.Formats, ", "), "nothing", "itself"
		if formats == "" {
			formats = "images only"
		}
		if r.Histogram != "" {
			histogram = sheet.Code(r.Histogram)
		}
		if r.Errors == "" {
			failures = "the load balancer"
		}
		table.WriteString(sheet.Row(r.Name, formats, histogram, failures, r.Missing))
	}
	return table.String()
}

func burnTable() string {
	table := strings.Builder{}
	table.WriteString(sheet.Row("long window", "short window", "times as fast as the budget allows", "budget used in the long window", "severity") +
		"|---|---|---|---|---|\n")
	for _, b := range slo.Burns() {
		table.WriteString(sheet.Row(b.Long, b.Short, fmt.Sprint(b.Factor), fmt.Sprintf("%d %%", b.Spent), b.Severity))
	}
	return table.String()
}

func alertTable() string {
	table := strings.Builder{}
	table.WriteString(sheet.Row("alert", "raised when", "for", "severity") + "|---|---|---|---|\n")
	for _, a := range alerts.All() {
		held := a.For
		if held == "" {
			held = "at once"
		}
		table.WriteString(sheet.Row("["+a.Name+"](runbooks.md#"+strings.ToLower(a.Name)+")", a.When, held, a.Severity))
	}
	return table.String()
}

func dashboardTable() string {
	table := strings.Builder{}
	table.WriteString(sheet.Row("dashboard", "panel", "answers") + "|---|---|---|\n")
	for _, d := range dashboards.All() {
		table.WriteString(sheet.Row("**"+strings.TrimPrefix(d.Title, "Modelway / ")+"** "+sheet.Code(d.UID), "", d.Answers))
		for _, p := range d.Panels {
			table.WriteString(sheet.Row("", p.Title, p.Question))
		}
	}
	return table.String()
}

// TestEveryAlertHasARunbook requires a section for each alert, and none for what is no alert, with the four parts that somebody needs who
// has just been woken.
func TestEveryAlertHasARunbook(t *testing.T) {
	_, page, _ := strings.Cut(read(t, runbooksPage), "\n## ")
	sections := map[string]string{}
	for section := range strings.SplitSeq(page, "\n## ") {
		title, text, _ := strings.Cut(section, "\n")
		sections[title] = text
	}
	known := map[string]bool{}
	for _, a := range alerts.All() {
		known[a.Name] = true
		last := 0
		for _, part := range []string{"\n**Means.** ", "\n**First.**", "\n**Causes.** ", "\n**Fix.** "} {
			at := strings.Index(sections[a.Name], part)
			require.Greater(t, at, last-1, "%s: the section of %s lacks %q, or has it out of order", runbooksPage, a.Name, strings.TrimSpace(part))
			last = at
		}
	}
	for title := range sections {
		require.True(t, known[title], "%s has a section for %s, which is no alert", runbooksPage, title)
	}
}

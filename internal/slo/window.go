package slo

import "github.com/modelway/modelway/internal/monitoring"

// Burn is a row of the table of multiwindow, multi-burn-rate alerts: requests fail so many times as fast as the budget allows, over a long
// window, and still over a short one, so that the alert ends soon after the fault does
// (https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts).
type Burn struct {
	// Long and Short windows, and Factor, how many times as fast as the whole budget would be used up in 30 days.
	Long, Short string
	Factor      float64
	// Spent is the part of the budget that is used up within the long window, in percent.
	Spent int
	// Severity of the alert: one of those of package monitoring.
	Severity string
	// For is how long it has to hold.
	For string
}

// Burns are the rows, the fastest first.
func Burns() []Burn {
	return []Burn{
		{Long: "1h", Short: "5m", Factor: 14.4, Spent: 2, Severity: monitoring.SeverityCritical, For: "2m"},
		{Long: "6h", Short: "30m", Factor: 6, Spent: 5, Severity: monitoring.SeverityCritical, For: "15m"},
		{Long: "1d", Short: "2h", Factor: 3, Spent: 10, Severity: monitoring.SeverityWarning, For: "1h"},
		{Long: "3d", Short: "6h", Factor: 1, Spent: 10, Severity: monitoring.SeverityWarning, For: "3h"},
	}
}

// window is a range over which good and bad requests are counted.
type window struct {
	name string
	// step of the samples that are summed: those of the base rates for short windows, every fifth minute for long ones, so that three days of
	// a thousand models stay far below the 50 million samples that one query may load.
	step string
	// seconds between two samples that are summed.
	seconds int
}

const (
	baseInterval = "30s"
	daysInterval = "2m"
)

// windows are all ranges that the alerts need, the base rates' own aside.
var (
	hours = []window{{"30m", "", 30}, {"1h", "", 30}, {"2h", "", 30}}
	days  = []window{{"6h", ":5m", 300}, {"1d", ":5m", 300}, {"3d", ":5m", 300}}
)

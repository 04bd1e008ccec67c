package alerts_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/monitoring"
)

// Rows of one name differ in their labels, so that none hides another, and each says what people need.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range alerts.All() {
		key := fmt.Sprint(a.Name, a.Labels)
		require.False(t, seen[key], key)
		seen[key] = true
		require.Contains(t, append(monitoring.DefaultReceiver().Severities, monitoring.SeverityNone), a.Severity,
			"%s reaches a receiver that names no severities", key)
		require.NotEmpty(t, a.When, key)
		require.Equal(t, a.Model, strings.HasPrefix(a.Summary, "{{ $labels.model }}: "), "%s: a summary begins with the model", key)
	}
}

func TestRulesLinkToRunbookAndDashboard(t *testing.T) {
	rule := func(o alerts.Options, name string) map[string]string {
		for _, r := range alerts.Rules(o).Rules {
			if r.Alert == name {
				return r.Annotations
			}
		}
		return nil
	}
	given := alerts.Options{Runbooks: "https://wiki.company.com/runbooks", Grafana: "https://grafana.company.com"}
	require.Equal(t, "https://wiki.company.com/runbooks#modelnotready", rule(given, "ModelNotReady")["runbook_url"])
	require.Equal(t, "https://grafana.company.com/d/modelway-model?var-model={{ $labels.model }}",
		rule(given, "ModelNotReady")[monitoring.DashboardAnnotation])
	require.Equal(t, "https://grafana.company.com/d/modelway-platform", rule(given, "AddressesNearEnd")[monitoring.DashboardAnnotation])
	bare := rule(alerts.Options{}, "ModelNotReady")
	require.Equal(t, alerts.DefaultRunbooks+"#modelnotready", bare["runbook_url"])
	require.NotContains(t, bare, monitoring.DashboardAnnotation)
}

func TestRoomLeavesOutWhatHasNoLimit(t *testing.T) {
	group := alerts.Room([]alerts.Headroom{{Kind: alerts.Addresses, Resource: "pods", Of: "the fullest zone", Used: 100}})
	require.Empty(t, group.Rules)
}

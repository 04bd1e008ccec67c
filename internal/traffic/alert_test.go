package traffic_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/terminal"
	"github.com/modelway/modelway/internal/traffic"
)

// TestAlerts has a Prometheus with alerts that are on, and wants those that fire first.
func TestAlerts(t *testing.T) {
	asked := ""
	prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query().Get("query")
		var result []any
		for _, labels := range []map[string]string{
			{"alertname": "ModelErrorBudgetBurn", "model": "churn", "slo": "availability", "long": "6h", "severity": "critical", "alertstate": "pending"},
			{"alertname": "ModelErrorBudgetBurn", "model": "churn", "slo": "availability", "long": "1h", "severity": "critical", "alertstate": "firing"},
			{"alertname": "AddressesNearEnd", "severity": "warning", "alertstate": "firing"},
		} {
			result = append(result, map[string]any{"metric": labels, "value": []any{1.5, "1"}})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"result": result}})
	}))
	defer prometheus.Close()
	alerts, err := traffic.Alerts(t.Context(), prometheus.URL)
	require.NoError(t, err)
	require.Equal(t, `ALERTS{alertname!="Watchdog"}`, asked)
	require.Equal(t, strings.TrimLeft(`
ALERT                 MODEL  OBJECTIVE     OVER  SEVERITY  STATE
AddressesNearEnd      -      -             -     warning   firing
ModelErrorBudgetBurn  churn  availability  1h    critical  firing
ModelErrorBudgetBurn  churn  availability  6h    critical  pending
`, "\n"), traffic.AlertTable(terminal.Terminal{}, alerts))
}

func TestAlertsRefused(t *testing.T) {
	_, err := traffic.Alerts(t.Context(), "http://127.0.0.1:1")
	require.ErrorContains(t, err, "connection refused")
}

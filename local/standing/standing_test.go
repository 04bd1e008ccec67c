package standing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/terminal"
	"github.com/modelway/modelway/internal/traffic"

	"github.com/modelway/modelway/local/standing"
)

// up is a stack with everything that there is to tell.
func up() standing.Stack {
	long := strings.Repeat("fraud-", 6) + "detection"
	return standing.Stack{
		Facts: []standing.Fact{
			{Name: "mlflow", Text: "http://127.0.0.1:5000, see docs/promotion.md"},
			{Name: "stack", Text: "local"},
			{Name: "kubectl", Text: ".modelway/bin/kubectl --kubeconfig .modelway/kubernetes/kubernetes-admin.kubeconfig get pods -A", Command: true},
			{Name: "kserve", Text: "real: the controller of v0.16.0 with its charts and webhooks; cert-manager's programs stand in"},
			{Name: "logs", Text: ".modelway/logs"},
			{Name: "volumes", Text: "at their real paths: each container has a mount namespace"},
			{Name: "prometheus", Text: "http://127.0.0.8:9090"},
		},
		URLs: map[string]string{
			"churn": "http://localhost:8080/v1/models/churn:predict", long: "http://localhost:8080/v1/models/" + long + ":predict",
		},
		Models: []traffic.Model{
			{Name: "churn", Values: map[traffic.Column]float64{traffic.Requests: 19.93, traffic.Failed: 0.1, traffic.P50: 0.004, traffic.P99: 0.0112}},
			{Name: long, Values: map[traffic.Column]float64{traffic.Requests: 1200}},
		},
		Alerts: []traffic.Alert{{Name: "ModelErrorBudgetBurn", Model: long, Objective: "availability", Window: "1h", Severity: "critical",
			State: "firing"}},
	}
}

func TestStackOnScreens(t *testing.T) {
	recorder.Screens(t, "up", up().Text)
	recorder.Screens(t, "down", standing.Stack{
		Facts:      []standing.Fact{{Name: "command", Text: "one is at work on this checkout's local stack"}},
		Unmeasured: []standing.Fact{{Name: "traffic", Text: "unknown: " + strings.Repeat("the server does not answer, ", 5)}},
	}.Text)
}

func TestURLs(t *testing.T) {
	urls := map[string]string{"b": "http://b", "long": "http://long"}
	require.Equal(t, "\n  b     http://b  (stopped)\n  long  http://long\n",
		standing.URLs(terminal.Terminal{}, urls, map[string]string{"b": "stopped"}))
}

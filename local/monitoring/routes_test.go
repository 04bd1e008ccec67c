package monitoring_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/monitoring"

	"github.com/modelway/modelway/local/testcluster"
)

// TestRoutesOfAlerts has Alertmanager's own tool take the configuration that the platform makes of its receivers, and tell who gets which
// alert.
func TestRoutesOfAlerts(t *testing.T) {
	testcluster.Build(t, "amtool")
	config := monitoring.AlertmanagerConfig(monitoring.Alerts{DeadMansSwitch: "dead-mans-switch/url", Receivers: []monitoring.Receiver{
		{Name: "everyone", Type: monitoring.TypeSns, Severities: []string{"critical"}, TopicArn: "arn:aws:sns:us-east-1:111122223333:ml"},
		{Name: "risk", Type: monitoring.TypeSlack, Teams: []string{"risk", "fraud"}, Severities: []string{"critical", "warning"},
			Secret: "slack/url"},
	}})
	text, err := yaml.Marshal(config)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "alertmanager.yaml")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	amtool := func(args ...string) string {
		command := exec.Command(filepath.Join(testcluster.Bin(t), "amtool"), args...)
		command.Env = append(os.Environ(), "HOME="+t.TempDir())
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s\n%s", output, text)
		return strings.TrimSpace(string(output))
	}
	require.Contains(t, amtool("check-config", file), "SUCCESS")
	for labels, receivers := range map[string]string{
		"alertname=" + monitoring.Watchdog + " severity=none":     "dead-mans-switch",
		"alertname=ModelErrors severity=critical owner=risk":      "everyone,risk",
		"alertname=ModelErrors severity=critical owner=marketing": "everyone",
		"alertname=ModelErrors severity=warning owner=fraud":      "risk",
		"alertname=ModelErrors severity=warning owner=marketing":  "nobody",
	} {
		args := append([]string{"config", "routes", "test", "--config.file=" + file}, strings.Fields(labels)...)
		require.Equal(t, receivers, amtool(args...), labels)
	}
}

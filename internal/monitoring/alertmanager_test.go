package monitoring_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/monitoring"
)

// told lists the receivers that an alert with the labels reaches, as Alertmanager walks its routes
// (https://prometheus.io/docs/alerting/latest/configuration/#route).
func told(config map[string]any, labels map[string]string) []string {
	root := config["route"].(map[string]any)
	var all []string
	for _, item := range root["routes"].([]any) {
		route := item.(map[string]any)
		if !matches(route["matchers"].([]any), labels) {
			continue
		}
		all = append(all, route["receiver"].(string))
		if route["continue"] != true {
			return all
		}
	}
	if len(all) == 0 {
		return []string{root["receiver"].(string)}
	}
	return all
}

var matcherForm = regexp.MustCompile(`^(\w+)(=~?)"([^"]*)"$`)

func matches(matchers []any, labels map[string]string) bool {
	for _, matcher := range matchers {
		parts := matcherForm.FindStringSubmatch(matcher.(string))
		pattern := regexp.QuoteMeta(parts[3])
		if parts[2] == "=~" {
			pattern = parts[3]
		}
		if !regexp.MustCompile("^(?:" + pattern + ")$").MatchString(labels[parts[1]]) {
			return false
		}
	}
	return true
}

func alerts() monitoring.Alerts {
	return monitoring.Alerts{DeadMansSwitch: "dead/url", Receivers: []monitoring.Receiver{
		{Name: "platform", Type: monitoring.TypeSns, Severities: []string{"critical"}, TopicArn: "arn:aws:sns:eu-west-1:111122223333:ml"},
		{Name: "risk", Type: monitoring.TypeSlack, Teams: []string{"risk", "fraud"}, Severities: []string{"critical", "warning"}, Secret: "slack/risk"},
		{Name: "night", Type: monitoring.TypePagerDuty, Teams: []string{"risk"}, Severities: []string{"critical"}, Secret: "pagerduty/key"},
		{Name: "mail", Type: monitoring.TypeEmail, Severities: []string{"info"}, To: []string{"a@b.c", "d@e.f"}, From: "x@y.z",
			Server: "smtp.b.c:587", User: "u", Secret: "smtp/password"},
	}}
}

func TestAlertsReachTheirTeam(t *testing.T) {
	config := monitoring.AlertmanagerConfig(alerts())
	for _, c := range []struct {
		owner, severity string
		want            []string
	}{
		{"risk", "critical", []string{"platform", "risk", "night"}},
		{"fraud", "critical", []string{"platform", "risk"}},
		{"fraud", "warning", []string{"risk"}},
		{"", "critical", []string{"platform"}},
		{"search", "critical", []string{"platform"}},
		{"search", "warning", []string{"nobody"}},
		{"risk", "info", []string{"mail"}},
		{"risky", "warning", []string{"nobody"}},
		{"", "none", []string{"nobody"}},
	} {
		require.Equal(t, c.want, told(config, map[string]string{"alertname": "A", "owner": c.owner, "severity": c.severity}), c)
	}
	require.Equal(t, []string{monitoring.DeadMan}, told(config, map[string]string{"alertname": "Watchdog", "severity": "none"}))
	without := monitoring.AlertmanagerConfig(monitoring.Alerts{})
	require.Equal(t, []string{monitoring.Nobody}, told(without, map[string]string{"alertname": "Watchdog", "severity": "critical"}))
}

// TestCheckedAlertsAlwaysReachSomebody draws receivers, and wants somebody told of each critical alert where the settings are accepted.
func TestCheckedAlertsAlwaysReachSomebody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := monitoring.Default()
		spec.Enabled = true
		for i := range rapid.IntRange(1, 4).Draw(t, "receivers") {
			r := monitoring.DefaultReceiver()
			r.Name, r.Type, r.Secret = "r"+string(rune('a'+i)), monitoring.TypeSlack, "slack/url"
			r.Teams = rapid.SliceOfDistinct(rapid.SampledFrom([]string{"risk", "fraud", "ads"}), rapid.ID[string]).Draw(t, "teams")
			r.Severities = rapid.SliceOfNDistinct(rapid.SampledFrom(monitoring.Severities), 1, 3, rapid.ID[string]).Draw(t, "severities")
			spec.Alerts.Receivers = append(spec.Alerts.Receivers, r)
		}
		if len(spec.Check("us-east-1")) > 0 {
			t.Skip("refused")
		}
		owner := rapid.SampledFrom([]string{"", "risk", "fraud", "unheard-of"}).Draw(t, "owner")
		require.NotContains(t, told(monitoring.AlertmanagerConfig(spec.Alerts), map[string]string{"owner": owner, "severity": "critical"}),
			monitoring.Nobody)
	})
}

// TestSecretsAreNamedOnly wants every secret in a file that the operator mounts, and each receiver that a route names.
func TestSecretsAreNamedOnly(t *testing.T) {
	a := alerts()
	require.Equal(t, []string{"dead", "pagerduty", "slack", "smtp"}, a.SecretNames())
	config := monitoring.AlertmanagerConfig(a)
	kinds := map[string]map[string]any{}
	for _, item := range config["receivers"].([]any) {
		receiver := item.(map[string]any)
		for key, value := range receiver {
			if key != "name" {
				kinds[receiver["name"].(string)] = value.([]any)[0].(map[string]any)
			}
		}
	}
	require.Equal(t, "/etc/alertmanager/secrets/slack/risk", kinds["risk"]["api_url_file"])
	require.Equal(t, "/etc/alertmanager/secrets/pagerduty/key", kinds["night"]["routing_key_file"])
	require.Equal(t, "/etc/alertmanager/secrets/smtp/password", kinds["mail"]["auth_password_file"])
	require.Equal(t, "/etc/alertmanager/secrets/dead/url", kinds[monitoring.DeadMan]["url_file"])
	require.Equal(t, map[string]any{"region": "eu-west-1"}, kinds["platform"]["sigv4"], "the topic's region, not the cluster's")
	require.Equal(t, "a@b.c, d@e.f", kinds["mail"]["to"])
	for _, item := range config["route"].(map[string]any)["routes"].([]any) {
		require.Contains(t, append([]string{monitoring.Nobody}, strings.Fields("platform risk night mail dead-mans-switch")...),
			item.(map[string]any)["receiver"])
	}
}

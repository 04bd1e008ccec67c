package monitoring

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// Names of the receivers that are no people: Nobody drops alerts, and DeadMan calls the dead man's switch.
const (
	Nobody  = "nobody"
	DeadMan = "dead-mans-switch"

	secretFiles = "/etc/alertmanager/secrets/"
)

// message is what a receiver reads of a group of alerts, in Alertmanager's templates
// (https://prometheus.io/docs/alerting/latest/notifications/).
const (
	subject = `[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }}{{ with .CommonLabels.model }} of {{ . }}{{ end }}`
	message = `{{ range .Alerts }}{{ .Status }}: {{ .Annotations.` + SummaryAnnotation + ` }}
{{ with .Annotations.description }}{{ . }}
{{ end }}{{ with .Annotations.` + RunbookAnnotation + ` }}Runbook: {{ . }}
{{ end }}{{ with .Annotations.` + DashboardAnnotation + ` }}Dashboard: {{ . }}
{{ end }}{{ end }}`
)

// AlertmanagerConfig is the configuration of Alertmanager
// (https://prometheus.io/docs/alerting/latest/configuration/). Secrets are read from files below secretFiles, where the operator mounts
// those of SecretNames. Every receiver gets each alert that fits it, and Nobody only what fits none.
func AlertmanagerConfig(a Alerts) map[string]any {
	routes := []any{watchdogRoute(a)}
	receivers := []any{map[string]any{"name": Nobody}}
	for _, r := range a.Receivers {
		routes = append(routes, map[string]any{"receiver": r.Name, "matchers": list(r.matchers()), "continue": true})
		receivers = append(receivers, r.config())
	}
	if a.DeadMansSwitch != "" {
		receivers = append(receivers, map[string]any{"name": DeadMan, "webhook_configs": []any{
			map[string]any{"url_file": secretFiles + a.DeadMansSwitch, "send_resolved": false},
		}})
	}
	return map[string]any{
		"route": map[string]any{
			"receiver": Nobody, "group_by": []any{"alertname", "owner", "namespace", "model"},
			"group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h", "routes": routes,
		},
		"inhibit_rules": []any{map[string]any{
			"source_matchers": []any{`severity="critical"`}, "target_matchers": []any{`severity=~"warning|info"`},
			"equal": []any{"alertname", "namespace", "model", "slo"},
		}},
		"receivers": receivers,
		"templates": []any{},
	}
}

// watchdogRoute calls the dead man's switch every minute, and ends there: nobody reads that alert.
func watchdogRoute(a Alerts) map[string]any {
	route := map[string]any{"receiver": Nobody, "matchers": []any{matcher("alertname", Watchdog)}}
	if a.DeadMansSwitch != "" {
		route["receiver"], route["group_wait"], route["group_interval"], route["repeat_interval"] = DeadMan, "0s", "1m", "50s"
	}
	return route
}

// matchers pick the alerts that the receiver gets.
func (r Receiver) matchers() []string {
	all := []string{matcher("severity", r.Severities...)}
	if !r.Everyone() {
		all = append(all, matcher("owner", r.Teams...))
	}
	return all
}

// matcher matches a label with any of the values, which have no characters that mean something in a pattern.
func matcher(label string, values ...string) string {
	if len(values) == 1 {
		return label + `="` + values[0] + `"`
	}
	return label + `=~"` + strings.Join(values, "|") + `"`
}

// config is the receiver as Alertmanager has it.
func (r Receiver) config() map[string]any {
	file := secretFiles + r.Secret
	kind, settings := "", map[string]any{}
	switch r.Type {
	case TypeSns:
		topic, _ := arn.Parse(r.TopicArn) // checked
		kind, settings = "sns_configs", map[string]any{
			"topic_arn": r.TopicArn, "sigv4": map[string]any{"region": topic.Region}, "subject": subject, "message": message,
		}
	case TypeSlack:
		kind, settings = "slack_configs", map[string]any{"api_url_file": file, "title": subject, "text": message}
	case TypePagerDuty:
		kind, settings = "pagerduty_configs", map[string]any{"routing_key_file": file, "description": subject,
			"severity": `{{ if .CommonLabels.severity }}{{ .CommonLabels.severity }}{{ else }}critical{{ end }}`}
	case TypeEmail:
		kind, settings = "email_configs", map[string]any{"to": strings.Join(r.To, ", "), "from": r.From, "smarthost": r.Server,
			"headers": map[string]any{"Subject": subject}, "text": message, "html": ""}
		if r.User != "" {
			settings["auth_username"], settings["auth_password_file"] = r.User, file
		}
	}
	settings["send_resolved"] = true
	return map[string]any{"name": r.Name, kind: []any{settings}}
}

// SecretNames are the Secrets of namespace monitoring that the receivers name, each once.
func (a Alerts) SecretNames() []string {
	var all []string
	add := func(reference string) {
		if name, _, found := strings.Cut(reference, "/"); found {
			all = append(all, name)
		}
	}
	for _, r := range a.Receivers {
		add(r.Secret)
	}
	add(a.DeadMansSwitch)
	slices.Sort(all)
	return slices.Compact(all)
}

func list(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

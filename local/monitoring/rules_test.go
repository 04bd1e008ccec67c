// Package monitoring_test tries the rules and alerts that Modelway makes with the real promtool.
package monitoring_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/drift"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/slo"
	"github.com/modelway/modelway/local/testcluster"
)

const promtool = "../../.modelway/bin/promtool"

const grafana = "https://grafana.company.com"

// models are those that the rules are made of: an image with a canary, files that KServe's own library serves, an image on nodes.
func models(t testing.TB) []modelspec.Model {
	t.Helper()
	digest := "sha256:" + strings.Repeat("0a", 32)
	var all []modelspec.Model
	for name, file := range map[string]map[string]any{
		"churn": {"image": "acme/churn:1", "owner": "risk", "slo": map[string]any{"availability": "99.9", "latency": "300ms"},
			"canary": map[string]any{"image": "acme/churn:2", "weight": 10}},
		"fraud": {"compute": "nodes", "owner": "fraud", "slo": map[string]any{"availability": "99.9", "latency": "500ms"},
			"model": map[string]any{"format": "sklearn", "uri": "s3://acme-models/fraud/1/", "digest": digest}},
		"ranker": {"image": "acme/ranker:1", "compute": "nodes", "slo": map[string]any{"availability": "99", "latency": "1s"}},
	} {
		m, err := modelspec.Restore(name, file)
		require.NoError(t, err)
		all = append(all, m)
	}
	return all
}

// headroom is what the planner says of a full load balancer and of full subnets.
var headroom = []alerts.Headroom{
	{Kind: alerts.LoadBalancers, Resource: "rules", Of: "public", Used: 95, Limit: 100},
	{Kind: alerts.LoadBalancers, Resource: "targets", Of: "public", Used: 90, Limit: 1000},
	{Kind: alerts.Addresses, Resource: "private", Of: "the fullest zone", Used: 246, Limit: 251},
	{Kind: alerts.Addresses, Resource: "pods", Of: "the fullest zone", Used: 100, Limit: 8187},
}

// room is headroom with everything in order.
var room = []alerts.Headroom{
	{Kind: alerts.LoadBalancers, Resource: "rules", Of: "public", Used: 90, Limit: 100},
	{Kind: alerts.Addresses, Resource: "private", Of: "the fullest zone", Used: 100, Limit: 251},
}

func groups(t testing.TB, of []alerts.Headroom) []promrule.Group {
	t.Helper()
	all := append(slo.Inventory(models(t), "models"), slo.Rules()...)
	all = append(all, drift.Rules())
	return append(all, alerts.Room(of), alerts.Rules(alerts.Options{Grafana: grafana}))
}

// write puts a value into a file of YAML.
func write(t testing.TB, file string, value any) {
	t.Helper()
	text, err := yaml.Marshal(value)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o644))
}

func TestRulesAreValid(t *testing.T) {
	testcluster.Build(t, "promtool")
	file := filepath.Join(t.TempDir(), "rules.yaml")
	text, err := promrule.YAML(groups(t, headroom))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o644))
	output, err := exec.Command(promtool, "check", "rules", "--lint=all", "--lint-fatal", file).CombinedOutput()
	require.NoError(t, err, string(output))
}

// series is an input of promtool: a series and its samples in its notation, one a minute.
type series struct {
	Series string `json:"series"`
	Values string `json:"values"`
}

// fired is an alert that has to be on: its labels and summary.
type fired struct {
	labels  map[string]string
	summary string
}

// situation is one state of the world over time, and what has to be on at its end.
type situation struct {
	name  string
	alert string
	// at is how long it has lasted, and input what is measured meanwhile.
	at    string
	input []series
	room  []alerts.Headroom
	// on are the alerts of that name which have to be on; none means silence.
	on []fired
}

// annotations that the alert has in this situation.
func (f fired) annotations(name string) map[string]string {
	all := map[string]string{
		"summary": f.summary, "runbook_url": alerts.DefaultRunbooks + "#" + strings.ToLower(name),
		"dashboard_url": grafana + "/d/" + alerts.PlatformDashboard,
	}
	if model := f.labels["model"]; model != "" {
		all["dashboard_url"] = grafana + "/d/" + alerts.ModelDashboard + "?var-model=" + model
	}
	return all
}

// run tries situations in one run of promtool, which says of all of them what differs.
func run(t *testing.T, situations []situation) {
	t.Helper()
	testcluster.Build(t, "promtool")
	folder := t.TempDir()
	var files []string
	for i, of := range [][]alerts.Headroom{room, headroom} {
		rules := filepath.Join(folder, []string{"room.yaml", "full.yaml"}[i])
		text, err := promrule.YAML(groups(t, of))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(rules, text, 0o644))
		var tests []any
		for _, s := range situations {
			if (s.room != nil) != (i == 1) {
				continue
			}
			on := []any{}
			for _, f := range s.on {
				on = append(on, map[string]any{"exp_labels": f.labels, "exp_annotations": f.annotations(s.alert)})
			}
			tests = append(tests, map[string]any{
				"name": s.name, "interval": "1m", "input_series": s.input,
				"alert_rule_test": []any{map[string]any{"eval_time": s.at, "alertname": s.alert, "exp_alerts": on}},
			})
		}
		if len(tests) == 0 {
			continue
		}
		file := filepath.Join(folder, "test-"+filepath.Base(rules))
		write(t, file, map[string]any{"rule_files": []string{rules}, "evaluation_interval": "30s", "tests": tests})
		files = append(files, file)
	}
	output, err := exec.Command(promtool, append([]string{"test", "rules"}, files...)...).CombinedOutput()
	require.NoError(t, err, string(output))
}

// TestEveryAlertIsTried requires of every row of the table a situation in which it is on, and one of its name in which it is silent.
func TestEveryAlertIsTried(t *testing.T) {
	for _, a := range alerts.All() {
		on, silent := false, a.Severity == monitoring.SeverityNone
		for _, s := range all() {
			if s.alert != a.Name {
				continue
			}
			silent = silent || len(s.on) == 0
			for _, f := range s.on {
				same := f.labels["severity"] == a.Severity
				for name, value := range a.Labels {
					same = same && f.labels[name] == value
				}
				on = on || same
			}
		}
		require.True(t, on, "no situation raises %s %v", a.Name, a.Labels)
		require.True(t, silent, "no situation leaves %s silent", a.Name)
	}
}

func all() []situation {
	var all []situation
	for _, topic := range [][]situation{burning(), canaries(), unmeasured(), drifting(), unready(), limits(), delivered(), kinds()} {
		all = append(all, topic...)
	}
	return all
}

func TestAlertsOnBudgets(t *testing.T)      { run(t, burning()) }
func TestAlertsOnCanaries(t *testing.T)     { run(t, canaries()) }
func TestAlertsOnMeasurements(t *testing.T) { run(t, unmeasured()) }
func TestAlertsOnDrift(t *testing.T)        { run(t, drifting()) }
func TestAlertsOnWorkloads(t *testing.T)    { run(t, unready()) }
func TestAlertsOnLimits(t *testing.T)       { run(t, limits()) }
func TestAlertsOnDelivery(t *testing.T)     { run(t, delivered()) }

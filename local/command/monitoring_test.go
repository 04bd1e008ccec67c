package command

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/localstack"
	"github.com/modelway/modelway/internal/metrics"
	measuring "github.com/modelway/modelway/internal/monitoring"

	"github.com/modelway/modelway/local/testcluster"
)

// failing, worse and healthy are the models of TestMonitoring: one that fails half of its requests, one whose canary fails, a sound one.
const (
	failing = "fraud-detection"
	worse   = "churn"
	healthy = "recommender"
)

// TestMonitoring brings a whole local stack up with the real Prometheus and Alertmanager. Models get requests through the load balancer:
// one fails half of them, and one has a canary that fails: every rule, alert and panel has what it reads, the alerts on both are on, and
// Alertmanager has them by the configuration that the settings give.
func TestMonitoring(t *testing.T) {
	t.Parallel()
	testcluster.Build(t, "monitoring")
	s := start(t)
	calls := &atomic.Int64{}
	deadMan := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	t.Cleanup(deadMan.Close)
	toolsPort, err := freePort(0)
	require.NoError(t, err)
	edit(t, s.c, "Pulumi.local.yaml", "config:\n", `config:
  modelway:monitoring:
    enabled: true
    scrapeSeconds: 15
    alerts:
      deadMansSwitch: dead-mans-switch/url
      receivers:
        - {name: platform, type: sns, topicArn: "arn:aws:sns:us-east-1:111122223333:ml"}
        - {name: risk-team, type: sns, teams: [risk], topicArn: "arn:aws:sns:us-east-1:111122223333:risk"}
`)
	edit(t, s.c, "Pulumi.local.yaml", "  modelway:loadBalancers:\n", fmt.Sprintf("  modelway:loadBalancers:\n    tools: {serves: tools, "+
		"domain: tools.localhost, listeners: [{protocol: HTTP, port: %d}]}\n", toolsPort))
	image := "image: ghcr.io/modelway/model-server:" + stableVersion + "\n"
	s.writeModel(failing, "name: "+failing+"\n"+image+"owner: risk\nenv: {FAIL_PERCENT: '50'}\n")
	s.writeModel(worse, "name: "+worse+"\n"+image+"owner: retention\ncanary:\n  image: ghcr.io/modelway/model-server:"+canaryVersion+
		"\n  weight: 50\n  env: {FAIL_PERCENT: '90'}\n")
	out, err := s.command("up").CombinedOutput()
	require.NoError(t, err, string(out))
	require.Regexp(t, `(?m)^prometheus +http://127`, string(out))
	require.Regexp(t, `(?m)^alertmanager waits: .*dead-mans-switch`, string(out), "the Secret that the settings name")
	s.secret("dead-mans-switch", "url", deadMan.URL)

	m := s.monitored(t)
	models := m.models()
	require.Len(t, models, 3)
	t.Run("every version of every model is a target", func(t *testing.T) { m.with(t).requireTargets() })
	for _, model := range models {
		_, _ = ask(model.URL, nil) // half of them fail
	}
	for _, model := range []string{failing, worse} {
		startLoad(t, models[model].URL)
	}
	t.Run("every rule is evaluated", func(t *testing.T) { m.with(t).requireRules() })
	t.Run("every panel has series", func(t *testing.T) { m.with(t).requirePanels(worse) })
	t.Run("every name is that of a series", func(t *testing.T) { m.with(t).requireNames() })
	t.Run("a model that fails burns its budget", func(t *testing.T) {
		m.with(t).requireAlert("ModelErrorBudgetBurn", map[string]string{"model": failing, "owner": "risk", "slo": "availability", "long": "1h"})
	})
	t.Run("a canary that fails is named", func(t *testing.T) {
		m.with(t).requireAlert("ModelCanaryWorse", map[string]string{"model": worse, "owner": "retention", "track": metrics.Canary,
			"version": canaryVersion})
	})
	t.Run("Alertmanager", func(t *testing.T) { m.with(t).requireAlertmanager(calls) })
	t.Run("modelway status and modelway load", func(t *testing.T) { m.with(t).requireNumbers() })
	s.succeed("down")
	s.requireGone()
}

// monitored is a stack that is up, and its Prometheus.
type monitored struct {
	*stack
	t          *testing.T
	prometheus string
}

// monitored waits for the Prometheus of a stack.
func (s *stack) monitored(t *testing.T) monitored {
	t.Helper()
	return monitored{s, t, s.page(t, prometheusPage)}
}

// with is the same for a test within the test.
func (m monitored) with(t *testing.T) monitored { return monitored{m.stack, t, m.prometheus} }

// page waits until a page of the monitoring answers, and returns its URL.
func (s *stack) page(t *testing.T, p page) (url string) {
	t.Helper()
	client, err := s.status.Client()
	require.NoError(t, err)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		found := p.find(t.Context(), client)
		assert.NotEmpty(c, found.url, found.why)
		url = found.url
	}, minutes, tick, "%s does not answer", p.name)
	return url
}

// secret makes a Secret of namespace monitoring.
func (s *stack) secret(name, key, value string) {
	s.t.Helper()
	client, err := s.status.Client()
	require.NoError(s.t, err)
	_, err = client.CoreV1().Secrets(measuring.Namespace).Create(s.t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name},
		StringData: map[string]string{key: value}}, metav1.CreateOptions{})
	require.NoError(s.t, err)
}

// models are those of the stack that is up, as its outputs have them.
func (m monitored) models() map[string]localstack.Model {
	m.t.Helper()
	models, up, err := localstack.Find(m.c.Root)
	require.NoError(m.t, err)
	require.True(m.t, up)
	return models
}

// requireAlert waits until an alert is pending or firing, and wants its links.
func (m monitored) requireAlert(name string, labels map[string]string) {
	m.t.Helper()
	var found promAlert
	m.await("alert "+name+" of "+fmt.Sprint(labels), func(c *assert.CollectT) {
		var all struct{ Alerts []promAlert }
		m.api(c, "/api/v1/alerts", &all)
		i := slices.IndexFunc(all.Alerts, func(a promAlert) bool {
			same := a.Labels["alertname"] == name
			for label, value := range labels {
				same = same && a.Labels[label] == value
			}
			return same
		})
		if assert.GreaterOrEqual(c, i, 0, "not among %d alerts", len(all.Alerts)) {
			found = all.Alerts[i]
		}
	})
	require.Contains(m.t, []string{"pending", "firing"}, found.State)
	require.Contains(m.t, found.Annotations["summary"], labels["model"]+": ")
	links := slices.Collect(maps.Values(found.Annotations))
	require.Contains(m.t, links, alerts.DefaultRunbooks+"#"+strings.ToLower(name))
	require.Contains(m.t, links, "http://grafana.tools.localhost/d/"+alerts.ModelDashboard+"?var-model="+labels["model"])
	require.NotContains(m.t, fmt.Sprint(links), "<no value>")
}

// toldAlert is an alert that Alertmanager has.
type toldAlert struct {
	Labels, Annotations map[string]string
	Receivers           []struct{ Name string }
	Status              struct{ State string }
}

// requireAlertmanager wants the alert that always fires to be at Alertmanager and to be told, and the receivers of the settings.
func (m monitored) requireAlertmanager(calls *atomic.Int64) {
	address := m.page(m.t, pages[1])
	m.await("Watchdog at Alertmanager", func(c *assert.CollectT) {
		var all []toldAlert
		get(c, address+"/api/v2/alerts", &all)
		i := slices.IndexFunc(all, func(a toldAlert) bool { return a.Labels["alertname"] == measuring.Watchdog })
		if assert.GreaterOrEqual(c, i, 0, "not among %d alerts", len(all)) {
			assert.Contains(c, all[i].Annotations, "runbook_url", "it is that of the platform")
			assert.Equal(c, measuring.DeadMan, all[i].Receivers[0].Name)
			assert.Equal(c, "active", all[i].Status.State)
		}
	})
	m.await("the dead man's switch is called", func(c *assert.CollectT) { assert.Positive(c, calls.Load()) })
	var status struct{ Config struct{ Original string } }
	get(m.t, address+"/api/v2/status", &status)
	for _, part := range []string{"arn:aws:sns:us-east-1:111122223333:ml", "arn:aws:sns:us-east-1:111122223333:risk", "receiver: risk-team",
		"owner=\"risk\""} {
		require.Contains(m.t, status.Config.Original, part)
	}
}

// requireNumbers wants what people see: requests, failures and latency of each model, and what a run of load used of the budget.
func (m monitored) requireNumbers() {
	out, err := m.command("status").CombinedOutput()
	require.NoError(m.t, err, string(out))
	require.Regexp(m.t, `(?m)^prometheus +`+regexp.QuoteMeta(m.prometheus), string(out))
	require.Regexp(m.t, `(?m)^alertmanager +http://127`, string(out))
	for model, failed := range map[string]string{failing: `[45]\d\.\d\d %`, worse: `[3-6]\d\.\d\d %`, healthy: `(0\.00 %|-)`} {
		require.Regexp(m.t, `(?m)^`+model+` +\d+\.\d\d +`+failed+` +\S+ +\S+`, string(out))
	}
	require.Regexp(m.t, `(?m)^ModelErrorBudgetBurn +`+failing+` +availability +1h +critical +(pending|firing)$`, string(out))
	told := m.modelway("load", failing, "--rate", "50", "--for", "3s")
	require.Regexp(m.t, `(?m)^LATENCY +P50 +P95 +P99 +MAX\n +\d\S+s +\d\S+s +\d\S+s +\d\S+s$`, told)
	require.Regexp(m.t, `(?m)^500 Internal Server Error +\d+ +[45]\d\.\d\d %`, told)
	require.Regexp(m.t, `(?m)^99\.9 % without a server error +\d+ of 150 +\d+\.\d\d +0\.\d{3} %$`, told)
	m.t.Log("\n" + string(bytes.TrimSpace(out)) + "\n" + told)
}

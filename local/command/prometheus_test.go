package command

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	drifting "github.com/modelway/modelway/internal/drift"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/slo"

	"github.com/modelway/modelway/local/monitoring"
)

// minutes bounds the wait for what takes several scrapes and evaluations, on a busy machine.
const minutes = 4 * time.Minute

// await waits for a state, and says what was wrong last where it does not come.
func (m monitored) await(what string, check func(c *assert.CollectT)) {
	m.t.Helper()
	require.EventuallyWithT(m.t, check, minutes, time.Second, what)
}

// get reads JSON.
func get(t require.TestingT, address string, into any) {
	response, err := http.Get(address)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode, address)
	require.NoError(t, json.NewDecoder(response.Body).Decode(into), address)
}

// api asks Prometheus, and returns the data of its answer.
func (m monitored) api(t require.TestingT, path string, into any) {
	answer := struct {
		Status string
		Data   any
	}{Data: into}
	get(t, m.prometheus+path, &answer)
	require.Equal(t, "success", answer.Status, path)
}

// count is how many series a query has.
func (m monitored) count(t require.TestingT, query string) int {
	var vector struct{ Result []any }
	m.api(t, "/api/v1/query?query="+url.QueryEscape(query), &vector)
	return len(vector.Result)
}

// promAlert is an alert that is on.
type promAlert struct {
	Labels, Annotations map[string]string
	State               string
}

// promRule is a rule that Prometheus has.
type promRule struct {
	Name, Query, Type, Health, LastError string
	Labels                               map[string]string
}

// rules are those of the platform that Prometheus has, as it says of them.
func (m monitored) rules(t require.TestingT) []promRule {
	var loaded struct {
		Groups []struct {
			Name  string
			Rules []promRule
		}
	}
	m.api(t, "/api/v1/rules", &loaded)
	var all []promRule
	for _, group := range loaded.Groups {
		if strings.HasPrefix(group.Name, "modelway-") {
			all = append(all, group.Rules...)
		}
	}
	return all
}

// requireTargets wants Prometheus to scrape each pod of each version of each model of the plan, and no other one as a model.
func (m monitored) requireTargets() {
	m.t.Helper()
	m.await("every pod of every version of a model is a target, and up", func(c *assert.CollectT) {
		var found struct {
			ActiveTargets []struct {
				Labels            map[string]string
				Health, LastError string
			}
		}
		m.api(c, "/api/v1/targets?state=active", &found)
		var targets []string
		for _, target := range found.ActiveTargets {
			if l := target.Labels; l["job"] == metrics.Job {
				assert.Equal(c, "up", target.Health, target.LastError)
				targets = append(targets, l[metrics.LabelModel]+" "+l[metrics.LabelTrack]+" "+l["pod"])
			}
		}
		slices.Sort(targets)
		assert.Equal(c, m.pods(c), targets, "of the autoscalers' pods some may be new")
	})
}

// pods are those of the versions of the plan's models, as "model track pod".
func (m monitored) pods(t require.TestingT) (all []string) {
	client, err := m.status.Client()
	require.NoError(t, err)
	p := local(m.c, m.status, 0)
	p.Stack = upStack(m.c)
	values, err := p.Outputs()
	require.NoError(t, err)
	models, _ := values[outputs.Models].(map[string]any)
	require.NotEmpty(t, models)
	for name, file := range models {
		model, err := modelspec.Restore(name, object(file))
		require.NoError(t, err)
		for _, v := range serving.Versions(model) {
			track := metrics.Stable
			if v.Canary() {
				track = metrics.Canary
			}
			selector := metav1.FormatLabelSelector(&metav1.LabelSelector{MatchLabels: v.PodLabels()})
			pods, err := client.CoreV1().Pods("models").List(m.t.Context(), metav1.ListOptions{LabelSelector: selector})
			require.NoError(t, err)
			require.NotEmpty(t, pods.Items, "%s %s", name, track)
			for _, pod := range pods.Items {
				all = append(all, name+" "+track+" "+pod.Name)
			}
		}
	}
	slices.Sort(all)
	return all
}

// requireRules wants every rule to be evaluated without an error, and every recording rule to have recorded a series. Of those that look at
// samples of hours the expression has series when it looks at all of them.
func (m monitored) requireRules() {
	m.t.Helper()
	all := m.rules(m.t)
	require.Greater(m.t, len(all), 60)
	for _, rule := range all {
		m.await("rule "+rule.Name+" is evaluated", func(c *assert.CollectT) {
			i := slices.IndexFunc(m.rules(c), func(r promRule) bool { return r.Name == rule.Name && r.Query == rule.Query && r.Health == "ok" })
			assert.GreaterOrEqual(c, i, 0, "%s", rule.Query)
		})
		if rule.Type != "recording" || ofDrift(rule.Name) {
			continue
		}
		query := rule.Name + selector(rule.Labels)
		if ofHours(rule) {
			query = finer(rule.Query, all)
		}
		m.await("series of rule "+query, func(c *assert.CollectT) { assert.Positive(c, m.count(c, query)) })
	}
}

// ofDrift says whether a rule is about models whose files have statistics of their training, which a stack of images has none of; the
// situations of local/monitoring have their series.
func ofDrift(name string) bool {
	return slices.ContainsFunc(drifting.Rules().Rules, func(r promrule.Rule) bool { return r.Record == name })
}

// ofHours says whether a rule looks at samples of hours, or of every fifth minute, so that a stack that is minutes old has none.
func ofHours(rule promRule) bool {
	return strings.Contains(rule.Name, "rate6h") || strings.Contains(rule.Name, "rate1d") || strings.Contains(rule.Name, "rate3d") ||
		strings.Contains(rule.Name, "rate30d") || strings.Contains(rule.Query, ":5m]") || strings.Contains(rule.Query, ":1h]") ||
		strings.Contains(rule.Query, "rate30d")
}

// finer is a rule's expression with the series of hours that it reads in place of their names, and with a sample of every half minute.
func finer(query string, all []promRule) string {
	for again := true; again; {
		again = false
		for _, rule := range all {
			if rule.Type == "recording" && ofHours(rule) && strings.Contains(query, rule.Name) {
				query, again = strings.ReplaceAll(query, rule.Name, "("+rule.Query+")"), true
			}
		}
	}
	return strings.NewReplacer(":5m]", ":30s]", ":1h]", ":30s]").Replace(query)
}

// selector selects the labels of a rule.
func selector(given map[string]string) string {
	var all []string
	for name, value := range given {
		all = append(all, fmt.Sprintf("%s=%q", name, value))
	}
	return "{" + strings.Join(all, ",") + "}"
}

// requirePanels wants every panel of a model's dashboards to have series, but for those whose series a whole local stack lacks.
func (m monitored) requirePanels(model string) {
	m.t.Helper()
	for place, query := range monitoring.Panels(model) {
		if !monitoring.Elsewhere[place].OnStack() {
			continue
		}
		m.await("series of panel "+place+": "+query, func(c *assert.CollectT) { assert.Positive(c, m.count(c, query)) })
	}
}

// requireNames wants each name that a rule, an alert or a panel reads to be that of a series: recorded by a rule, scraped here, or known to
// be elsewhere, and then not here. So a name that is changed at one of its places is found.
func (m monitored) requireNames() {
	m.t.Helper()
	queries := monitoring.Panels(worse)
	for _, rule := range m.rules(m.t) {
		queries[rule.Name+fmt.Sprint(rule.Labels)] = rule.Query
	}
	used := map[string]string{}
	for place, query := range queries {
		for _, name := range m.names(query) {
			used[name] = place
		}
	}
	require.Greater(m.t, len(used), 40)
	require.Empty(m.t, m.unknown(used))
	for name := range monitoring.Names {
		require.Contains(m.t, used, name, "nothing reads it any more")
	}
	for _, name := range []string{metrics.Requests, metrics.PodsAvailable, slo.Requests} {
		require.Len(m.t, m.unknown(map[string]string{name + "_renamed": "a panel"}), 1)
	}
}

// unknown tells which names, given with a place that reads each, are not those of series, and which are in spite of the list.
func (m monitored) unknown(used map[string]string) (faults []string) {
	recorded := map[string]bool{}
	for _, rule := range m.rules(m.t) {
		recorded[rule.Name] = recorded[rule.Name] || rule.Type == "recording"
	}
	for name, place := range used {
		if recorded[name] {
			continue
		}
		source, elsewhere := monitoring.Names[name]
		series := m.count(m.t, fmt.Sprintf("count_over_time({__name__=%q}[5m])", name))
		switch {
		case series == 0 && !elsewhere:
			faults = append(faults, fmt.Sprintf("%s reads %s, of which there is no series", place, name))
		case series > 0 && elsewhere && !source.Varies():
			faults = append(faults, fmt.Sprintf("%s has %d series here, and the list says: %s", name, series, source))
		}
	}
	return faults
}

// names are those that a query selects, as the parser of Prometheus has them.
func (m monitored) names(query string) (all []string) {
	var tree any
	m.api(m.t, "/api/v1/parse_query?query="+url.QueryEscape(query), &tree)
	var walk func(node any)
	walk = func(node any) {
		switch node := node.(type) {
		case map[string]any:
			if kind := node["type"]; kind == "vectorSelector" || kind == "matrixSelector" {
				all = append(all, node["name"].(string))
			}
			for _, child := range node {
				walk(child)
			}
		case []any:
			for _, child := range node {
				walk(child)
			}
		}
	}
	walk(tree)
	return all
}

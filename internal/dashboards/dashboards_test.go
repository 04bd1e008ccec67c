package dashboards_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/text"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/dashboards"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/recorder"
)

// maxConfigMap is what the API server takes of one (https://kubernetes.io/docs/concepts/configuration/configmap/#motivation).
const maxConfigMap = 1 << 20

// strict is what is wrong with a dashboard by Grafana's own schema, "" for nothing. A faultless one gives an error without a text.
func strict(written string) string {
	runtime := cog.NewRuntime()
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())
	runtime.RegisterPanelcfgVariant(timeseries.VariantConfig())
	runtime.RegisterPanelcfgVariant(stat.VariantConfig())
	runtime.RegisterPanelcfgVariant(table.VariantConfig())
	runtime.RegisterPanelcfgVariant(text.VariantConfig())
	runtime.RegisterPanelcfgVariant(bargauge.VariantConfig())
	if err := dashboard.NewDashboard().UnmarshalJSONStrict([]byte(written)); err != nil {
		return err.Error()
	}
	return ""
}

func TestDashboardsAreWhatGrafanaReads(t *testing.T) {
	for _, d := range dashboards.All() {
		written, err := d.JSON()
		require.NoError(t, err)
		require.Less(t, len(written), maxConfigMap)
		require.Empty(t, strict(written), d.UID)
		require.NotEmpty(t, strict(strings.Replace(written, `"refId"`, `"reference"`, 1)), "a key that Grafana does not know is a fault")
		recorder.Golden(t, filepath.Join("testdata", d.UID+".golden.json"), []byte(written))
	}
}

// TestPanelsAnswerAQuestion requires of each panel what somebody needs who sees it for the first time.
func TestPanelsAnswerAQuestion(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range dashboards.All() {
		require.False(t, seen[d.UID], d.UID)
		seen[d.UID] = true
		require.Regexp(t, `^[a-z-]{1,40}$`, d.UID, "Grafana's identifiers have 40 characters")
		require.Regexp(t, `\?$`, d.Answers)
		titles := map[string]bool{}
		for _, p := range d.Panels {
			place := d.UID + ": " + p.Title
			require.False(t, titles[p.Title], place)
			titles[p.Title] = true
			require.Contains(t, p.Question, "?", place)
			require.Equal(t, p.Kind == dashboards.Words, len(p.Queries) == 0 && p.Text != "", place)
			for _, q := range p.Queries {
				require.Equal(t, p.Kind == dashboards.Table, !strings.Contains(q.Legend, "{{"), "%s: series are told apart by labels, columns by name", place)
				require.Equal(t, d.Models != "" && !strings.Contains(q.Expr, "by (model"), strings.Contains(q.Expr, "$model"),
					"%s: pages of a model show that model, others all", place)
			}
		}
	}
	require.True(t, seen[alerts.ModelDashboard] && seen[alerts.PlatformDashboard], "alerts link to them")
}

// TestAlertsLinkToAVariableThatIsThere wants the name in the links of alerts to be that of the variable.
func TestAlertsLinkToAVariableThatIsThere(t *testing.T) {
	link := ""
	for _, rule := range alerts.Rules(alerts.Options{Grafana: "https://grafana.company.com"}).Rules {
		if strings.Contains(rule.Annotations[monitoring.DashboardAnnotation], alerts.ModelDashboard) {
			link = rule.Annotations[monitoring.DashboardAnnotation]
		}
	}
	name := regexp.MustCompile(`var-(\w+)=`).FindStringSubmatch(link)
	require.Len(t, name, 2, link)
	for _, d := range dashboards.All() {
		written, err := d.JSON()
		require.NoError(t, err)
		require.Equal(t, d.Models != "", strings.Contains(written, `"name": "`+name[1]+`"`), d.UID)
	}
}

func TestDashboardsOfNodesNeedNodes(t *testing.T) {
	uids := func(m monitoring.Plan) (all []string) {
		for _, d := range dashboards.Of(m) {
			all = append(all, d.UID)
		}
		return all
	}
	require.Len(t, uids(monitoring.Plan{Nodes: true}), len(dashboards.All()))
	require.NotContains(t, uids(monitoring.Plan{Fargate: true}), "modelway-accelerators")
}

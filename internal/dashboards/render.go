package dashboards

import (
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/text"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/modelway/modelway/internal/monitoring"
)

// Sizes of panels on Grafana's grid, which has 24 columns.
const (
	wide, half = 24, 12
	height     = 8
)

// JSON writes a dashboard as Grafana reads it.
func (d Dashboard) JSON() (string, error) {
	page := dashboard.NewDashboardBuilder(d.Title).Uid(d.UID).Description(d.Answers).Tags([]string{Tag}).Readonly().
		Tooltip(dashboard.DashboardCursorSyncCrosshair).Time("now-3h", "now").Refresh("1m").
		Link(dashboard.NewDashboardLinkBuilder("Dashboards").Type(dashboard.DashboardLinkTypeDashboards).Tags([]string{Tag}).
			AsDropdown(true).KeepTime(true))
	if d.Models != "" {
		page.WithVariable(dashboard.NewQueryVariableBuilder(variable).Label("Model").Datasource(source()).
			Query(dashboard.StringOrMap{String: cog.ToPtr("label_values(" + d.Models + ", " + variable + ")")}).
			Refresh(dashboard.VariableRefreshOnTimeRangeChanged).Sort(dashboard.VariableSortAlphabeticalAsc))
	}
	for i, p := range d.Panels {
		made, err := p.panel()
		if err != nil {
			return "", fmt.Errorf("panel %q of dashboard %s: %w", p.Title, d.UID, err)
		}
		made.Id = cog.ToPtr(uint32(i + 1)) //nolint:gosec // a page has a handful
		page.WithPanel(built{made})
	}
	made, err := page.Build()
	if err != nil {
		return "", fmt.Errorf("dashboard %s: %w", d.UID, err)
	}
	written, err := json.MarshalIndent(made, "", "  ")
	return string(written), err
}

// built is a panel that is already there.
type built struct{ panel dashboard.Panel }

// Build returns it.
func (b built) Build() (dashboard.Panel, error) { return b.panel, nil }

// source is the chart's source of Grafana for Prometheus.
func source() common.DataSourceRef {
	return common.DataSourceRef{Type: cog.ToPtr(monitoring.SourceType), Uid: cog.ToPtr(monitoring.Source)}
}

// panel is the panel as Grafana has it: what differs by kind, then what all have.
func (p Panel) panel() (dashboard.Panel, error) {
	made, err := p.kind()
	if err != nil {
		return made, err
	}
	made.Title, made.Description, made.Transparent = &p.Title, &p.Question, nil
	made.GridPos = &dashboard.GridPos{H: height, W: half}
	if p.Wide {
		made.GridPos.W = wide
	}
	if p.Kind == Words {
		return made, nil
	}
	made.Datasource = cog.ToPtr(source())
	if made.FieldConfig == nil {
		made.FieldConfig = dashboard.NewFieldConfigSource()
	}
	if made.Targets, err = p.targets(); err != nil {
		return made, err
	}
	if p.Kind == Table {
		p.columns(&made)
	} else {
		made.FieldConfig.Defaults.Unit = cog.ToPtr(p.Queries[0].Unit)
	}
	made.FieldConfig.Defaults.NoValue = cog.ToPtr("no series")
	made.FieldConfig.Defaults.Thresholds = p.thresholds()
	return made, nil
}

// targets are the queries as Grafana has them.
func (p Panel) targets() (all []variants.Dataquery, err error) {
	for i, q := range p.Queries {
		asked := prometheus.NewDataqueryBuilder().Expr(q.Expr).RefId(letter(i)).Datasource(source())
		if p.Kind == Table {
			asked.Instant().Format(prometheus.PromQueryFormatTable)
		} else {
			asked.Range().LegendFormat(q.Legend)
		}
		made, err := asked.Build()
		if err != nil {
			return nil, err
		}
		all = append(all, made)
	}
	return all, nil
}

// letter is how a panel calls its queries: A, B and so on.
func letter(i int) string { return string(rune('A' + i)) }

// kind is a panel with what only its kind has.
func (p Panel) kind() (dashboard.Panel, error) {
	last := common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})
	switch p.Kind {
	case Lines:
		style := common.GraphThresholdsStyleModeOff
		if p.Warn > 0 || p.Alarm > 0 {
			style = common.GraphThresholdsStyleModeDashed
		}
		return timeseries.NewPanelBuilder().AxisSoftMin(0).FillOpacity(5).
			ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(style)).
			Legend(common.NewVizLegendOptionsBuilder().ShowLegend(true).DisplayMode(common.LegendDisplayModeList).
				Placement(common.LegendPlacementBottom)).
			Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending)).Build()
	case Numbers:
		return stat.NewPanelBuilder().ReduceOptions(last).Orientation(common.VizOrientationAuto).Build()
	case Bars:
		return bargauge.NewPanelBuilder().ReduceOptions(last).Orientation(common.VizOrientationHorizontal).Min(0).Build()
	case Table:
		return table.NewPanelBuilder().Footer(common.NewTableFooterOptionsBuilder().Show(false).Reducer([]string{})).Build()
	case Words:
		return text.NewPanelBuilder().Mode(text.TextModeMarkdown).Content(p.Text).Build()
	}
	return dashboard.Panel{}, fmt.Errorf("kind %q is none of the panels", p.Kind)
}

// columns join the queries of a table by their labels, name its columns, and link models to their dashboard.
func (p Panel) columns(made *dashboard.Panel) {
	renamed := map[string]any{}
	for i, q := range p.Queries {
		name := "Value"
		if len(p.Queries) > 1 {
			name = "Value #" + letter(i)
		}
		if q.Legend != "" {
			renamed[name] = q.Legend
			made.FieldConfig.Overrides = append(made.FieldConfig.Overrides, override(q.Legend, "unit", q.Unit))
		}
	}
	hidden := map[string]any{"Time": true}
	if len(renamed) == 0 {
		hidden["Value"] = true
	}
	made.FieldConfig.Overrides = append(made.FieldConfig.Overrides, override(variable, "links",
		[]any{map[string]any{"title": "The model's dashboard", "url": address}}))
	made.Transformations = []dashboard.DataTransformerConfig{
		{Id: "merge", Options: map[string]any{}},
		{Id: "organize", Options: map[string]any{"excludeByName": hidden, "indexByName": map[string]any{}, "renameByName": renamed}},
	}
}

// override sets a property of a column.
func override(column, property string, value any) dashboard.DashboardFieldConfigSourceOverrides {
	return dashboard.DashboardFieldConfigSourceOverrides{
		Matcher:    dashboard.MatcherConfig{Id: "byName", Options: column},
		Properties: []dashboard.DynamicConfigValue{{Id: property, Value: value}},
	}
}

// thresholds are the values at which the color changes.
func (p Panel) thresholds() *dashboard.ThresholdsConfig {
	const good, bad, worse = "green", "yellow", "red"
	steps := []dashboard.Threshold{{Color: good}}
	switch {
	case p.Low:
		steps = []dashboard.Threshold{{Color: worse}, {Value: &p.Alarm, Color: bad}, {Value: &p.Warn, Color: good}}
	default:
		if p.Warn > 0 {
			steps = append(steps, dashboard.Threshold{Value: &p.Warn, Color: bad})
		}
		if p.Alarm > 0 {
			steps = append(steps, dashboard.Threshold{Value: &p.Alarm, Color: worse})
		}
	}
	return &dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: steps}
}

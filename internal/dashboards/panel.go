package dashboards

// Kind is how a panel shows its series.
type Kind string

// Kinds of panels, by the names of Grafana's own.
const (
	// Lines are series over time.
	Lines Kind = "timeseries"
	// Numbers are the last values, large.
	Numbers Kind = "stat"
	// Bars are the last values, each as a part of something.
	Bars Kind = "bargauge"
	// Table has the last values by labels; queries that have the same labels are columns of one row. A column model links to its dashboard.
	Table Kind = "table"
	// Words have no series.
	Words Kind = "text"
)

// Panel is a row of the table: one question.
type Panel struct {
	// Title of the panel, and Question that it answers, which is its description, too.
	Title, Question string
	// Kind is one of the constants.
	Kind Kind
	// Queries of its series; none for words.
	Queries []Query
	// Warn and Alarm are the values from which on it is yellow and red. Default 0 both: there is no such value.
	Warn, Alarm float64
	// Low tells that it is yellow and red below them, 0 being a value like others.
	Low bool
	// Wide panels take the whole width, others half of it.
	Wide bool
	// Text of words, in Markdown.
	Text string
}

// Query is a question to Prometheus.
type Query struct {
	// Expr is in PromQL. It may have the variable of the dashboard.
	Expr string
	// Legend names each series by its labels; in a table, the column.
	Legend string
	// Unit of the values, one of the units that Grafana knows
	// (https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts). Default "": a bare number.
	Unit string
}

package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/modelway/modelway/internal/metrics"
)

// controllers are what makes objects real: of load balancers, of KServe, of certificates.
func controllers() Dashboard {
	const within = "[" + metrics.Window + "]"
	return Dashboard{
		UID: "modelway-controllers", Title: "Modelway / Controllers",
		Answers: "Does a change of a model get through to load balancers and to KServe?",
		Panels: []Panel{
			{
				Title: "Errors", Question: "Which controller tries in vain? Its log has the object.", Kind: Lines,
				Queries: []Query{{"sum by (job, controller) (rate(" + metrics.ReconcileErrors + within + "))", "{{job}} {{controller}}",
					units.RequestsPerSecond}},
			},
			{
				Title: "Waiting objects", Question: "Is a controller behind, or stuck?", Kind: Lines,
				Queries: []Query{{`sum by (job, name) (` + metrics.QueueDepth + `{name!=""})`, "{{job}} {{name}}", units.Short}},
			},
			{
				Title: "Time of a change, 99 of 100", Question: "Has a controller become slow?", Kind: Lines,
				Queries: []Query{{"histogram_quantile(0.99, sum by (job, controller, le) (rate(" + metrics.ReconcileTime + "_bucket" + within +
					")))", "{{job}} {{controller}}", units.Seconds}},
			},
			{
				Title: "Certificates", Question: "Does a certificate of a webhook end before it is renewed? Only with cert-manager.", Kind: Bars,
				Low: true, Warn: 30, Alarm: 14,
				Queries: []Query{{"(min by (namespace, name) (" + metrics.CertificateEnd + ") - time()) / 86400", "{{namespace}}/{{name}}",
					units.Days}},
			},
		},
	}
}

// Package metrics has the contract of metric names that model servers keep, the labels that Prometheus puts on what it scrapes, and for
// each kind of server the queries that turn its own series into those of the contract. It is pure, and the only place where these names
// stand.
//
// Sources: https://prometheus.io/docs/practices/naming/, https://prometheus.io/docs/practices/instrumentation/.
package metrics

// Names of the contract.
const (
	Requests = "model_requests_total"
	Duration = "model_request_duration_seconds"
	InFlight = "model_requests_in_flight"
	LoadTime = "model_load_duration_seconds"
	Ready    = "model_ready"
	Info     = "model_info"
)

// unknownModel is the label of requests for models that a server does not have. No model can be called this.
const unknownModel = "_unknown"

// Metric is a row of the contract.
type Metric struct {
	// Name of the metric, Type as in the exposition format, and the unit of its values.
	Name, Type, Unit string
	// Labels that the server gives it.
	Labels []string
	// Meaning is a sentence for people who write a server.
	Meaning string
}

// Contract is what a model server serves at /metrics, on the port that answers predictions.
func Contract() []Metric {
	version := []string{"model", "version"}
	return []Metric{
		{Requests, "counter", "requests", []string{"model", "version", "code"},
			"Predictions answered, by HTTP status code. A code 5xx is a failure of the server; all others are not. Once a model is loaded there " +
				"is a 2xx and a 5xx at 0. Requests for a model that the server does not have count under the model " + unknownModel +
				", so that clients cannot add series."},
		{Duration, "histogram", "seconds", version,
			"Time from the start of a prediction's request to the end of its answer, whatever the code, with the bounds below."},
		{InFlight, "gauge", "requests", version, "Predictions being worked on."},
		{LoadTime, "gauge", "seconds", version, "Time from the start of the server until the model could predict."},
		{Ready, "gauge", "0 or 1", version, "1 while the model is loaded and the server is not shutting down."},
		{Info, "gauge", "always 1", []string{"model", "version", "server", "server_version"},
			"What serves. Where the model's file has a source, more labels say where the version comes from: registry, registered_model, " +
				"registered_version, run, commit, artifact_digest. They are here, and nowhere else."},
	}
}

// Job is the label job of everything that is scraped from pods of models.
const Job = "models"

// Labels that Prometheus gives to each series of a model, from its pod. A server's own label of the same name becomes exported_<name>, so
// that no server can write into the series of another model.
const (
	LabelModel = "model"
	LabelTrack = "track"
)

// Values of LabelTrack.
const (
	Stable = "stable"
	Canary = "canary"
)

// TargetLabel is a label that a scrape gives, and where it comes from.
type TargetLabel struct{ Name, From, Meaning string }

// TargetLabels are what a scrape of models has to give to each target.
func TargetLabels() []TargetLabel {
	return []TargetLabel{
		{"job", "always `" + Job + "`", "what is scraped"},
		{"namespace", "the pod", "where it runs"},
		{"pod", "the pod", "which replica"},
		{LabelModel, "its label `app.kubernetes.io/name`", "the model"},
		{LabelTrack, "its label `app.kubernetes.io/component`: `model` gives `" + Stable + "`, `canary` gives `" + Canary + "`",
			"which of the versions that run side by side"},
	}
}

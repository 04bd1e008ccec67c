package server

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// unknownModel stands for every model that does not exist, so that clients cannot add time series at will. A model cannot
// be called this: names start with a letter or digit.
const unknownModel = "_unknown"

// buckets are upper bounds of latencies in seconds: those of the platform's contract of metric names, which has every latency objective
// that a model can have.
var buckets = []float64{.005, .01, .025, .05, .1, .2, .25, .3, .5, .75, 1, 2, 2.5, 5, 10, 20, 30, 60, 120, 300, 600}

// metrics are those of the contract that is in docs/monitoring.md of the platform.
type metrics struct {
	registry *prometheus.Registry
	version  string
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	inFlight *prometheus.GaugeVec
	load     *prometheus.GaugeVec
	ready    *prometheus.GaugeVec
	info     *prometheus.GaugeVec
}

// lineageLabels are the labels of model_info for what a lineage says, those of the platform's contract.
var lineageLabels = map[string]string{
	"registry": "registry", "name": "registered_model", "version": "registered_version", "run": "run", "commit": "commit",
	"digest": "artifact_digest",
}

// infoLabels are the labels of model_info that do not depend on the model.
func infoLabels(serverVersion, lineage string) prometheus.Labels {
	all := prometheus.Labels{"server": "modelserver", "server_version": serverVersion}
	values, _ := url.ParseQuery(lineage) // what can be read of it
	for name, label := range lineageLabels {
		if value := values.Get(name); value != "" {
			all[label] = value
		}
	}
	return all
}

// newMetrics returns the metrics of a server of a version that serves a version of its models with a lineage, "" for none.
func newMetrics(serverVersion, modelVersion, lineage string) *metrics {
	byVersion := []string{"model", "version"}
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, byVersion)
	}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		version:  modelVersion,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "model_requests_total", Help: "Predictions answered, by HTTP status code.",
		}, []string{"model", "version", "code"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "model_request_duration_seconds", Help: "Time from the start of a prediction's request to the end of its answer.",
			Buckets: buckets,
		}, byVersion),
		inFlight: gauge("model_requests_in_flight", "Predictions being worked on."),
		load:     gauge("model_load_duration_seconds", "Time that the model took to load."),
		ready:    gauge("model_ready", "1 when the model is loaded and the server is not shutting down, else 0."),
		info: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "model_info", Help: "Always 1; the labels say what serves.",
			ConstLabels: infoLabels(serverVersion, lineage),
		}, byVersion),
	}
	m.registry.MustRegister(m.requests, m.latency, m.inFlight, m.load, m.ready, m.info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// loaded shows a model that can predict. Its counters begin at 0 with a code of success and one of failure, so that the first failure is an
// increase.
func (m *metrics) loaded(model string, took time.Duration) {
	m.load.WithLabelValues(model, m.version).Set(took.Seconds())
	m.info.WithLabelValues(model, m.version).Set(1)
	m.ready.WithLabelValues(model, m.version).Set(1)
	m.inFlight.WithLabelValues(model, m.version)
	m.latency.WithLabelValues(model, m.version)
	for _, code := range []int{http.StatusOK, http.StatusServiceUnavailable} {
		m.requests.WithLabelValues(model, m.version, strconv.Itoa(code))
	}
}

func (m *metrics) unready(model string) { m.ready.WithLabelValues(model, m.version).Set(0) }

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// begin counts a request as in flight, until the returned function is called with its outcome.
func (m *metrics) begin(model string) (done func(code int, took time.Duration)) {
	m.inFlight.WithLabelValues(model, m.version).Inc()
	return func(code int, took time.Duration) {
		m.inFlight.WithLabelValues(model, m.version).Dec()
		m.requests.WithLabelValues(model, m.version, strconv.Itoa(code)).Inc()
		m.latency.WithLabelValues(model, m.version).Observe(took.Seconds())
	}
}

func (m *metrics) countUnknown() {
	m.requests.WithLabelValues(unknownModel, m.version, strconv.Itoa(http.StatusNotFound)).Inc()
}

// observedWriter remembers the status code of an answer and when it began.
type observedWriter struct {
	http.ResponseWriter
	code  int
	start time.Time
}

func observe(w http.ResponseWriter) *observedWriter {
	return &observedWriter{ResponseWriter: w, code: http.StatusOK, start: time.Now()}
}

// WriteHeader implements http.ResponseWriter.
func (w *observedWriter) WriteHeader(code int) {
	w.code = code
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap is for http.ResponseController.
func (w *observedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *observedWriter) duration() time.Duration { return time.Since(w.start) }

package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// unknownModel stands for every model that does not exist, so that clients cannot add time series at will. A model cannot
// be called this: names start with a letter or digit.
const unknownModel = "_unknown"

type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	inFlight *prometheus.GaugeVec
	ready    *prometheus.GaugeVec
}

func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "modelserver_predict_requests_total", Help: "Prediction requests answered, by model and HTTP status code.",
		}, []string{"model", "code"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "modelserver_predict_duration_seconds", Help: "Time from the start of a prediction request to the end of its answer, by model " +
				"and HTTP status code.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"model", "code"}),
		inFlight: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "modelserver_predict_in_flight", Help: "Prediction requests being worked on, by model.",
		}, []string{"model"}),
		ready: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "modelserver_model_ready", Help: "1 when the model is loaded and the server is not shutting down.",
		}, []string{"model"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "modelserver_build_info", Help: "Always 1; the label has the version.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.latency, m.inFlight, m.ready, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// begin counts a request as in flight, until the returned function is called with its outcome.
func (m *metrics) begin(model string) (done func(code int, took time.Duration)) {
	m.inFlight.WithLabelValues(model).Inc()
	return func(code int, took time.Duration) {
		m.inFlight.WithLabelValues(model).Dec()
		m.requests.WithLabelValues(model, strconv.Itoa(code)).Inc()
		m.latency.WithLabelValues(model, strconv.Itoa(code)).Observe(took.Seconds())
	}
}

func (m *metrics) countUnknown() {
	m.requests.WithLabelValues(unknownModel, strconv.Itoa(http.StatusNotFound)).Inc()
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

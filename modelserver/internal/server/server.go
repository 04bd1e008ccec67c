// Package server answers predictions over HTTP in the KServe V1 protocol.
package server

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/modelway/modelway/modelserver/internal/model"
)

// DefaultMaxBodyBytes bounds the body of a prediction.
const DefaultMaxBodyBytes = 1 << 20

// VersionHeader names the header that tells which version of a model answered.
const VersionHeader = "X-Model-Version"

// LineageHeader names the header that tells where that version comes from.
const LineageHeader = "X-Model-Lineage"

// Server is the HTTP handler. It answers 503 for its models until Load was given them, and again while it drains.
type Server struct {
	mux          *http.ServeMux
	log          *slog.Logger
	metrics      *metrics
	only         string // the one model to be served, or empty for all
	modelVersion string
	modelLineage string
	maxBodyBytes int64
	inFlight     inFlight
	failures     failures
	models       atomic.Pointer[model.Set]
	draining     atomic.Bool
	started      time.Time
	// requestTimeout bounds the reading of a body, together with silence; 0 for no limit.
	requestTimeout time.Duration
}

// Options for New. The zero value serves every model with the default limit and logs nothing.
type Options struct {
	// Only is the name of the one model that will be served; empty if it may be any.
	Only string
	// ModelVersion is the value of the header X-Model-Version in every answer for a model; empty for no such header.
	ModelVersion string
	// ModelLineage is the value of the header X-Model-Lineage in the same answers, and gives the metric model_info its labels: a query, as in
	// name=churn&version=3; empty for none.
	ModelLineage string
	// MaxBodyBytes bounds the body of a prediction; 0 means DefaultMaxBodyBytes.
	MaxBodyBytes int64
	// MaxInFlight bounds the predictions that are worked on at a time; more are answered with 503. One whose body is waited for is not worked
	// on. 0 means DefaultMaxInFlight.
	MaxInFlight int
	// MaxInFlightBytes bounds the sum of what has come of their bodies. It is at least MaxBodyBytes. 0 means DefaultMaxInFlightBytes, or
	// MaxBodyBytes where that is more.
	MaxInFlightBytes int64
	// FailPercent is the percentage of predictions that are answered with 500 on purpose, 0 to 100.
	FailPercent int
	// Version of the server, which the metric model_info shows.
	Version string
	// Log takes one record per request; nil for none.
	Log *slog.Logger
}

// New returns a server without models.
func New(options Options) *Server {
	options.MaxBodyBytes = cmp.Or(options.MaxBodyBytes, DefaultMaxBodyBytes)
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		started:      time.Now(),
		mux:          http.NewServeMux(),
		log:          options.Log,
		metrics:      newMetrics(options.Version, options.ModelVersion, options.ModelLineage),
		only:         options.Only,
		modelVersion: options.ModelVersion,
		modelLineage: options.ModelLineage,
		maxBodyBytes: options.MaxBodyBytes,
		failures:     failures{percent: uint64(options.FailPercent)},
		inFlight: inFlight{
			maxRequests: cmp.Or(options.MaxInFlight, DefaultMaxInFlight),
			maxBytes:    max(cmp.Or(options.MaxInFlightBytes, DefaultMaxInFlightBytes), options.MaxBodyBytes),
		},
	}
	s.mux.HandleFunc("/", s.notFound)
	s.mux.HandleFunc("/{$}", s.alive)
	s.mux.HandleFunc("/healthz", s.alive)
	s.mux.Handle("/metrics", s.metrics.handler())
	s.mux.HandleFunc("/v1/models", s.list)
	s.mux.HandleFunc("/v1/models/{target}", s.target)
	return s
}

// Load makes the models available. They took to load what has passed since New.
func (s *Server) Load(set model.Set) {
	s.models.Store(&set)
	took := time.Since(s.started)
	for name := range set {
		s.metrics.loaded(name, took)
	}
}

// Drain makes the models report that they are not ready, so that load balancers stop sending requests; those that
// still arrive are answered.
func (s *Server) Drain() {
	s.draining.Store(true)
	for name := range s.loaded() {
		s.metrics.unready(name)
	}
}

func (s *Server) loaded() model.Set {
	if set := s.models.Load(); set != nil {
		return *set
	}
	return nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	observed := observe(w)
	s.mux.ServeHTTP(observed, r)
	level := slog.LevelInfo
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		level = slog.LevelDebug // health checks and scrapes
	}
	s.log.Log(r.Context(), level, "request", "method", r.Method, "path", r.URL.Path, "code", observed.code,
		"duration", observed.duration().String(), "client", r.RemoteAddr)
}

func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	fail(w, http.StatusNotFound, "there is nothing at "+r.URL.Path)
}

func (s *Server) alive(w http.ResponseWriter, r *http.Request) {
	if allow(w, r, http.MethodGet, http.MethodHead) {
		reply(w, http.StatusOK, alive{Status: "alive"})
	}
}

func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	names := s.loaded().Names()
	if names == nil {
		names = []string{}
	}
	reply(w, http.StatusOK, modelList{Models: names})
}

// target serves /v1/models/<name> and /v1/models/<name>:<verb>.
func (s *Server) target(w http.ResponseWriter, r *http.Request) {
	name, verb, hasVerb := strings.Cut(r.PathValue("target"), ":")
	m, loading := s.find(name)
	for header, value := range map[string]string{VersionHeader: s.modelVersion, LineageHeader: s.modelLineage} {
		if value != "" && (m != nil || loading) {
			w.Header().Set(header, value)
		}
	}
	switch {
	case m == nil && !loading:
		s.unknown(w, name, verb)
	case !hasVerb:
		s.status(w, r, name, m != nil)
	case verb == "predict":
		s.predict(w, r, name, m)
	default:
		fail(w, http.StatusNotFound, fmt.Sprintf("the model %q has no verb %q: expected :predict", name, verb))
	}
}

// find returns a model, or whether it may yet be loaded.
func (s *Server) find(name string) (m *model.Model, loading bool) {
	if s.models.Load() == nil {
		return nil, s.only == "" || s.only == name
	}
	return s.loaded()[name], false
}

func (s *Server) unknown(w http.ResponseWriter, name, verb string) {
	if verb == "predict" {
		s.metrics.countUnknown()
	}
	message := fmt.Sprintf("there is no model %q here", name)
	if names := s.loaded().Names(); len(names) > 0 {
		message += ": expected " + strings.Join(names, ", ")
	}
	fail(w, http.StatusNotFound, message)
}

func (s *Server) status(w http.ResponseWriter, r *http.Request, name string, loaded bool) {
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	status := modelStatus{Name: name, Ready: loaded && !s.draining.Load()}
	if !status.Ready {
		reply(w, http.StatusServiceUnavailable, status)
		return
	}
	reply(w, http.StatusOK, status)
}

func (s *Server) predict(w http.ResponseWriter, r *http.Request, name string, m *model.Model) {
	done := s.metrics.begin(name)
	observed := observe(w)
	defer func() { done(observed.code, observed.duration()) }()
	if !allow(observed, r, http.MethodPost) {
		return
	}
	if m == nil {
		fail(observed, http.StatusServiceUnavailable, fmt.Sprintf("the model %q is still loading: try again", name))
		return
	}
	if r.ContentLength > s.maxBodyBytes {
		tooLarge(observed, s.maxBodyBytes)
		return
	}
	body := s.inFlight.begin(http.MaxBytesReader(observed, r.Body, s.maxBodyBytes), r.ContentLength, patience(observed, s.requestTimeout))
	if body == nil {
		noRoom(observed)
		return
	}
	defer body.Close() //nolint:errcheck // which never fails
	answer, err := answer(m, body)
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		tooLarge(observed, s.maxBodyBytes)
	case errors.Is(err, errNoRoom):
		noRoom(observed)
	case errors.Is(err, os.ErrDeadlineExceeded):
		observed.Header().Set("Connection", "close")
		fail(observed, http.StatusRequestTimeout, "the body did not come in time: send it at once")
	case err != nil:
		fail(observed, http.StatusBadRequest, err.Error())
	case s.failures.next():
		fail(observed, http.StatusInternalServerError, s.failures.reason())
	default:
		reply(observed, http.StatusOK, answer)
	}
}

// noRoom answers 503, and closes the connection rather than read the rest of the body.
func noRoom(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	w.Header().Set("Connection", "close")
	fail(w, http.StatusServiceUnavailable, errNoRoom.Error())
}

// tooLarge answers 413, and closes the connection rather than read the rest of the body.
func tooLarge(w http.ResponseWriter, limit int64) {
	w.Header().Set("Connection", "close")
	fail(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes: send fewer instances at a time", limit))
}

func answer(m *model.Model, body io.Reader) (predictions, error) {
	var result predictions
	err := decodeInstances(body, m.Features, func(instance []float64) error {
		prediction, err := m.Predict(instance)
		if err != nil {
			return fmt.Errorf("instance %d: %w", len(result.Predictions), err)
		}
		result.Predictions = append(result.Predictions, prediction)
		return nil
	})
	return result, err
}

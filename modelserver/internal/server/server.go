// Package server answers predictions over HTTP in the KServe V1 protocol.
package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/modelway/modelway/modelserver/internal/model"
)

// DefaultMaxBodyBytes bounds the body of a prediction.
const DefaultMaxBodyBytes = 1 << 20

// VersionHeader names the header that tells which version of a model answered.
const VersionHeader = "X-Model-Version"

// Server is the HTTP handler. It answers 503 for its models until Load was given them, and again while it drains.
type Server struct {
	mux          *http.ServeMux
	log          *slog.Logger
	metrics      *metrics
	only         string // the one model to be served, or empty for all
	modelVersion string
	maxBodyBytes int64
	models       atomic.Pointer[model.Set]
	draining     atomic.Bool
}

// Options for New. The zero value serves every model with the default limit and logs nothing.
type Options struct {
	// Only is the name of the one model that will be served; empty if it may be any.
	Only string
	// ModelVersion is the value of the header X-Model-Version in every answer for a model; empty for no such header.
	ModelVersion string
	// MaxBodyBytes bounds the body of a prediction; 0 means DefaultMaxBodyBytes.
	MaxBodyBytes int64
	// Version is shown by the metric modelserver_build_info.
	Version string
	// Log takes one record per request; nil for none.
	Log *slog.Logger
}

// New returns a server without models.
func New(options Options) *Server {
	if options.MaxBodyBytes == 0 {
		options.MaxBodyBytes = DefaultMaxBodyBytes
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		mux:          http.NewServeMux(),
		log:          options.Log,
		metrics:      newMetrics(options.Version),
		only:         options.Only,
		modelVersion: options.ModelVersion,
		maxBodyBytes: options.MaxBodyBytes,
	}
	s.mux.HandleFunc("/", s.notFound)
	s.mux.HandleFunc("/{$}", s.alive)
	s.mux.HandleFunc("/healthz", s.alive)
	s.mux.Handle("/metrics", s.metrics.handler())
	s.mux.HandleFunc("/v1/models", s.list)
	s.mux.HandleFunc("/v1/models/{target}", s.target)
	return s
}

// Load makes the models available.
func (s *Server) Load(set model.Set) {
	s.models.Store(&set)
	for name := range set {
		s.metrics.ready.WithLabelValues(name).Set(1)
	}
}

// Drain makes the models report that they are not ready, so that load balancers stop sending requests; those that
// still arrive are answered.
func (s *Server) Drain() {
	s.draining.Store(true)
	for name := range s.loaded() {
		s.metrics.ready.WithLabelValues(name).Set(0)
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
	if s.modelVersion != "" && (m != nil || loading) {
		w.Header().Set(VersionHeader, s.modelVersion)
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
	body, err := io.ReadAll(http.MaxBytesReader(observed, r.Body, s.maxBodyBytes))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		observed.Header().Set("Connection", "close") // rather than read the rest
		fail(observed, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes: send fewer instances at a time", tooLarge.Limit))
		return
	}
	if err != nil {
		fail(observed, http.StatusBadRequest, "the body could not be read: "+err.Error())
		return
	}
	answer, err := answer(m, body)
	if err != nil {
		fail(observed, http.StatusBadRequest, err.Error())
		return
	}
	reply(observed, http.StatusOK, answer)
}

func answer(m *model.Model, body []byte) (predictions, error) {
	instances, err := decodeInstances(body, m.Features)
	if err != nil {
		return predictions{}, err
	}
	result := predictions{Predictions: make([]float64, len(instances))}
	for i, instance := range instances {
		if result.Predictions[i], err = m.Predict(instance); err != nil {
			return predictions{}, fmt.Errorf("instance %d: %w", i, err)
		}
	}
	return result, nil
}

// Package store is the S3 of the local stack, and what gives pods credentials for it: the Security Token Service, as far as service
// accounts use it, and the agent of EKS Pod Identity. Objects are files of a folder; buckets, roles, policies and keys are those of the
// simulated account, and decide what a caller may do as IAM would.
package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/johannesboyne/gofakes3"

	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/durable"
	"github.com/modelway/modelway/local/identity"
	"github.com/modelway/modelway/local/port"
)

// Paths of what is not S3. No bucket can have a name with an underscore.
const (
	stsPath         = "/_sts"
	podIdentityPath = "/_pod-identity/v1/credentials"
)

// sweepPeriod is the time between two looks for buckets that the account no longer has.
const sweepPeriod = time.Second

// Config says what a store serves. All fields are required.
type Config struct {
	// Root is the checkout; the connection of its administrator is written to a file of it.
	Root string
	// Folder holds the objects.
	Folder string
	// Account has the buckets, roles and policies.
	Account *aws.Account
	// Review tells whose a service account token is.
	Review Reviewer
	// Log receives what was refused, and why.
	Log *slog.Logger
}

// Server serves a store.
type Server struct {
	Config
	listener   net.Listener
	folder     *folder
	api        http.Handler
	connection localstore.Connection
	issuer     issuer
}

// Listen opens the port of a store, the one that it had before where that is free, and writes how its administrator connects.
func Listen(config Config) (*Server, error) {
	state, err := config.Account.Snapshot()
	if err != nil {
		return nil, err
	}
	before, err := localstore.Read(config.Root)
	if err != nil {
		before = localstore.Connection{AccessKeyID: "AKIA" + rand.Text()[:16], SecretAccessKey: rand.Text() + rand.Text()[:14]}
	}
	listener, err := listen(before.Endpoint)
	if err != nil {
		return nil, err
	}
	before.Endpoint, before.Region = "http://"+listener.Addr().String(), state.Region()
	kept := &folder{root: config.Folder, account: config.Account}
	s := &Server{
		Config: config, listener: listener, folder: kept, connection: before,
		api:    gofakes3.New(kept, gofakes3.WithTimeSkewLimit(15*time.Minute)).Server(),
		issuer: issuer{key: []byte(before.SecretAccessKey), now: time.Now},
	}
	if err := errors.Join(os.RemoveAll(filepath.Join(config.Folder, uploadsFolder)), s.write()); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return s, nil
}

// listen opens the port of an endpoint, or another one.
func listen(endpoint string) (net.Listener, error) {
	if u, err := url.Parse(endpoint); err == nil && endpoint != "" {
		if listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", u.Port())); err == nil {
			return listener, nil
		}
	}
	free, err := port.Choose()
	if err != nil {
		return nil, err
	}
	return net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(free)))
}

func (s *Server) write() error {
	text, err := json.Marshal(s.connection)
	if err != nil {
		return err
	}
	file := localstore.File(s.Root)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return durable.WriteFile(file, text, 0o600)
}

// Endpoints are the URLs of the store.
func (s *Server) Endpoints() identity.Endpoints { return EndpointsAt(s.connection.Endpoint) }

// EndpointsAt are the URLs of a store whose S3 is at one.
func EndpointsAt(at string) identity.Endpoints {
	return identity.Endpoints{S3: at, STS: at + stsPath, PodIdentity: at + podIdentityPath}
}

// Serve answers until ctx ends.
func (s *Server) Serve(ctx context.Context) error {
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn)}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	go s.sweep(ctx)
	if err := server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving S3 at %s: %w", s.connection.Endpoint, err)
	}
	return nil
}

// sweep removes the objects of buckets that are gone, whenever the account changes.
func (s *Server) sweep(ctx context.Context) {
	var seen *aws.State
	for ctx.Err() == nil {
		if state, err := s.Account.Snapshot(); err == nil && state != seen {
			if err := s.folder.sweep(); err != nil && !errors.Is(err, fs.ErrNotExist) {
				s.Log.Warn("removing the objects of buckets that are gone: " + err.Error())
			} else {
				seen = state
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(sweepPeriod):
		}
	}
}

// ServeHTTP answers a request to one of the endpoints.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get(targetHeader) != "" {
		s.serveControl(w, r)
		return
	}
	switch r.URL.Path {
	case stsPath, stsPath + "/":
		s.serveSTS(w, r)
	case podIdentityPath:
		s.servePodIdentity(w, r)
	default:
		s.serveS3(w, r)
	}
}

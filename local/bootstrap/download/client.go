// Package download gets programs from their publishers, or from a mirror of them. What it returns has the SHA-256 sum that the publisher
// tells. An interrupted download goes on where it was, in a later run too. Files are kept in a cache, in the layout of a mirror.
package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"sync"
	"time"
)

// parallel is how many files are transferred at a time.
const parallel = 4

// Limits are how long is waited for what.
type Limits struct {
	// Connect is for a connection, with the look-up of the host's name.
	Connect time.Duration
	// Header is from a request to the head of its answer.
	Header time.Duration
	// Stall is for the next Least bytes of a file.
	Stall time.Duration
	Least int64
	// Pause is before a request that failed is made again.
	Pause time.Duration
	// Attempts is how many requests in a row may bring nothing of a file.
	Attempts int
}

// Patience are the limits for the publishers.
var Patience = Limits{
	Connect: 4 * time.Second, Header: 10 * time.Second, Stall: 15 * time.Second, Least: 16 << 10, Pause: time.Second, Attempts: 3,
}

// Client downloads files. A host that does not answer its first request is away: it is not asked again.
type Client struct {
	http   *http.Client
	mirror *url.URL
	cache  string
	limits Limits
	slots  chan struct{}

	mu       sync.Mutex
	away     map[string]error
	answered map[string]bool
}

// New is a client that keeps files in the folder cache.
func New(mode Mode, cache string, limits Limits) *Client {
	transport := &http.Transport{
		Proxy:       http.ProxyFromEnvironment,
		DialContext: (&net.Dialer{Timeout: limits.Connect}).DialContext, TLSHandshakeTimeout: limits.Header,
		ResponseHeaderTimeout: limits.Header, ForceAttemptHTTP2: true, DisableCompression: true,
	}
	transport.RegisterProtocol("file", http.NewFileTransport(http.Dir("/")))
	return &Client{
		http:   &http.Client{Transport: transport, CheckRedirect: checkRedirect},
		mirror: mode.Mirror, cache: cache, limits: limits, slots: make(chan struct{}, parallel),
		away: map[string]error{}, answered: map[string]bool{},
	}
}

var errRedirect = errors.New("redirected")

// checkRedirect follows a few redirects, and none that gives up encryption.
func checkRedirect(request *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return fmt.Errorf("%w 10 times", errRedirect)
	}
	if last := via[len(via)-1].URL; last.Scheme == "https" && request.URL.Scheme != "https" {
		return fmt.Errorf("%w from https to %s", errRedirect, request.URL.Scheme)
	}
	return nil
}

// locate is the address to ask for what the publisher has at the given one.
func (c *Client) locate(published string) (*url.URL, error) {
	address, err := url.Parse(published)
	if err != nil || c.mirror == nil {
		return address, err
	}
	return c.mirror.JoinPath(address.Host, address.Path), nil
}

// kept is where the cache has what the publisher has at the given address.
func (c *Client) kept(published string) string {
	address, err := url.Parse(published)
	if err != nil {
		return filepath.Join(c.cache, path.Base(published))
	}
	return filepath.Join(c.cache, address.Host, filepath.FromSlash(path.Clean("/"+address.Path)))
}

// awayError says that a host could not be reached.
type awayError struct {
	host  string
	cause error
}

func (e *awayError) Error() string { return e.host + " is not reachable: " + e.cause.Error() }

func (e *awayError) Unwrap() error { return e.cause }

// statusError is an answer that is not the file.
type statusError struct {
	address string
	status  int
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%s: %d %s", e.address, e.status, http.StatusText(e.status))
}

// again says whether the same request may have a better answer soon.
func (e *statusError) again() bool {
	return e.status >= 500 || e.status == http.StatusTooManyRequests || e.status == http.StatusRequestTimeout
}

// get asks for what the publisher has at an address, unless its host is away. The answer's status is 200, or 206 for a part.
func (c *Client) get(ctx context.Context, published string, header http.Header) (*http.Response, error) {
	address, err := c.locate(published)
	if err != nil {
		return nil, err
	}
	host := address.Host
	c.mu.Lock()
	away := c.away[host]
	c.mu.Unlock()
	if away != nil {
		return nil, &awayError{host, away}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header = header
	response, err := c.http.Do(request)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		err = plain(err)
		if c.answered[host] || ctx.Err() != nil || errors.Is(err, errRedirect) {
			return nil, fmt.Errorf("%s: %w", address, err)
		}
		c.away[host] = err
		return nil, &awayError{host, err}
	}
	c.answered[host] = true
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusPartialContent {
		_ = response.Body.Close()
		return nil, &statusError{address.String(), response.StatusCode}
	}
	return response, nil
}

// plain is the cause of a failed request, without the address that callers name.
func plain(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var unknown *net.DNSError
	if errors.As(err, &unknown) {
		return errors.New(unknown.Err)
	}
	return err
}

// maxSums is more than the sums of any release take.
const maxSums = 1 << 20

// sums reads what the publisher says of the sums of a file.
func (c *Client) sums(ctx context.Context, f File) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.limits.Connect+2*c.limits.Header, errStalled)
	defer cancel()
	response, err := c.get(ctx, f.Sums, nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxSums))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Sums, err)
	}
	return content, nil
}

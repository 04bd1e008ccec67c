package download

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// program is what the publisher of the tests offers. It is longer than what is buffered on the way.
var program = []byte(strings.Repeat("0123456789abcdef", 64<<10))

// impatient are limits for tests that nothing makes wait.
var impatient = Limits{
	Connect: time.Minute, Header: time.Minute, Stall: time.Minute, Least: 1, Pause: time.Nanosecond, Attempts: 3,
}

// publisher serves a program with its sum, and notes what it was asked for. It stands for every host, as a mirror does.
type publisher struct {
	*httptest.Server
	file File
	// answer replaces the answer to the nth request for the program, from 0.
	answer func(n int, w http.ResponseWriter, r *http.Request)
	// sums is what it says of sums.
	sums string

	mu     sync.Mutex
	asked  []string
	ranges []string
}

func newPublisher(t *testing.T) *publisher {
	p := &publisher{
		file:   File{URL: "https://dl.example.com/v1/program", Sums: "https://dl.example.com/v1/SHA256SUMS"},
		answer: func(_ int, w http.ResponseWriter, r *http.Request) { whole(w, r) },
		sums:   fmt.Sprintf("%x  other\n%x *program\n", sha256.Sum256(nil), sha256.Sum256(program)),
	}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	n := len(p.ranges)
	p.asked = append(p.asked, r.URL.Path)
	if r.URL.Path == "/dl.example.com/v1/program" {
		p.ranges = append(p.ranges, r.Header.Get("Range"))
	}
	p.mu.Unlock()
	switch r.URL.Path {
	case "/dl.example.com/v1/SHA256SUMS":
		fmt.Fprint(w, p.sums)
	case "/dl.example.com/v1/program":
		p.answer(n, w, r)
	default:
		http.NotFound(w, r)
	}
}

// whole serves the program, or the part of it that is asked for.
func whole(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"1"`)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(program)))
}

// half serves the first half of the program and does what then says.
func half(w http.ResponseWriter, then func()) {
	w.Header().Set("ETag", `"1"`)
	w.Header().Set("Content-Length", fmt.Sprint(len(program)))
	_, _ = w.Write(program[:len(program)/2])
	_ = http.NewResponseController(w).Flush()
	then()
}

// cut ends a connection in the middle of an answer.
func cut() { panic(http.ErrAbortHandler) }

func (p *publisher) client(cache string, limits Limits) *Client {
	address, err := url.Parse(p.URL)
	if err != nil {
		panic(err)
	}
	return New(Mode{Mirror: address}, cache, limits)
}

// fetch downloads the program as one run does.
func (p *publisher) fetch(ctx context.Context, c *Client) (string, error) {
	sum, err := c.Sum(ctx, p.file)
	if err != nil {
		return "", err
	}
	return c.Fetch(ctx, sum, &Meter{})
}

package server

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// Defaults of [Options]: with both at their bound, the sample's memory limit of 512Mi is half used.
const (
	DefaultMaxInFlight      = 256
	DefaultMaxInFlightBytes = 32 << 20
)

// openPerPlace is how many bodies may have begun for each that may be in work. One that is waited for costs its connection and buffers,
// some 30 KiB: with the default of places all of them take 120 MiB, a quarter of the sample's memory.
const openPerPlace = 16

// inFlight bounds the bodies that are read and answered at a time, by number and by size. A body counts by the bytes that have come, and
// not as one in work while the next are waited for: who sends nothing takes no room from others, until openPerPlace times as many have
// begun.
type inFlight struct {
	mu          sync.Mutex
	open        int // that have begun, in work or waited for
	requests    int
	bytes       int64
	maxRequests int
	maxBytes    int64
}

// errNoRoom is the error of a body that has no room for what has come.
var errNoRoom = errors.New("too many predictions are in work: try again in a second")

// begin admits a body of which at least a number of bytes will come; nil where there is no room. Close gives its room back.
func (f *inFlight) begin(body io.Reader, least int64, deadline func() error) *counted {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.requests >= f.maxRequests || f.open >= openPerPlace*f.maxRequests || least > f.maxBytes-f.bytes {
		return nil
	}
	f.open++
	f.requests++
	return &counted{body: body, room: f, deadline: deadline}
}

// counted is a body that was admitted.
type counted struct {
	body     io.Reader
	room     *inFlight
	bytes    int64
	deadline func() error
}

// Read implements io.Reader. It fails with errNoRoom where the bytes do not fit in.
func (c *counted) Read(p []byte) (int, error) {
	if err := c.deadline(); err != nil {
		return 0, err
	}
	c.count(-1, 0)
	n, err := c.body.Read(p)
	if !c.count(1, int64(n)) {
		return 0, errNoRoom
	}
	return n, err
}

// Close implements io.Closer.
func (c *counted) Close() error {
	c.count(-1, -c.bytes)
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.room.open--
	return nil
}

// count adds to what is in flight, and says whether it is within the bound of bytes.
func (c *counted) count(requests int, bytes int64) bool {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.bytes += bytes
	c.room.requests += requests
	c.room.bytes += bytes
	return c.room.bytes <= c.room.maxBytes
}

// silence is the longest time that nothing of a body comes, before the connection is closed.
const silence = 5 * time.Second

// patience returns what bounds each read of a body: by the silence, and by the end of the time for the whole request. Where that has no
// limit, neither has a read.
func patience(w http.ResponseWriter, whole time.Duration) func() error {
	control, end := http.NewResponseController(w), time.Now().Add(whole)
	return func() error {
		if whole == 0 {
			return nil
		}
		until := time.Now().Add(silence)
		if end.Before(until) {
			until = end
		}
		if err := control.SetReadDeadline(until); !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		return nil // not on a connection
	}
}

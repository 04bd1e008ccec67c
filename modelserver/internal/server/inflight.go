package server

import "sync"

// Defaults of [Options]: with both at their bound, the sample's memory limit of 512Mi is half used.
const (
	DefaultMaxInFlight      = 256
	DefaultMaxInFlightBytes = 32 << 20
)

// inFlight bounds the bodies that are read and answered at a time, by number and by size.
type inFlight struct {
	mu          sync.Mutex
	requests    int
	bytes       int64
	maxRequests int
	maxBytes    int64
}

// begin admits a body of a size in bytes, and returns what gives its room back; false where there is no room.
func (f *inFlight) begin(size int64) (end func(), admitted bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.requests >= f.maxRequests || size > f.maxBytes-f.bytes {
		return nil, false
	}
	f.requests++
	f.bytes += size
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.requests--
		f.bytes -= size
	}, true
}

package server

import (
	"fmt"
	"sync/atomic"
)

// failures decides which predictions fail on purpose, so that whoever watches the server can be tried: a percentage, spread evenly.
type failures struct {
	percent uint64
	asked   atomic.Uint64
}

// golden is 2^64 divided by the golden ratio. Its multiples are spread evenly, and so is every second or third of them: clients that take
// turns have the same part of the failures (https://en.wikipedia.org/wiki/Low-discrepancy_sequence#Additive_recurrence).
const golden = 0x9e3779b97f4a7c15

// next says whether one more prediction fails.
func (f *failures) next() bool {
	return f.asked.Add(1)*golden>>32*100>>32 < f.percent
}

func (f *failures) reason() string {
	return fmt.Sprintf("this server is told to fail %d%% of its predictions: FAIL_PERCENT", f.percent)
}

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

// next says whether one more prediction fails: of a hundred in a row as many as the percentage.
func (f *failures) next() bool {
	n := f.asked.Add(1)
	return n*f.percent/100 > (n-1)*f.percent/100
}

func (f *failures) reason() string {
	return fmt.Sprintf("this server is told to fail %d%% of its predictions: FAIL_PERCENT", f.percent)
}

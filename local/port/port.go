// Package port finds TCP ports of 127.0.0.1 that nobody listens on.
package port

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"

	"github.com/modelway/modelway/internal/localcli"
)

// Chosen ports lie below the ranges that operating systems give to outgoing connections (32768 and up on Linux, 49152 and up on
// macOS), and are random so that whoever gives a port back finds it still free.
const (
	first = 20000
	last  = 29999
	// tries is far more than it takes on a machine that can be worked with.
	tries = 1000
)

// Choose is a port that is free now and that no outgoing connection will take, other than those given.
func Choose(taken ...int) (int, error) {
	for range tries {
		candidate := first + rand.IntN(last-first+1)
		if !slices.Contains(taken, candidate) && Free(candidate) {
			return candidate, nil
		}
	}
	return 0, fmt.Errorf("none of %d ports tried between %d and %d on 127.0.0.1 is free", tries, first, last)
}

// Free says whether every user may listen on a port and nobody does.
func Free(port int) bool {
	if !localcli.UsablePort(port) {
		return false
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	_ = listener.Close()
	return true
}

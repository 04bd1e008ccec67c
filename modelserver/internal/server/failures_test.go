package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/modelserver/internal/server"
)

// TestFailures wants each of two clients that take turns to have as many failures as the percentage says, and none of what a client did
// wrong to be one.
func TestFailures(t *testing.T) {
	for _, percent := range []int{0, 10, 50, 100} {
		_, url := start(t, server.Options{FailPercent: percent}, true)
		var failed [2]int
		for i := range 200 {
			response, body := request(t, "POST", url+predictPath, `{"instances":[1000,45,0.67]}`)
			if response.StatusCode != http.StatusOK {
				require.Equal(t, http.StatusInternalServerError, response.StatusCode)
				require.Contains(t, body, "told to fail")
				failed[i%2]++
			}
		}
		for client, n := range failed {
			require.InDelta(t, percent, n, 3, "of 100 requests of client %d at %d%%", client, percent)
		}
		response, _ := request(t, "POST", url+predictPath, `{"instances":[1]}`)
		require.Equal(t, http.StatusBadRequest, response.StatusCode)
	}
}

package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/modelserver/internal/server"
)

// TestFailures wants of every ten predictions as many to fail as the percentage says, and none of what the client did wrong.
func TestFailures(t *testing.T) {
	for percent, want := range map[int]int{0: 0, 10: 1, 50: 5, 100: 10} {
		_, url := start(t, server.Options{FailPercent: percent}, true)
		failed := 0
		for range 10 {
			response, body := request(t, "POST", url+predictPath, `{"instances":[1000,45,0.67]}`)
			if response.StatusCode != http.StatusOK {
				require.Equal(t, http.StatusInternalServerError, response.StatusCode)
				require.Contains(t, body, "told to fail")
				failed++
			}
		}
		require.Equal(t, want, failed, "at %d%%", percent)
		response, _ := request(t, "POST", url+predictPath, `{"instances":[1]}`)
		require.Equal(t, http.StatusBadRequest, response.StatusCode)
	}
}

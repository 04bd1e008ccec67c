package loadbalancer

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheMachinesOwnPage is asked for by the machine's names only, and leaves every other address to the load balancers.
func TestTheMachinesOwnPage(t *testing.T) {
	h := newHarness(t)
	h.front.page = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "page of ", r.URL.Path) })
	require.Empty(t, h.hold([]int{h.port})[h.port])
	for _, test := range []struct {
		host, path, accept string
		page               bool
	}{
		{"localhost", "/", "text/html,application/xhtml+xml;q=0.9", true},
		{"localhost:8080", "/", "*/*", true},
		{"127.0.0.1:8080", "/", "*/*", true},
		{"localhost", "/map.json", "application/json", true},
		{"localhost", "/", "application/json", false},
		{"localhost", "/v1/models/churn", "*/*", false},
		{"localhost", "/index.html", "text/html", false},
		{"api.localhost", "/", "text/html", false},
		{"api.localhost:8080", "/map.json", "*/*", false},
		{"localhost.company.com", "/", "text/html", false},
		{"", "/", "text/html", true}, // 127.0.0.1, the address of the request
	} {
		code, text := h.get(test.host, test.path, "Accept", test.accept)
		if test.page {
			require.Equal(t, http.StatusOK, code, test)
			require.Equal(t, "page of "+test.path, text, test)
		} else {
			require.Equal(t, http.StatusNotFound, code, test)
		}
	}
}

func TestNoPageWithoutOne(t *testing.T) {
	h := newHarness(t)
	require.Empty(t, h.hold([]int{h.port})[h.port])
	code, _ := h.get("localhost", "/", "Accept", "text/html")
	require.Equal(t, http.StatusNotFound, code)
}

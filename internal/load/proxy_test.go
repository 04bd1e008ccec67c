package load_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// deadProxy is a proxy that nobody runs: port 1 of loopback.
const deadProxy = "http://127.0.0.1:1"

// TestMain gives the whole package the proxy, which net/http reads from the environment once.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy"} {
		if err := os.Setenv(name, deadProxy); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// TestLocalModelsAreAskedWithoutTheProxy wants a name below localhost, as the models of a local stack have it, asked directly: net/http
// leaves only localhost itself and loopback addresses out. Everything else goes through the proxy.
func TestLocalModelsAreAskedWithoutTheProxy(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	toServer := func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != strings.TrimPrefix(deadProxy, "http://") {
			address = server.Listener.Addr().String()
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	for host, reached := range map[string]bool{"api.localhost": true, "api.example.com": false} {
		p := plan("http://" + host + "/")
		p.Rate = 2
		r := p.Run(t.Context(), toServer, time.Minute, nil)
		require.Equal(t, reached, r.Codes[http.StatusNotFound] == 2, "%s: %v", host, r.Faults)
		require.Equal(t, !reached, len(r.Faults) > 0, "%s: %v", host, r.Faults)
	}
}

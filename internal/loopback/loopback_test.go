package loopback_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/loopback"
)

// TestMain gives the whole package a proxy, which net/http reads from the environment once.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		if err := os.Setenv(name, "http://proxy.example.com:3128"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// TestWhatIsOfThisMachine wants each URL told apart, and only those of others asked through the proxy.
func TestWhatIsOfThisMachine(t *testing.T) {
	for url, want := range map[string]bool{
		"http://api.models.localhost:8080/v1": true, "http://127.0.32.7:8080": true, "http://[::1]:80": true, "http://localhost": true,
		"https://api.example.com": false, "http://10.0.0.1": false, "http://notlocalhost": false, "http://a.localhost.example.com": false,
	} {
		require.Equal(t, want, loopback.IsURL(url), url)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		require.NoError(t, err)
		proxy, err := loopback.Proxy(request)
		require.NoError(t, err)
		require.Equal(t, want, proxy == nil, url)
	}
	require.False(t, loopback.IsURL("://"))
}

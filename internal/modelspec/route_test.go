package modelspec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
)

func TestRouteOnSharedHost(t *testing.T) {
	m := modelspec.Default()
	m.Name = "churn"
	require.False(t, m.OwnHost())
	require.Equal(t, "api.company.com", m.Host("company.com"))
	require.Equal(t, []modelspec.Path{
		{Path: "/v1/models/churn", PathType: "Exact"},
		{Path: "/v1/models/churn:predict", PathType: "Exact"},
	}, m.Paths())
}

func TestRouteOnOwnHost(t *testing.T) {
	m := modelspec.Default()
	m.Name, m.Route.Subdomain = "recommender", "shop"
	require.True(t, m.OwnHost())
	require.Equal(t, "shop.company.com", m.Host("company.com"))
	require.Equal(t, []modelspec.Path{{Path: "/", PathType: "Prefix"}}, m.Paths())
	require.Equal(t, "/v1/models/recommender:predict", m.PredictPath())
}

func TestURLLeavesOutTheSchemesOwnPort(t *testing.T) {
	m := modelspec.Default()
	m.Name = "churn"
	for want, port := range map[string]struct {
		scheme string
		number int
	}{
		"https://api.company.com/v1/models/churn:predict":      {"https", 443},
		"http://api.company.com/v1/models/churn:predict":       {"http", 80},
		"http://api.company.com:443/v1/models/churn:predict":   {"http", 443},
		"https://api.company.com:8443/v1/models/churn:predict": {"https", 8443},
	} {
		require.Equal(t, want, m.URL(port.scheme, "company.com", port.number))
	}
	require.Equal(t, "https://api.company.com/v1/models/churn:predict", m.URL("https", "company.com", 0))
}

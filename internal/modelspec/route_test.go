package modelspec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
)

func TestEntrances(t *testing.T) {
	shared := func(label string) modelspec.Entrance {
		return modelspec.Entrance{Host: label + ".company.com", Shared: true}
	}
	own := func(label string) modelspec.Entrance { return modelspec.Entrance{Host: label + ".company.com"} }
	for name, test := range map[string]struct {
		route modelspec.Route
		want  []modelspec.Entrance
	}{
		"nothing said":            {modelspec.Route{}, []modelspec.Entrance{shared("api")}},
		"a subdomain":             {modelspec.Route{Subdomain: "shop"}, []modelspec.Entrance{own("shop")}},
		"by path":                 {modelspec.Route{By: "path"}, []modelspec.Entrance{shared("api")}},
		"by path on another host": {modelspec.Route{By: "path", Subdomain: "api-2"}, []modelspec.Entrance{shared("api-2")}},
		"by host":                 {modelspec.Route{By: "host"}, []modelspec.Entrance{own("churn")}},
		"by host of another name": {modelspec.Route{By: "host", Subdomain: "shop"}, []modelspec.Entrance{own("shop")}},
		"all paths of its host": {modelspec.Route{By: "both", Paths: "all"}, []modelspec.Entrance{shared("api"), {Host: "churn.company.com",
			AllPaths: true}}},
		"by both":                    {modelspec.Route{By: "both"}, []modelspec.Entrance{shared("api"), own("churn")}},
		"by both with another name":  {modelspec.Route{By: "both", Subdomain: "shop"}, []modelspec.Entrance{shared("api"), own("shop")}},
		"dedicated":                  {modelspec.Route{Exposure: "dedicated"}, []modelspec.Entrance{own("churn")}},
		"dedicated, of another name": {modelspec.Route{Exposure: "dedicated", Subdomain: "shop"}, []modelspec.Entrance{own("shop")}},
		"not exposed":                {modelspec.Route{Exposure: "none", By: "both"}, nil},
	} {
		m := modelspec.Default()
		m.Name, m.Route = "churn", test.route
		require.Equal(t, test.want, m.Entrances("company.com"), name)
	}
}

func TestURL(t *testing.T) {
	m := modelspec.Model{Name: "churn"}
	require.Equal(t, "/v1/models/churn:predict", m.PredictPath())
	require.Equal(t, "https://api.company.com/v1/models/churn:predict", m.URL("https", "api.company.com", 443))
	require.Equal(t, "http://api.localhost:8080/v1/models/churn:predict", m.URL("http", "api.localhost", 8080))
}

package rollout

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const stackOutputs = `{
	"models": {
		"churn": {"image": "ghcr.io/company/churn:2", "canary": {"image": "ghcr.io/company/churn:3", "env": {"MODEL_VERSION": "next"}}},
		"fraud": {"image": "ghcr.io/company/fraud@sha256:0123456789abcdef"}, "inner": {"image": "x:1"}, "private": {"image": "x:1"}},
	"modelUrls": {
		"churn": "https://api.company.com/v1/models/churn:predict", "fraud": "", "inner": "http://inner.models.svc.cluster.local/v1/models/inner:predict",
		"private": "https://models.company.internal/v1/models/private:predict"},
	"loadBalancers": {"public": {"scheme": "internet-facing", "hosts": ["api.company.com"]}, "inside": {"scheme": "internal", "hosts": ["models.company.internal"]}}}`

func TestModelsOfAStack(t *testing.T) {
	const (
		none, inside, off = "it has no URL", "its URL is inside the cluster only", "URLs are not asked (urls: none)"
		private           = "its load balancer is internal, and this machine may not reach it (ask all the same with urls: all)"
	)
	for urls, want := range map[URLs][]string{URLsAuto: {"", none, inside, private}, URLsAll: {"", none, inside, ""},
		URLsNone: {off, none, inside, off}} {
		all, err := Models([]byte(stackOutputs), urls)
		require.NoError(t, err)
		var got []string
		for _, m := range all {
			got = append(got, m.Unasked)
		}
		require.Equal(t, want, got, urls)
		require.Equal(t, []Version{
			{Deployment: "churn", Image: "ghcr.io/company/churn:2", Number: "2"}, {Deployment: "churn-canary", Image: "ghcr.io/company/churn:3",
				Number: "next"},
		}, all[0].Versions)
		require.Equal(t, []Version{{Deployment: "fraud", Image: "ghcr.io/company/fraud@sha256:0123456789abcdef", Number: "0123456789ab"}},
			all[1].Versions)
		require.Equal(t, "https://api.company.com/v1/models/churn", all[0].StatusURL())
	}
	_, err := Models([]byte(`{"models": {}}`), URLsAuto)
	require.ErrorContains(t, err, "deploy it with this version of the program first")
	_, err = ParseURLs("some")
	require.EqualError(t, err, `urls: "some" is not a choice; allowed: auto, all, none`)
}

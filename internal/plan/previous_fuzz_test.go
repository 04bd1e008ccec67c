package plan

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/outputs"
)

// FuzzPrevious reads whatever an earlier version, or a person with `pulumi stack import`, may have left in the outputs.
func FuzzPrevious(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"loadBalancers":null,"models":null}`, `{"loadBalancers":{"public":null},"models":{"a":null}}`, `{"loadBalancers":[1]}`,
		`{"loadBalancers":{"public":{"loadBalancer":"public","scheme":"internal","hosts":["api.company.com"]}},"models":{"a":{"image":"acme/a:1"}}}`,
		`{"models":{"":{"image":7},"b":[],"c":{"name":"d","routes":[{"weight":1e99}]}}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var found map[string]any
		if json.Unmarshal(data, &found) != nil {
			return
		}
		previous, err := FromOutputs("modelway/dev", found)
		if err != nil {
			require.ErrorContains(t, err, outputs.LoadBalancers)
			return
		}
		deployed, _ := found[outputs.Models].(map[string]any)
		require.Len(t, previous.Models, len(deployed), "every model that was deployed is known")
		for name := range deployed {
			require.True(t, previous.Deployed(name))
		}
		require.Len(t, previous.placement(), len(previous.LoadBalancers))
	})
}

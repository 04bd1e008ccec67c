package kubeconfig

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzJSON requires a kubeconfig in which no value can become more than a value.
func FuzzJSON(f *testing.F) {
	f.Add("modelway-dev", "us-east-1", "https://example.eks.amazonaws.com", "LS0t")
	f.Add(`a","x":{`, "\n", "\u2028</script>", "")
	f.Fuzz(func(t *testing.T, name, region, endpoint, authority string) {
		for _, value := range []string{name, region, endpoint, authority} {
			if !utf8.ValidString(value) {
				return
			}
		}
		text, err := Cluster{Name: name, Region: region, Endpoint: endpoint, CertificateAuthority: authority}.JSON()
		require.NoError(t, err)
		var read struct {
			Context  string `json:"current-context"`
			Clusters []struct {
				Name    string
				Cluster struct {
					Server    string
					Authority string `json:"certificate-authority-data"`
				}
			}
			Users []struct {
				User struct{ Exec struct{ Args []string } }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(text), &read))
		require.Equal(t, name, read.Context)
		require.Len(t, read.Clusters, 1)
		require.Equal(t, name, read.Clusters[0].Name)
		require.Equal(t, endpoint, read.Clusters[0].Cluster.Server)
		require.Equal(t, authority, read.Clusters[0].Cluster.Authority)
		require.Len(t, read.Users, 1)
		require.Contains(t, read.Users[0].User.Exec.Args, region)
	})
}

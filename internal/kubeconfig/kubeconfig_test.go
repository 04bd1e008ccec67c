package kubeconfig

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJSONNamesEverythingAfterTheCluster(t *testing.T) {
	doc, err := Cluster{Name: "c", Region: "eu-west-1", Endpoint: "https://e", CertificateAuthority: "Q0E="}.JSON()
	require.NoError(t, err)
	var got struct {
		Current  string `json:"current-context"`
		Clusters []struct {
			Name    string
			Cluster struct {
				Server string
				CA     string `json:"certificate-authority-data"`
			}
		}
		Contexts []struct {
			Context struct{ Cluster, User string }
		}
		Users []struct {
			User struct {
				Exec struct {
					Command string
					Args    []string
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(doc), &got))
	require.Equal(t, "c", got.Current)
	require.Equal(t, "https://e", got.Clusters[0].Cluster.Server)
	require.Equal(t, "Q0E=", got.Clusters[0].Cluster.CA)
	require.Equal(t, "c", got.Contexts[0].Context.User)
	require.Equal(t, "aws", got.Users[0].User.Exec.Command)
	require.Equal(t, []string{"eks", "get-token", "--cluster-name", "c", "--region", "eu-west-1", "--output", "json"},
		got.Users[0].User.Exec.Args)
}

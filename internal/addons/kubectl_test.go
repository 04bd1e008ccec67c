package addons

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKubectlHasTheVersionOfTheCluster(t *testing.T) {
	require.NotEmpty(t, kubectlTags)
	for version := range kubectlTags {
		image, err := Kubectl(version)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(image.String(), "registry.k8s.io/kubectl:v"+version+"."), image)
		require.Equal(t, []string{version}, image.KubernetesVersions)
	}
	for _, version := range []string{"", "1.32", "1.36.1", "v1.36"} {
		_, err := Kubectl(version)
		require.ErrorContains(t, err, `no release of kubectl is known for Kubernetes "`+version+`"`)
		require.ErrorContains(t, err, "1.33, 1.34, 1.35, 1.36, 1.37")
	}
}

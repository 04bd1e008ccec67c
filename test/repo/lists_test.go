package repo

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
)

// TestVersionsHaveImages requires the images of everything that is built for one version of Kubernetes.
func TestVersionsHaveImages(t *testing.T) {
	for _, version := range config.KubernetesVersions {
		for _, row := range addons.All() {
			require.NoError(t, row.Check(addons.Facts{KubernetesVersion: version.Version}), "an image for every version that can be chosen")
		}
		_, err := addons.Kubectl(version.Version)
		require.NoError(t, err, "a kubectl for every version that can be chosen")
	}
}

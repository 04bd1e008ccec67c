package addons

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/rule"
)

func TestEveryImageIsPinned(t *testing.T) {
	images := Images()
	var names []string
	for _, image := range images {
		require.Regexp(t, exactTag, image.Tag, image.Repository)
		host, _, found := strings.Cut(image.Repository, "/")
		require.True(t, found && isHost(host), "%s: it must name its registry", image.Repository)
		require.NotContains(t, image.Repository, ":", "the tag belongs in Tag")
		require.NotEmpty(t, image.Runs, image.Repository)
		names = append(names, image.String())
	}
	require.True(t, slices.IsSortedFunc(images, func(a, b Image) int {
		return cmp.Or(strings.Compare(a.Repository, b.Repository), strings.Compare(a.Tag, b.Tag))
	}), names)
	require.Len(t, slices.Compact(slices.Clone(names)), len(names), "each image once")
}

func TestImagesHoldWhatRuns(t *testing.T) {
	images := map[string][]string{}
	for _, image := range Images() {
		images[image.String()] = image.KubernetesVersions
	}
	require.Contains(t, images, "public.ecr.aws/eks/aws-load-balancer-controller:"+LoadBalancerController().Chart.AppVersion)
	require.Contains(t, images, NvidiaDevicePlugin().String())
	for version, tag := range clusterAutoscalerTags {
		require.Contains(t, images["registry.k8s.io/autoscaling/cluster-autoscaler:"+tag], version)
	}
	for version := range kubectlTags {
		image, err := Kubectl(version)
		require.NoError(t, err)
		require.Contains(t, images[image.String()], version)
	}
}

// A mirror drops the hosts of registries, so no two images may have one path.
func TestImagesStayApartInAMirror(t *testing.T) {
	seen := map[string]string{}
	for _, image := range Images() {
		path := Mirror(image.Repository, "mirror.example.com")
		if other, taken := seen[path]; taken {
			require.Equal(t, other, image.Repository, "%s holds two images", path)
		}
		seen[path] = image.Repository
	}
}

func TestMirror(t *testing.T) {
	const mirror = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
	for image, want := range map[string]string{
		"public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0": mirror + "/eks/aws-load-balancer-controller:v3.5.0",
		"nvcr.io/nvidia/k8s-device-plugin":                       mirror + "/nvidia/k8s-device-plugin",
		"localhost:5000/model":                                   mirror + "/model",
		"localhost/model":                                        mirror + "/model",
		"library/nginx:1.29":                                     mirror + "/library/nginx:1.29",
		"nginx:1.29":                                             mirror + "/nginx:1.29",
	} {
		require.Equal(t, want, Mirror(image, mirror))
		require.Equal(t, image, Mirror(image, ""), "without a mirror an image stays")
	}
}

func TestMirrorKeepsPathAndTag(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		host := rapid.StringMatching(`[a-z]{1,8}\.[a-z]{2,3}(:[0-9]{2,4})?`).Draw(t, "host")
		path := rapid.StringMatching(`[a-z]{1,8}(/[a-z]{1,8}){0,2}(:v[0-9]\.[0-9])?`).Draw(t, "path")
		mirror := rapid.StringMatching(`[a-z]{1,8}\.[a-z]{2,3}(/[a-z]{1,8})?`).Draw(t, "mirror")
		require.Empty(t, CheckMirror(rule.Path{"mirror"}, mirror, ""))
		require.Equal(t, mirror+"/"+path, Mirror(host+"/"+path, mirror))
	})
}

func TestCheckMirror(t *testing.T) {
	for _, good := range []string{"", "mirror.example.com", "localhost:5000", "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror/a_b-c.d"} {
		require.Empty(t, CheckMirror(rule.Path{"mirror"}, good, ""))
	}
	for _, bad := range []string{
		"https://mirror.example.com", "mirror.example.com/", "mirror", "Mirror.example.com", "mirror.example.com/a:v1", "mirror.example.com//a",
		" mirror.example.com",
	} {
		faults := CheckMirror(rule.Path{"mirror"}, bad, "")
		require.Len(t, faults, 1, bad)
		require.Contains(t, faults[0].Error(), `mirror is "`+bad+`": not the address of a container registry`)
		proposed, ok := faults[0].Fixes[0].Value.(string)
		require.True(t, ok)
		require.Empty(t, CheckMirror(rule.Path{"mirror"}, proposed, ""))
	}
}

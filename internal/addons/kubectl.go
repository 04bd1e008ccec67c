package addons

const kubectlRepository = "registry.k8s.io/kubectl"

// kubectlTags are the tags of kubectl's image by the cluster's Kubernetes version. kubectl may be one minor version off its
// API server (https://kubernetes.io/releases/version-skew-policy/#kubectl), and each release of Kubernetes has an image
// (https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.36.md), so the minor versions are equal.
var kubectlTags = Tags{
	"1.33": "v1.33.12",
	"1.34": "v1.34.9",
	"1.35": "v1.35.9",
	"1.36": "v1.36.4",
	"1.37": "v1.37.1",
}

// Kubectl pins the image of kubectl that fits a Kubernetes version, such as 1.36. It holds kubectl, which is its entrypoint,
// and no shell, and names no user, so that the pod has to
// (https://github.com/kubernetes/kubernetes/blob/v1.35.4/build/server-image/kubectl/Dockerfile).
func Kubectl(kubernetesVersion string) (Image, error) {
	tag, err := kubectlTags.of("kubectl", kubernetesVersion)
	return Image{Repository: kubectlRepository, Tag: tag, Runs: "kubectl", KubernetesVersions: []string{kubernetesVersion}}, err
}

// Package image reads references of container images, such as ghcr.io/company/churn:1.0.0, and says which patterns of registries they match.
package image

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"

	"github.com/modelway/modelway/internal/glob"
)

// Image is a reference of a container image, as a container runtime reads it.
type Image struct {
	// Registry is the name of the registry, with its port where one is given: docker.io where the reference names none.
	Registry string
	// Path is that of the repository in the registry, such as library/nginx.
	Path string
	// Tag and Digest are empty where the reference has none.
	Tag, Digest string
}

// Parse reads a reference. The error says that the text is none.
func Parse(text string) (Image, error) {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return Image{}, fmt.Errorf("%q is not an image reference: %w", text, err)
	}
	i := Image{Registry: reference.Domain(named), Path: reference.Path(named)}
	if tagged, ok := named.(reference.Tagged); ok {
		i.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		i.Digest = digested.Digest().String()
	}
	return i, nil
}

// Pinned says whether the reference names one image for good: by a digest, or by a tag other than latest.
func (i Image) Pinned() bool { return i.Digest != "" || i.Tag != "" && i.Tag != "latest" }

// From says whether the image is from a registry and path of the form of a pattern, such as *.dkr.ecr.*.amazonaws.com/*. In the name of the
// registry a star stands for text without a dot, a colon or a slash, as in the patterns of the kubelet
// (https://kubernetes.io/docs/tasks/administer-cluster/kubelet-credential-provider/#configure-image-matching); in the path for any text.
func (i Image) From(pattern string) bool {
	registry, path, _ := strings.Cut(pattern, "/")
	return glob.MatchWithin(registry, ".:/", i.Registry) && glob.Match(path, i.Path)
}

package addons

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Image pins one container image.
type Image struct {
	// Repository is the image's address without its tag. It begins with the host of a registry.
	Repository string
	// Tag is exact: one that names a single release.
	Tag string
	// Runs is what runs in it.
	Runs string
	// KubernetesVersions are the minor versions of the clusters that run it, such as 1.36; nil for all.
	KubernetesVersions []string
}

// String returns the image with its tag.
func (i Image) String() string { return i.Repository + ":" + i.Tag }

// Images returns every image that the platform itself runs, sorted by repository and tag. A cluster without a way to their
// registries needs copies of them, with the paths that Mirror gives. Not among them are the images of EKS add-ons, which AWS
// keeps in ECR in every region
// (https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html), and those of models.
func Images() []Image {
	images := append([]Image{NvidiaDevicePlugin()}, kubectlTags.images(kubectlRepository, "kubectl")...)
	for _, row := range All() {
		for _, image := range row.Chart.Images {
			if image.Tags != nil {
				images = append(images, image.Tags.images(image.Repository, row.Title)...)
				continue
			}
			images = append(images, Image{Repository: image.Repository, Tag: cmp.Or(image.Tag, row.Chart.AppVersion), Runs: row.Title})
		}
	}
	slices.SortFunc(images, func(a, b Image) int {
		return cmp.Or(strings.Compare(a.Repository, b.Repository), strings.Compare(a.Tag, b.Tag))
	})
	return images
}

// Mirror returns where the copy of an image is: its path below the mirror, in place of the host of its registry. With the
// mirror "" it returns the image. The image may have a tag or not.
func Mirror(image, mirror string) string {
	if mirror == "" {
		return image
	}
	if host, path, found := strings.Cut(image, "/"); found && isHost(host) {
		image = path
	}
	return mirror + "/" + image
}

// isHost says whether the first part of an image's address is the host of a registry. Without one the image is Docker Hub's
// (https://github.com/distribution/reference/blob/v0.6.0/normalize.go).
func isHost(part string) bool { return part == "localhost" || strings.ContainsAny(part, ".:") }

var mirrorAddress = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?(/[a-z0-9]+([._-][a-z0-9]+)*)*$`)

// CheckMirror says why a mirror is not the address of a registry. The empty one is allowed, and means none.
func CheckMirror(mirror string) error {
	host, _, _ := strings.Cut(mirror, "/")
	if mirror == "" || mirrorAddress.MatchString(mirror) && isHost(host) {
		return nil
	}
	return fmt.Errorf("%q is not the address of a container registry: it must be a host in lower case, with a path or without, "+
		"but without https://, tag and / at the end, such as 111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror", mirror)
}

package addons

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
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
	images := append([]Image{NvidiaDevicePlugin(), StorageInitializer(), MlflowServer(), SampleServer()}, kubectlTags.images(kubectlRepository,
		"kubectl")...)
	for _, row := range All() {
		for _, image := range row.Chart.Images {
			if image.Tags != nil {
				images = append(images, image.Tags.images(image.Repository, row.Title)...)
				continue
			}
			if !image.Idle {
				images = append(images, Image{Repository: image.Repository, Tag: image.tag(row.Chart), Runs: row.Title})
			}
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

// ExampleMirror is a mirror of a region, to show in place of a wrong one.
func ExampleMirror(region string) string {
	region = cmp.Or(region, "us-east-1")
	return rule.ExampleAccount + ".dkr.ecr." + region + "." + aws.DNSSuffix(region) + "/mirror"
}

func isMirror(text string) bool {
	host, _, _ := strings.Cut(text, "/")
	return mirrorAddress.MatchString(text) && isHost(host)
}

// CheckMirror reports a mirror that is not the address of a registry. The empty one is allowed, and means none. The region, where it is
// known, is that of the registry to propose.
func CheckMirror(at rule.Path, mirror, region string) []rule.Fault {
	if mirror == "" || isMirror(mirror) {
		return nil
	}
	proposed := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(mirror), "https://"), "http://"), "/")
	if !isMirror(proposed) {
		proposed = ExampleMirror(region)
	}
	return []rule.Fault{{At: at, Given: mirror, Problem: "not the address of a container registry",
		Allowed: "<host>[/<path>] in lower case, without https://, tag and / at the end", Fixes: []rule.Fix{rule.Set(at, proposed)}}}
}

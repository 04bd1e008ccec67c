package addons

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Tags are the tags of an image that goes with the cluster's Kubernetes version, by that version, such as 1.36.
type Tags map[string]string

// of returns the tag for a Kubernetes version, or an error that names the program and lists the known versions.
func (t Tags) of(program, kubernetesVersion string) (string, error) {
	if tag, known := t[kubernetesVersion]; known {
		return tag, nil
	}
	return "", fmt.Errorf("no release of %s is known for Kubernetes %q: the table in internal/addons has %s",
		program, kubernetesVersion, strings.Join(slices.Sorted(maps.Keys(t)), ", "))
}

// images are the images of all Kubernetes versions, each once.
func (t Tags) images(repository, runs string) []Image {
	versions := map[string][]string{}
	for _, version := range slices.Sorted(maps.Keys(t)) {
		versions[t[version]] = append(versions[t[version]], version)
	}
	var images []Image
	for tag, of := range versions {
		images = append(images, Image{Repository: repository, Tag: tag, Runs: runs, KubernetesVersions: of})
	}
	return images
}

package modelspec

import (
	"maps"

	"github.com/modelway/modelway/internal/image"
)

// Number is what tells the stable version from others: the tag of its image, or the first twelve digits of the digest of its image or
// files.
func (m Model) Number() string { return number(m.Image, m.Files.Digest) }

func number(reference, digest string) string {
	if reference == "" {
		return image.ShortDigest(digest)
	}
	return image.Version(reference)
}

const imageAllowed = "repository:tag with a tag other than latest, or repository@sha256:<64 hexadecimal digits>"

// Versioned returns the environment variables of a version of a model: those given, of which later ones win, over its number.
func Versioned(number string, environments ...map[string]string) map[string]string {
	env := map[string]string{EnvModelVersion: number}
	for _, given := range environments {
		maps.Copy(env, given)
	}
	return env
}

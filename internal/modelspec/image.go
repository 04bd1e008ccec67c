package modelspec

import (
	"maps"

	"github.com/modelway/modelway/internal/image"
)

const imageAllowed = "repository:tag with a tag other than latest, or repository@sha256:<64 hexadecimal digits>"

// Versioned returns the environment variables of a version of a model: those given, of which later ones win, over the version of its image.
func Versioned(reference string, environments ...map[string]string) map[string]string {
	env := map[string]string{EnvModelVersion: image.Version(reference)}
	for _, given := range environments {
		maps.Copy(env, given)
	}
	return env
}

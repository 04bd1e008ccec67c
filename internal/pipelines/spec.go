package pipelines

import (
	"regexp"

	"github.com/modelway/modelway/internal/rule"
)

// Spec describes Kubeflow Pipelines in an environment (docs/pipelines.md).
type Spec struct {
	// Enabled installs Kubeflow Pipelines, which trains models, and needs the database. Default false.
	Enabled bool `json:"enabled"`

	// Manifests is the file with the objects of the release, a path that starts with a dot, relative to Pulumi.yaml. `modelway pipelines
	// fetch` writes it. Default ./manifests/kubeflow-pipelines.yaml.
	Manifests string `json:"manifests"`

	// Digest is what the digest of those objects must be, as `modelway pipelines digest` prints it. Default that of the release. State
	// another one only for objects of your own, such as those of a fork.
	Digest string `json:"digest"`
}

// DefaultManifests is the file of the release where an environment names none.
const DefaultManifests = "./manifests/kubeflow-pipelines.yaml"

// Default is what holds where an environment says nothing.
func Default() Spec { return Spec{Manifests: DefaultManifests, Digest: ReleaseDigest} }

var (
	manifestsPath, digestPath = rule.Path{"manifests"}, rule.Path{"digest"}
	place                     = regexp.MustCompile(`^[./].+$`)
	digest                    = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// Check reports a file that is not a path, and a digest that is none.
func (s Spec) Check() (faults []rule.Fault) {
	if !place.MatchString(s.Manifests) {
		faults = append(faults, rule.Fault{At: manifestsPath, Given: s.Manifests, Problem: "not a path that starts with a dot",
			Allowed: "a file, such as " + DefaultManifests, Fixes: []rule.Fix{rule.Set(manifestsPath, DefaultManifests)}})
	}
	if !digest.MatchString(s.Digest) {
		faults = append(faults, rule.Fault{At: digestPath, Given: s.Digest, Problem: "not a digest",
			Allowed: "sha256: and 64 hexadecimal digits, as `modelway pipelines digest` prints it",
			Fixes:   []rule.Fix{rule.Set(digestPath, ReleaseDigest)}})
	}
	return faults
}

package modelspec

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
)

// Source tells where the files or the image of a version come from. `modelway promote` writes it; what is served carries it. Default none.
type Source struct {
	// Registry is the address of the MLflow server with the version, such as https://mlflow.company.com. Required with source.
	Registry string `json:"registry,omitempty"`

	// Name of the registered model in it. Required with source.
	Name string `json:"name,omitempty"`

	// Version is the number of the version in the registry, 1 or more, as a text: "3". Required with source.
	Version string `json:"version,omitempty"`

	// Run is the id of the training run, 32 hexadecimal digits. Required with source.
	Run string `json:"run,omitempty"`

	// Commit is the Git commit of the code that trained, 40 hexadecimal digits, with -dirty behind them where files differed from it. Default
	// none: the run does not tell.
	Commit string `json:"commit,omitempty"`

	// Digest of the files in the registry, sha256: and 64 hexadecimal digits. It is that of the model's files. Required with source.
	Digest string `json:"digest,omitempty"`
}

// Given tells whether a source is known.
func (s Source) Given() bool { return s != Source{} }

// dropSources leaves out the source of an image that an environment runs another one in place of. Other files than those of the source are
// refused.
func (m *Model) dropSources(override Override) {
	if override.Image != nil {
		m.Source = Source{}
	}
	if override.Canary != nil && override.Canary.Image != nil {
		m.Canary.Source = Source{}
	}
}

var (
	sourceVersion = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)
	sourceRun     = regexp.MustCompile(`^[0-9a-f]{32}$`)
	sourceCommit  = regexp.MustCompile(`^([0-9a-f]{40}(-dirty)?)?$`)
)

// validateSourceOf checks where the version of a key comes from: "" is the model, "canary" its canary. digest is that of its files.
func (e *entry) validateSourceOf(around, digest string) {
	key := "source"
	source := e.model.Source
	if around != "" {
		key, source = around+".source", e.model.Canary.Source
	}
	if !e.Given(key) || e.Rejected(key) {
		return
	}
	promote := "remove " + key + ", or write what `modelway promote` writes"
	check := func(name, value, allowed string, good bool) {
		at := key + "." + name
		switch {
		case e.Rejected(at) || good && value != "":
		case value == "":
			if name != "commit" {
				e.Fault(e.Origin(at), "is missing", allowed, promote)
			}
		default:
			e.Fault(e.Origin(at), strconv.Quote(value)+" is not one", allowed, promote)
		}
	}
	registry, err := url.Parse(source.Registry)
	check("registry", source.Registry, "an address such as https://mlflow.company.com, without a password", err == nil && registry.Host != "" &&
		registry.User == nil)
	check("name", source.Name, "the name of a registered model", true)
	check("version", source.Version, `the number of a version as a text, such as "3"`, sourceVersion.MatchString(source.Version))
	check("run", source.Run, "32 hexadecimal digits", sourceRun.MatchString(source.Run))
	check("commit", source.Commit, "40 hexadecimal digits, and -dirty behind them or not", sourceCommit.MatchString(source.Commit))
	check("digest", source.Digest, digestAllowed, digestSyntax.MatchString(source.Digest))
	if digest != "" && digestSyntax.MatchString(source.Digest) && digest != source.Digest {
		e.Fault(e.Origin(key+".digest"), fmt.Sprintf("differs from the digest of the files, %s", digest), "the same digest",
			"remove "+key+": it tells of other files than those that are served")
	}
}

// Package image reads references of container images, such as ghcr.io/company/churn:1.0.0, says what is wrong with one that is not pinned,
// and which patterns of registries they match.
package image

import (
	"cmp"
	"fmt"
	"regexp"
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

// The parts of a reference (https://github.com/distribution/reference/blob/v0.6.0/reference.go).
const (
	host       = `(?:[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*(?::[0-9]+)?/)?`
	component  = `[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`
	repository = host + component + `(?:/` + component + `)*`
	tag        = `[A-Za-z0-9_][-.A-Za-z0-9_]{0,127}`
	digest     = `sha256:[0-9a-f]{64}`
)

// Pattern is a reference with a tag, a digest or both, for the schema of model files.
const Pattern = `^` + repository + `(?::` + tag + `(?:@` + digest + `)?|@` + digest + `)$`

var (
	pinned   = regexp.MustCompile(Pattern)
	unpinned = regexp.MustCompile(`^` + repository + `$`)
)

// Problem returns what keeps a reference from naming one image for good, and how to mend it, or nothing.
func Problem(text string) (problem, fix string) {
	name, tag, digest := Split(text)
	switch {
	case pinned.MatchString(text) && (tag != "latest" || digest != ""):
		return "", ""
	case pinned.MatchString(text):
		return "has the tag latest, which moves: replicas would run different images", "name the version, such as " + name + ":1.0.0"
	case unpinned.MatchString(text) && name == text:
		return "is not pinned: it has neither tag nor digest", "name the version, such as " + text + ":1.0.0"
	case name != strings.ToLower(name) && unpinned.MatchString(strings.ToLower(name)):
		return "has upper case letters in its repository", "write " + strings.ToLower(name) + strings.TrimPrefix(text, name)
	default:
		return "is not an image reference", "write it as in ghcr.io/acme/churn:1.0.0"
	}
}

// Split divides a reference, whatever it is, into its repository as it is written, its tag and its digest. A colon before the last slash
// belongs to the port of the registry.
func Split(text string) (name, tag, digest string) {
	name, digest, _ = strings.Cut(text, "@")
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		return name[:colon], name[colon+1:], digest
	}
	return name, "", digest
}

// Version is what tells an image from others of its repository: its tag, or else the first twelve digits of its digest.
func Version(text string) string {
	_, tag, digest := Split(text)
	return cmp.Or(tag, ShortDigest(digest))
}

// ShortDigest is the first twelve digits of a digest, which tell it from others; "" where there is none.
func ShortDigest(digest string) string {
	_, hex, _ := strings.Cut(digest, ":")
	return hex[:min(len(hex), 12)]
}

// ByDigest says whether a text names an image of a registry by a digest alone, which cannot move.
func ByDigest(text string) bool {
	i, err := Parse(text)
	return err == nil && i.Digest != "" && text == i.Registry+"/"+i.Path+"@"+i.Digest && pinned.MatchString(text)
}

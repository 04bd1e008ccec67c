package modelspec

import (
	"maps"
	"regexp"
	"strings"
)

const imageAllowed = "repository:tag with a tag other than latest, or repository@sha256:<64 hexadecimal digits>"

// The parts of an image reference (https://github.com/distribution/reference/blob/v0.6.0/reference.go).
const (
	imageHost       = `(?:[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*(?::[0-9]+)?/)?`
	imageComponent  = `[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`
	imageRepository = imageHost + imageComponent + `(?:/` + imageComponent + `)*`
	imageTag        = `[A-Za-z0-9_][-.A-Za-z0-9_]{0,127}`
	imageDigest     = `sha256:[0-9a-f]{64}`
)

// imagePattern is an image reference with a tag, a digest or both.
const imagePattern = `^` + imageRepository + `(?::` + imageTag + `(?:@` + imageDigest + `)?|@` + imageDigest + `)$`

var (
	imageSyntax      = regexp.MustCompile(imagePattern)
	repositorySyntax = regexp.MustCompile(`^` + imageRepository + `$`)
)

// imageProblem returns what is wrong with an image reference and how to mend it, or nothing.
func imageProblem(image string) (problem, fix string) {
	name, _, digested := strings.Cut(image, "@")
	repository, tag, tagged := cutTag(name)
	switch {
	case imageSyntax.MatchString(image) && (tag != "latest" || digested):
		return "", ""
	case imageSyntax.MatchString(image):
		return "has the tag latest, which moves: replicas would run different images", "name the version, such as " + repository + ":1.0.0"
	case repositorySyntax.MatchString(image) && !tagged:
		return "is not pinned: it has neither tag nor digest", "name the version, such as " + image + ":1.0.0"
	case repository != strings.ToLower(repository) && repositorySyntax.MatchString(strings.ToLower(repository)):
		return "has upper case letters in its repository", "write " + strings.ToLower(repository) + strings.TrimPrefix(image, repository)
	default:
		return "is not an image reference", "write it as in ghcr.io/acme/churn:1.0.0"
	}
}

// cutTag divides a reference without digest. A colon before the last slash belongs to the port of the registry.
func cutTag(name string) (repository, tag string, tagged bool) {
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		return name[:colon], name[colon+1:], true
	}
	return name, "", false
}

// ImageVersion is what tells an image from others of its repository: its tag, or else the first twelve digits of its digest.
func ImageVersion(image string) string {
	name, digest, _ := strings.Cut(image, "@")
	if _, tag, tagged := cutTag(name); tagged {
		return tag
	}
	_, hex, _ := strings.Cut(digest, ":")
	return hex[:min(len(hex), 12)]
}

// Versioned returns the environment variables of a version of a model: those given, of which later ones win, over the version of its image.
func Versioned(image string, environments ...map[string]string) map[string]string {
	env := map[string]string{EnvModelVersion: ImageVersion(image)}
	for _, given := range environments {
		maps.Copy(env, given)
	}
	return env
}

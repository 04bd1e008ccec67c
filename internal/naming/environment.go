package naming

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// Lengths of Environment, in characters.
const (
	environmentHead = 13
	environmentHash = 8
)

// notInBuckets are characters that names of S3 buckets lack and names of clusters may have.
var notInBuckets = regexp.MustCompile(`[^a-z0-9]+`)

// Environment begins the names of what an environment has in its account beside others, before a hyphen: the beginning of its cluster's
// name and a hash of all of it, such as modelway-prod-0f5e6b1a, at most 22 characters. The hash keeps modelway-prod-* from also standing
// for the names of modelway-prod-eu.
func Environment(cluster string) string {
	sum := sha256.Sum256([]byte(cluster))
	head := notInBuckets.ReplaceAllString(strings.ToLower(cluster), "-")
	head = strings.Trim(head[:min(len(head), environmentHead)], "-")
	return strings.TrimPrefix(head+"-"+hex.EncodeToString(sum[:])[:environmentHash], "-")
}

// InEnvironment is a name prefix in an environment, for which the AWS provider generates a name of at most limit characters: of what
// the name of a resource says after the name of the program it keeps as much as fits.
func InEnvironment(cluster, program, name string, limit int) string {
	name = notInBuckets.ReplaceAllString(strings.ToLower(strings.TrimPrefix(name, program+"-")), "-")
	prefix := Environment(cluster) + "-" + name
	return strings.TrimRight(prefix[:min(len(prefix), limit-PrefixSuffix-1)], "-") + "-"
}

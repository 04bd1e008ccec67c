package bucket

import (
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

// Store says where models keep their files.
type Store struct {
	// Enabled makes a private, versioned bucket for model files. A model with the key storage gets a role that reaches
	// s3://<bucket>/<model>/ and nothing else. Default false.
	Enabled bool `json:"enabled"`

	// ExistingBucket is the name of a bucket of your own to use in place of a new one. Default none.
	ExistingBucket string `json:"existingBucket"`
}

// Check reports what is not the name of a bucket that models can read, and a bucket without a store.
func (s Store) Check() []rule.Fault {
	at, enabled := rule.Path{"existingBucket"}, rule.Path{"enabled"}
	switch {
	case s.ExistingBucket == "":
		return nil
	case aws.NotABucket(s.ExistingBucket) != "":
		return []rule.Fault{{At: at, Given: s.ExistingBucket, Problem: "not a bucket for models: " + aws.NotABucket(s.ExistingBucket),
			Allowed: "the name of a general purpose bucket", Fixes: []rule.Fix{rule.Set(at, "company-models")}}}
	case s.Enabled || !aws.BucketName.MatchString(s.ExistingBucket):
		return rule.Form(at, aws.BucketName, s.ExistingBucket, "not the name of a bucket",
			"3 to 63 lower case letters, digits, hyphens and dots, without s3:// and path", propose(s.ExistingBucket))
	}
	return []rule.Fault{{At: at, Given: s.ExistingBucket, Problem: "given, but enabled is false, so that it would have no effect",
		Allowed: "none while enabled is false", Fixes: []rule.Fix{rule.Set(enabled, true), rule.Remove(at)}, Reads: []rule.Path{enabled}}}
}

// propose makes the name of a bucket of an address in it.
func propose(text string) string {
	text, _, _ = strings.Cut(strings.TrimPrefix(strings.ToLower(text), "s3://"), "/")
	if text = strings.ReplaceAll(text, "_", "-"); aws.BucketName.MatchString(text) {
		return text
	}
	return "company-models"
}

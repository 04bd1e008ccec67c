package iamdoc

import "slices"

// Kind is what a policy is attached to; it decides what a statement must have and how long the document may be.
type Kind string

// The kinds that a document can name. Without one it is a trust policy or a customer managed policy.
const (
	// Inline is a policy inside a role.
	Inline Kind = "inline policy"
	// Bucket is the policy of an S3 bucket.
	Bucket Kind = "bucket policy"
)

const (
	managed Kind = "managed policy"
	trust   Kind = "trust policy"
)

// Sizes that AWS accepts. IAM counts characters other than white space
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html), S3 counts bytes
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html).
const (
	// MaxManagedPolicy is the limit of a customer managed policy.
	MaxManagedPolicy = 6144
	// MaxInlinePolicy is the limit of all inline policies of a role together.
	MaxInlinePolicy = 10240
	// MaxTrustPolicy is the default limit of a role's trust policy.
	MaxTrustPolicy = 2048
	// MaxBucketPolicy is the limit of a bucket policy.
	MaxBucketPolicy = 20480
)

// BucketPolicy is the policy of a bucket: each statement has a principal and resources.
func BucketPolicy(statements ...Statement) Document {
	return Document{Kind: Bucket, Statements: statements}
}

// InlinePolicy is a policy inside a role.
func InlinePolicy(statements ...Statement) Document {
	return Document{Kind: Inline, Statements: statements}
}

// kind is the kind that the document names, or the one that its statements show.
func (d Document) kind() Kind {
	switch {
	case d.Kind != "":
		return d.Kind
	case slices.ContainsFunc(d.Statements, func(s Statement) bool { return s.Principal != nil }):
		return trust
	}
	return managed
}

// limit is how long a document of the kind may be, and whose limit that is.
func (k Kind) limit() (size int, owner string) {
	switch k {
	case Inline:
		return MaxInlinePolicy, "IAM"
	case Bucket:
		return MaxBucketPolicy, "S3"
	case trust:
		return MaxTrustPolicy, "IAM"
	}
	return MaxManagedPolicy, "IAM"
}

// measure is the document's length as the owner of the limit counts it.
func (d Document) measure() int {
	if d.kind() != Bucket {
		return d.Size()
	}
	text, err := d.MarshalJSON()
	if err != nil {
		return 0
	}
	return len(text)
}

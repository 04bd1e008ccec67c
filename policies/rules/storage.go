package rules

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
)

var bucketTypes = []string{"aws:s3/bucketV2:BucketV2", "aws:s3/bucket:Bucket"}

const (
	publicBlockType  = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	bucketPolicyType = "aws:s3/bucketPolicy:BucketPolicy"
	volumeType       = "aws:ebs/volume:Volume"
)

// blocked are the four switches that keep a bucket private.
var blocked = []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"}

// eachBucket requires every bucket to have another resource that names it.
func eachBucket(allowed string, types ...string) func(*Case, Stack) {
	return func(c *Case, s Stack) {
		for _, bucket := range s.OfType(bucketTypes...) {
			c.decides(s.referred(bucket, "bucket", []string{"bucket", "id"}, types...), bucket, path{"bucket"}, resource.Of(bucket.Name), allowed)
		}
	}
}

var storageRules = []Rule{
	{
		ID: "bucket-public-access", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Buckets block public access",
		Why:    "One wrong policy or access list would publish models, data or logs.",
		Fix:    "give the bucket an aws.s3.BucketPublicAccessBlock with all four switches on",
		Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
		Types:  []string{publicBlockType},
		Each: func(c *Case, r resource.Resource) {
			for _, key := range blocked {
				c.wants(r, path{key}, "true", is(true))
			}
		},
		Whole: eachBucket("a bucket that a BucketPublicAccessBlock names", publicBlockType),
	},
	{
		ID: "bucket-encryption", Topic: Security, Level: config.PolicyAdvisory,
		Title:  "Buckets say how they are encrypted",
		Why:    "S3 encrypts with its own keys in any case; what is written down cannot change unnoticed.",
		Fix:    "give the bucket an aws.s3.BucketServerSideEncryptionConfigurationV2",
		Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
		Whole: eachBucket("a bucket with a BucketServerSideEncryptionConfiguration",
			"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
			"aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
	},
	{
		ID: "bucket-tls", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Buckets refuse requests without TLS",
		Why:    "S3 also answers plain HTTP, where credentials and objects can be read on the way.",
		Fix:    "deny s3:* in the bucket's policy where aws:SecureTransport is false",
		Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
		Types:  []string{bucketPolicyType},
		Each: func(c *Case, r resource.Resource) {
			c.document(r, path{"policy"}, func(statements []statement) {
				if !slices.ContainsFunc(statements, func(s statement) bool {
					return s.Effect == "Deny" && s.condition("aws:securetransport", func(values texts) bool { return slices.Contains(values, "false") })
				}) {
					c.breaks(r, path{"policy"}, r.At("policy"), "a policy that denies requests where aws:SecureTransport is false")
				}
			})
		},
		Whole: eachBucket("a bucket with a BucketPolicy", bucketPolicyType),
	},
	{
		ID: "volume-encryption", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Volumes are encrypted",
		Why:    "A snapshot that is shared by mistake, or a disk, can be read by others.",
		Fix:    "set encrypted to true",
		Source: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
		Types:  []string{templateType, volumeType},
		Each:   eachVolume("encrypted", "true", func(v resource.Value) bool { return v.Bool() || v.Text() == "true" }),
	},
	{
		ID: "volume-type", Topic: Cost, Level: config.PolicyAdvisory,
		Title:  "Volumes are gp3, not gp2",
		Why:    "gp3 costs less per gigabyte and has its speed whatever its size.",
		Fix:    "set the volume type to gp3",
		Source: "https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html",
		Types:  []string{templateType, volumeType, "kubernetes:storage.k8s.io/v1:StorageClass"},
		Each: func(c *Case, r resource.Resource) {
			const allowed = `"gp3", or another type than gp2`
			notGp2 := func(v resource.Value) bool { return v.Text() != "gp2" }
			if strings.HasPrefix(r.Type, "kubernetes:") {
				if !c.look(r, path{"parameters"}).Unknown() {
					c.wants(r, path{"parameters", "type"}, allowed, notGp2)
				}
				return
			}
			at := "volumeType"
			if r.Type == volumeType {
				at = "type"
			}
			eachVolume(at, allowed, func(v resource.Value) bool { return v.Given() && notGp2(v) })(c, r)
		},
	},
	{
		ID: "key-rotation", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Keys of KMS rotate",
		Why:    "Key material that never changes protects ever more data, and all of it falls with it.",
		Fix:    "set enableKeyRotation to true",
		Source: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
		Types:  []string{"aws:kms/key:Key"},
		Each: func(c *Case, r resource.Resource) {
			spec := r.At("customerMasterKeySpec")
			if spec.Given() && !spec.Unknown() && spec.Text() != "SYMMETRIC_DEFAULT" || r.At("customKeyStoreId").Given() {
				return // KMS rotates symmetric keys only, and none in a custom key store
			}
			c.wants(r, path{"enableKeyRotation"}, "true", is(true))
		},
	},
	{
		ID: "repository-tags", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Tags of images cannot be moved",
		Why:    "An image that was tested could be replaced by another one of its name.",
		Fix:    "set imageTagMutability to IMMUTABLE",
		Source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
		Types:  []string{"aws:ecr/repository:Repository"},
		Each: property(`"IMMUTABLE" or "IMMUTABLE_WITH_EXCLUSION"`, func(v resource.Value) bool {
			return strings.HasPrefix(v.Text(),
				"IMMUTABLE")
		}, "imageTagMutability"),
	},
	{
		ID: "repository-scan", Topic: Security, Level: config.PolicyAdvisory,
		Title:  "Images are scanned when they are pushed",
		Why:    "Known vulnerabilities come to light before a model runs with them.",
		Fix:    "let the registry scan (aws.ecr.RegistryScanningConfiguration), or set imageScanningConfiguration.scanOnPush to true",
		Source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
		Whole: func(c *Case, s Stack) {
			registry := no
			for _, r := range s.OfType("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration") {
				registry = any3(registry, perhaps(r.At("rules").Unknown()), whether(len(r.At("rules").List()) > 0))
			}
			at := path{"imageScanningConfiguration", "scanOnPush"}
			for _, r := range s.OfType("aws:ecr/repository:Repository") {
				c.decides(any3(registry, equal(r.At(at...), resource.Of(true))), r, at, r.At(at...), "true, or a registry that scans")
			}
		},
	},
}

// eachVolume judges a property of every volume of a launch template, or of a volume that stands alone.
func eachVolume(key, allowed string, good func(resource.Value) bool) func(*Case, resource.Resource) {
	return func(c *Case, r resource.Resource) {
		if r.Type == volumeType {
			c.wants(r, path{key}, allowed, good)
			return
		}
		mappings := path{"blockDeviceMappings"}
		for i, mapping := range c.look(r, mappings).List() {
			if mapping.Unknown() || mapping.At("ebs").Given() {
				c.wants(r, mappings.At(i, "ebs", key), allowed, good)
			}
		}
	}
}

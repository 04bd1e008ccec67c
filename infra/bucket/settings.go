package bucket

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newAccess closes the bucket to the public and makes its owner the owner of every object. S3 answers 409 to changes of both
// and of the policy at one time, so each follows the one before; the last one is returned.
func (b *builder) newAccess() (pulumi.Resource, error) {
	block, err := s3.NewBucketPublicAccessBlock(b.ctx, b.name+"-public-access", &s3.BucketPublicAccessBlockArgs{
		Bucket:                b.bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, b.options()...)
	if err := b.done(block, err); err != nil {
		return nil, err
	}
	ownership, err := s3.NewBucketOwnershipControls(b.ctx, b.name+"-ownership", &s3.BucketOwnershipControlsArgs{
		Bucket: b.bucket.ID(),
		Rule:   &s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, b.options(block)...)
	return ownership, b.done(ownership, err)
}

// newEncryption asks KMS for a key per bucket and not per object, which costs less
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
func (b *builder) newEncryption() error {
	rule := &s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
		ApplyServerSideEncryptionByDefault: &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
			SseAlgorithm: pulumi.String("AES256"),
		},
	}
	if key := b.args.KmsKeyArn; key != nil {
		rule = &s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			ApplyServerSideEncryptionByDefault: &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
				SseAlgorithm: pulumi.String("aws:kms"), KmsMasterKeyId: key.ToStringOutput().ToStringPtrOutput(),
			},
			BucketKeyEnabled: pulumi.Bool(true),
		}
	}
	encryption, err := s3.NewBucketServerSideEncryptionConfigurationV2(b.ctx, b.name+"-encryption",
		&s3.BucketServerSideEncryptionConfigurationV2Args{
			Bucket: b.bucket.ID(),
			Rules:  s3.BucketServerSideEncryptionConfigurationV2RuleArray{rule},
		}, b.options()...)
	return b.done(encryption, err)
}

// newLifecycle says how long objects, their old versions and the parts of uploads that never ended are kept. Rules for old
// versions need versioning first.
func (b *builder) newLifecycle() error {
	var after []pulumi.Resource
	if b.args.Versioned {
		versioning, err := s3.NewBucketVersioningV2(b.ctx, b.name+"-versioning", &s3.BucketVersioningV2Args{
			Bucket:                  b.bucket.ID(),
			VersioningConfiguration: &s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
		}, b.options()...)
		if err := b.done(versioning, err); err != nil {
			return err
		}
		after = append(after, versioning)
	}
	lifecycle, err := s3.NewBucketLifecycleConfigurationV2(b.ctx, b.name+"-lifecycle", &s3.BucketLifecycleConfigurationV2Args{
		Bucket: b.bucket.ID(),
		Rules:  s3.BucketLifecycleConfigurationV2RuleArray{b.args.rule()},
	}, b.options(after...)...)
	return b.done(lifecycle, err)
}

// rule is the one rule, for all objects. The provider warns of a filter that is empty, and an empty prefix matches everything too
// (https://github.com/hashicorp/terraform-provider-aws/issues/42714).
func (a *BucketArgs) rule() *s3.BucketLifecycleConfigurationV2RuleArgs {
	rule := &s3.BucketLifecycleConfigurationV2RuleArgs{
		Id:     pulumi.String("retention"),
		Status: pulumi.String("Enabled"),
		Filter: &s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
		AbortIncompleteMultipartUpload: &s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
			DaysAfterInitiation: pulumi.Int(abortUploadDays),
		},
	}
	if a.Versioned {
		rule.NoncurrentVersionExpiration = &s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
			NoncurrentDays: pulumi.Int(a.WithDefaults().NoncurrentDays),
		}
		// What a deletion leaves behind goes with the last old version. A rule with days does that by itself, and has no place for it.
		rule.Expiration = &s3.BucketLifecycleConfigurationV2RuleExpirationArgs{ExpiredObjectDeleteMarker: pulumi.Bool(true)}
	}
	if a.ExpireDays > 0 {
		rule.Expiration = &s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(a.ExpireDays)}
	}
	return rule
}

func (b *builder) newPolicy(access pulumi.Resource) error {
	policy, err := s3.NewBucketPolicy(b.ctx, b.name+"-policy", &s3.BucketPolicyArgs{
		Bucket: b.bucket.ID(),
		Policy: b.bucket.Arn.ApplyT(func(arn string) (string, error) { return b.args.policy(arn).JSON() }).(pulumi.StringOutput),
	}, b.options(access)...)
	return b.done(policy, err)
}

package aws

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Types of S3 resources: buckets and their settings.
const (
	BucketV2                                  = "aws:s3/bucketV2:BucketV2"
	BucketPublicAccessBlock                   = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	BucketOwnershipControls                   = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	BucketServerSideEncryptionConfigurationV2 = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	BucketVersioningV2                        = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	BucketLifecycleConfigurationV2            = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	BucketPolicy                              = "aws:s3/bucketPolicy:BucketPolicy"
)

// Error codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html. A setting has the name of its bucket as its id, as in
// the Terraform AWS provider, and goes with it. Setting it again changes it.
func init() {
	setting := func(typ string, calls [3]string, k Kind) Kind {
		k.Type, k.Calls, k.Required = typ, calls, append(k.Required, "bucket")
		k.Refs = []Ref{{Path: "bucket", To: BucketV2, Hold: Follow}}
		return k
	}
	put := func(put, remove string) [3]string { return [3]string{put, put, remove} }
	register(s3,
		Kind{Type: BucketV2, Calls: [3]string{"CreateBucket", "PutBucketTagging", "DeleteBucket"},
			Defaults: Properties{"forceDestroy": false, "objectLockEnabled": false}, Unique: []string{"bucket"},
			Check: checkBucketName, Delete: deleteBucket},
		setting(BucketPublicAccessBlock, put("PutPublicAccessBlock", "DeletePublicAccessBlock"), Kind{
			Defaults: Properties{"blockPublicAcls": false, "blockPublicPolicy": false, "ignorePublicAcls": false, "restrictPublicBuckets": false}}),
		setting(BucketOwnershipControls, put("PutBucketOwnershipControls", "DeleteBucketOwnershipControls"), Kind{}),
		setting(BucketServerSideEncryptionConfigurationV2, put("PutBucketEncryption", "DeleteBucketEncryption"), Kind{Required: []string{"rules"},
			Check: checkEncryption}),
		setting(BucketVersioningV2, put("PutBucketVersioning", "PutBucketVersioning"), Kind{}),
		setting(BucketLifecycleConfigurationV2, put("PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"), Kind{Required: []string{"rules"},
			Defaults: Properties{"transitionDefaultMinimumObjectSize": "all_storage_classes_128K"},
			Check:    checkLifecycle}),
		setting(BucketPolicy, put("PutBucketPolicy", "DeleteBucketPolicy"), Kind{Required: []string{"policy"},
			Check: bucketDocument.check("policy"), Apply: applyBucketPolicy}),
	)
}

// checkBucketName: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
func checkBucketName(in Properties) []error {
	name := in.String("bucket")
	_, notAddress := netip.ParseAddr(name)
	bad := strings.Contains(name, "..") || notAddress == nil
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		bad = bad || strings.HasPrefix(name+in.String("bucketPrefix"), prefix)
	}
	for _, suffix := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		bad = bad || strings.HasSuffix(name, suffix)
	}
	if bad {
		return []error{fmt.Errorf("bucket: %w", refuse("InvalidBucketName", "The specified bucket is not valid: %s has two periods in a row, "+
			"the form of an address, or a prefix or suffix that S3 keeps", name))}
	}
	return nil
}

func checkEncryption(in Properties) []error {
	if in.String("rules.applyServerSideEncryptionByDefault.sseAlgorithm") == "AES256" &&
		in.Has("rules.applyServerSideEncryptionByDefault.kmsMasterKeyId") {
		return []error{refuse("InvalidArgument", "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "+
			"aws:kms:dsse")}
	}
	return nil
}

// checkLifecycle: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html.
func checkLifecycle(in Properties) (faults []error) {
	ids := map[string]bool{}
	for _, rule := range in.Objects("rules") {
		id := rule.String("id")
		if ids[id] {
			faults = append(faults, refuse("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule: %s", id))
		}
		ids[id] = true
		actions := []string{"abortIncompleteMultipartUpload", "expiration", "noncurrentVersionExpiration", "noncurrentVersionTransitions",
			"transitions"}
		if !slices.ContainsFunc(actions, func(action string) bool { return rule[action] != nil }) {
			faults = append(faults, refuse("InvalidRequest", "At least one action needs to be specified in a rule: %s has none of %s", id,
				strings.Join(actions, ", ")))
		}
	}
	return faults
}

// PutObject notes that something has been written to a bucket: from then on it can only be deleted with forceDestroy, by which the
// provider empties it first.
func (s *State) PutObject(bucket string) error {
	r := s.Get(BucketV2, bucket)
	if r == nil {
		return refuse(kinds[BucketV2].Missing, "The specified bucket does not exist: %s", bucket)
	}
	r.Computed["objects"] = true
	return nil
}

func deleteBucket(_ *State, r *Resource) error {
	if (r.Bool("objects") || r.Bool("stored")) && !r.Bool("forceDestroy") {
		return refuse("BucketNotEmpty", "The bucket you tried to delete is not empty: %s", r.ID)
	}
	return nil
}

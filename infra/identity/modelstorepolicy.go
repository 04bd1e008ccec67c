package identity

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
)

var (
	// objectPrefix has the characters that S3 calls safe, so none that means something else in a policy
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
	objectPrefix = regexp.MustCompile(`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$`)
)

// ModelStorePolicy lets a model read the objects below <prefix>/ of a bucket, and with write also put and delete them. Other
// objects it can neither read nor list. The prefix has no slash at either end. Where the bucket is encrypted with KMS keys,
// their ARNs are given too; the use of a key is limited to objects of the prefix, or to the bucket's own key for them
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context).
func ModelStorePolicy(bucket, prefix string, write bool, kmsKeys ...string) Document {
	if err := checkModelStore(bucket, prefix, kmsKeys); err != nil {
		return iamdoc.Invalid(err)
	}
	objects := bucket + "/" + prefix + "/*"
	list := iamdoc.Grant(iamdoc.Actions("s3", "ListBucket"), iamdoc.Values{bucket},
		iamdoc.Conditions{"StringLike": {"s3:prefix": {prefix + "/*"}}})
	list.Sid = "List"
	use := iamdoc.Grant(iamdoc.Actions("s3", "GetObject"), iamdoc.Values{objects}, nil)
	use.Sid = "Read"
	keyActions := iamdoc.Actions("kms", "Decrypt")
	if write {
		use.Sid = "ReadAndWrite"
		use.Action = iamdoc.Actions("s3", "AbortMultipartUpload", "DeleteObject", "GetObject", "PutObject")
		keyActions = iamdoc.Actions("kms", "Decrypt", "GenerateDataKey")
	}
	document := Document{Statements: []Statement{list, use}}
	if len(kmsKeys) > 0 {
		keys := iamdoc.Grant(keyActions, kmsKeys, iamdoc.Conditions{"StringLike": {"kms:EncryptionContext:aws:s3:arn": {bucket, objects}}})
		keys.Sid = "UseKeys"
		document.Statements = append(document.Statements, keys)
	}
	return document
}

func checkModelStore(bucket, prefix string, kmsKeys []string) error {
	var faults []error
	if !aws.BucketArn.MatchString(bucket) {
		faults = append(faults, fmt.Errorf("the bucket %q is not the ARN of an S3 bucket: use arn:<partition>:s3:::<name>", bucket))
	}
	if !objectPrefix.MatchString(prefix) || strings.Contains(prefix, "..") {
		faults = append(faults, fmt.Errorf("the prefix %q is not a path of letters, digits and _ . - without a slash at either end: use the "+
			"model's name", prefix))
	}
	for _, key := range kmsKeys {
		if !aws.KeyArn.MatchString(key) {
			faults = append(faults, fmt.Errorf("the key %q is not the ARN of a KMS key: use arn:<partition>:kms:<region>:<account>:key/<id>", key))
		}
	}
	return errors.Join(faults...)
}

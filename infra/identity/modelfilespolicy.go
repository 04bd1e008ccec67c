package identity

import (
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
)

// BucketFolder is a folder of a bucket.
type BucketFolder struct {
	// Bucket is the ARN of the bucket, Prefix the path in it without slashes at its ends.
	Bucket, Prefix string
}

// ModelFilesPolicy lets a model list and read the objects below the prefix of each folder, and nothing else. Where KMS keys encrypt
// them, it may use any key for that, as far as the key's own policy lets it: a model's file does not name the key. The use is limited
// to requests of S3 for objects of the folders, or to the buckets' own keys for them
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context). There is at least one folder.
func ModelFilesPolicy(region string, folders ...BucketFolder) Document {
	var document Document
	var objects []string
	for i, folder := range folders {
		read := ModelStorePolicy(folder.Bucket, folder.Prefix, false)
		if err := read.Validate(); err != nil {
			return iamdoc.Invalid(err)
		}
		for _, statement := range read.Statements {
			statement.Sid += fmt.Sprintf("Files%d", i+1)
			document.Statements = append(document.Statements, statement)
		}
		objects = append(objects, folder.Bucket, folder.Bucket+"/"+folder.Prefix+"/*")
	}
	slices.Sort(objects)
	keys := iamdoc.Grant(iamdoc.Actions("kms", "Decrypt"), iamdoc.Values{aws.Arn(region, "kms", "*", "*", "key/*")},
		iamdoc.Conditions{"StringLike": {
			"kms:ViaService": {"s3.*"}, "kms:EncryptionContext:aws:s3:arn": slices.Compact(objects),
		}})
	keys.Sid = "DecryptFiles"
	document.Statements = append(document.Statements, keys)
	return document
}

package identity

import (
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
)

// ArtifactsPolicy lets a training list, read and write the objects below the prefix of a folder, and nothing else: it removes none. Keys
// that encrypt them it may use as far as their own policy lets it, as [ModelFilesPolicy] says.
func ArtifactsPolicy(region string, folder BucketFolder) Document {
	document := ModelStorePolicy(folder.Bucket, folder.Prefix, true)
	if err := document.Validate(); err != nil {
		return iamdoc.Invalid(err)
	}
	document.Statements[1].Action = iamdoc.Actions("s3", "AbortMultipartUpload", "GetObject", "PutObject")
	keys := iamdoc.Grant(iamdoc.Actions("kms", "Decrypt", "GenerateDataKey"), iamdoc.Values{aws.Arn(region, "kms", "*", "*", "key/*")},
		iamdoc.Conditions{"StringLike": {
			"kms:ViaService": {"s3.*"}, "kms:EncryptionContext:aws:s3:arn": {folder.Bucket, folder.Bucket + "/" + folder.Prefix + "/*"},
		}})
	keys.Sid = "UseKeysOfFiles"
	document.Statements = append(document.Statements, keys)
	return document
}

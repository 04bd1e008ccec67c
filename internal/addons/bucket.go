package addons

import (
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/mlflowserver"
)

// Bucket is a bucket that an add-on keeps files in.
type Bucket struct {
	// Name ends its name, <platform>-<name>. Default none: the add-on keeps no files.
	Name string
	// Folder is that of the files that runs leave, without slashes at its ends. Default the whole bucket.
	Folder string
	// NoncurrentDays is for how many days files that were removed or written over can be brought back; see bucket.Spec.
	NoncurrentDays int
}

// writesFiles lets the API server of Kubeflow Pipelines and the pods of steps read and write files of the bucket. They do not delete: old
// ones go by hand, or by a rule of the bucket.
func writesFiles(bucketArn string) iamdoc.Document {
	return onFiles(bucketArn, "", "AbortMultipartUpload", "GetObject", "ListMultipartUploadParts", "PutObject")
}

// readsFiles lets the web page show them.
func readsFiles(bucketArn string) iamdoc.Document { return onFiles(bucketArn, "", "GetObject") }

// WritesArtifacts lets what trains read and write the files of MLflow's runs. It removes none.
func WritesArtifacts(bucketArn string) iamdoc.Document {
	return onFiles(bucketArn, mlflowserver.Folder+"/", "AbortMultipartUpload", "GetObject", "PutObject")
}

// readsArtifacts lets the MLflow server show the files of runs.
func readsArtifacts(bucketArn string) iamdoc.Document {
	return onFiles(bucketArn, mlflowserver.Folder+"/", "GetObject")
}

// removesArtifacts is for what removes the files of deleted runs.
func removesArtifacts(bucketArn string) iamdoc.Document {
	return onFiles(bucketArn, mlflowserver.Folder+"/", "DeleteObject")
}

// onFiles allows actions on the files below a folder of a bucket, "" or one with a slash at its end, and to list them.
func onFiles(bucketArn, folder string, actions ...string) iamdoc.Document {
	list := iamdoc.Grant(iamdoc.Actions("s3", "ListBucket"), iamdoc.Values{bucketArn},
		iamdoc.Conditions{"StringLike": {"s3:prefix": {folder + "*"}}})
	if folder == "" {
		list = iamdoc.Grant(iamdoc.Actions("s3", "GetBucketLocation", "ListBucket"), iamdoc.Values{bucketArn}, nil)
	}
	return iamdoc.Document{Statements: []iamdoc.Statement{
		list,
		iamdoc.Grant(iamdoc.Actions("s3", actions...), iamdoc.Values{bucketArn + "/" + folder + "*"}, nil),
	}}
}

package identity

import "github.com/modelway/modelway/internal/iamdoc"

// What a pod may do with the files of runs.
const (
	// ReadArtifacts is for the server, which shows them.
	ReadArtifacts = "read"
	// WriteArtifacts is for training, which adds files to those of others and cannot remove them.
	WriteArtifacts = "write"
	// RemoveArtifacts is for what removes the files of deleted runs.
	RemoveArtifacts = "remove"
)

var artifactActions = map[string]iamdoc.Values{
	ReadArtifacts:   iamdoc.Actions("s3", "GetObject"),
	WriteArtifacts:  iamdoc.Actions("s3", "AbortMultipartUpload", "GetObject", "PutObject"),
	RemoveArtifacts: iamdoc.Actions("s3", "DeleteObject"),
}

// ArtifactPolicy lets a pod list the objects below <prefix>/ of a bucket, and read, write or remove them, as the use says.
func ArtifactPolicy(bucket, prefix, use string) Document {
	document := ModelStorePolicy(bucket, prefix, false)
	if len(document.Statements) == 0 {
		return document // of arguments that no policy can be made of, which it says
	}
	document.Statements[1].Action = artifactActions[use]
	document.Statements[1].Sid = map[string]string{ReadArtifacts: "Read", WriteArtifacts: "ReadAndWrite", RemoveArtifacts: "Remove"}[use]
	return document
}

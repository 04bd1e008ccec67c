package modelspec

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/kserve"
)

// Files are a model's files in S3 and the kind that they are. KServe serves them; nothing has to be built.
type Files struct {
	// Format of the files: sklearn, xgboost, lightgbm, mlflow, or modelway, which is the sample server's own. Required.
	Format string `json:"format,omitempty"`

	// URI of the folder that holds the files, such as s3://company-models/churn/3/: a bucket, and a prefix that ends in a slash. Required.
	URI string `json:"uri,omitempty"`

	// Digest of the files, sha256: and 64 hexadecimal digits. No pod takes a request unless its files have it. Required.
	Digest string `json:"digest,omitempty"`
}

// CanaryFiles are the files of a canary. Their format is the model's.
type CanaryFiles struct {
	// URI of the canary's folder; see model.uri. Required.
	URI string `json:"uri,omitempty"`

	// Digest of the canary's files; see model.digest. Required.
	Digest string `json:"digest,omitempty"`
}

// Given tells whether the model is served from files.
func (f Files) Given() bool { return f != Files{} }

// Folders are what the model's pods may read: for files that a promotion has put into <bucket>/<model>/<version>-<digest>/, the model's
// folder with all versions, so that another version needs no other rights; for files elsewhere their own address; and likewise for the
// canary's. None for an image.
func (m Model) Folders() []Folder {
	var all []Folder
	for _, uri := range []string{m.Files.URI, m.Canary.Files.URI} {
		folder, ok := ParseFolder(uri)
		if own, version, _ := strings.Cut(folder.Prefix, "/"); own == m.Name && promoted.MatchString(version) {
			folder.Prefix = own
		}
		if ok && (len(all) == 0 || all[0] != folder) {
			all = append(all, folder)
		}
	}
	return all
}

// promoted is what a promotion calls the folder of a version; see Promoted.
var promoted = regexp.MustCompile(`^[0-9]+-[0-9a-f]{12}$`)

// Promoted is the address of a version's files in a model store: by number, for people, and by the beginning of their digest, so that
// nothing is ever written over.
func Promoted(bucket, model, number, digest string) string {
	return fmt.Sprintf("%s%s/%s/%s-%s/", artifact.Scheme, bucket, model, number, strings.TrimPrefix(digest, "sha256:")[:12])
}

// Folder is a folder in S3.
type Folder struct {
	// Bucket is the name of the bucket, Prefix the path in it without slashes at its ends.
	Bucket, Prefix string
}

// ParseFolder reads an address such as s3://bucket/churn/3/; false for what validation would refuse for its form.
func ParseFolder(uri string) (Folder, bool) {
	at, err := artifact.ParseLocation(uri)
	return Folder{at.Bucket, strings.TrimSuffix(at.Prefix, "/")}, err == nil
}

// Requests are what a pod of the model asks for: thousandths of a core and bytes. One that downloads files asks at least for what its
// init container does
// (https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers).
func (m Model) Requests() (cpuMillis, memoryBytes int64, err error) {
	if cpuMillis, err = ParseCPU(m.Resources.CPU); err != nil {
		return 0, 0, err
	}
	if memoryBytes, err = ParseMemory(m.Resources.Memory); err != nil || !m.Files.Given() {
		return cpuMillis, memoryBytes, err
	}
	cpu, cpuErr := ParseCPU(kserve.InitializerCPU)
	memory, memoryErr := ParseMemory(kserve.InitializerMemory)
	if cpuErr != nil || memoryErr != nil {
		panic("modelspec: the requests of the storage initializer are no quantities")
	}
	return max(cpuMillis, cpu), max(memoryBytes, memory), nil
}

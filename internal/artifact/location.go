package artifact

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/aws"
)

// Scheme begins the address of files in S3.
const Scheme = "s3://"

// Location is where the files of a model are: all objects of a bucket whose keys begin with a prefix.
type Location struct {
	// Bucket is the name of the bucket.
	Bucket string
	// Prefix ends in a slash. It is "" for the whole bucket.
	Prefix string
}

// ParseLocation reads the address of a model's files, such as s3://models/churn/3/. The error names what is wrong, and how to write it.
func ParseLocation(uri string) (Location, error) {
	l, err := ParsePlace(uri)
	if err == nil && l.Prefix == "" {
		err = fmt.Errorf("%q is a whole bucket: name the folder of one version of a model, such as s3://%s/churn/1/", uri, l.Bucket)
	}
	if err != nil {
		return Location{}, err
	}
	return l, nil
}

// ParsePlace reads an address that may also be that of a whole bucket, such as s3://models/.
func ParsePlace(uri string) (Location, error) {
	rest, isS3 := strings.CutPrefix(uri, Scheme)
	bucket, prefix, hasPath := strings.Cut(rest, "/")
	switch {
	case !isS3:
		return Location{}, fmt.Errorf("%q is not an address in S3: write it as in s3://bucket/churn/1/", uri)
	case !aws.BucketName.MatchString(bucket):
		return Location{}, fmt.Errorf("%q names the bucket %q: allowed are 3 to 63 lower case letters, digits, hyphens and dots", uri, bucket)
	case !hasPath || prefix != "" && !strings.HasSuffix(prefix, "/"):
		return Location{}, fmt.Errorf("%q does not end in a slash, and would also stand for whatever begins with the same characters, "+
			"as .../1 does for .../10: write %s/", uri, uri)
	}
	if prefix != "" {
		if err := CheckPath(strings.TrimSuffix(prefix, "/")); err != nil {
			return Location{}, fmt.Errorf("%q: %w", uri, err)
		}
	}
	return Location{Bucket: bucket, Prefix: prefix}, nil
}

// String is the address: s3://bucket/prefix/.
func (l Location) String() string { return Scheme + l.Bucket + "/" + l.Prefix }

// Key is the key of the object with a file's contents.
func (l Location) Key(path string) string { return l.Prefix + path }

// Path is the path of the file that an object holds. It reports a key that is not below the prefix, or that would lead out of a folder.
func (l Location) Path(key string) (string, error) {
	path, below := strings.CutPrefix(key, l.Prefix)
	if !below {
		return "", fmt.Errorf("the key %q does not begin with %q", key, l.Prefix)
	}
	if err := CheckPath(path); err != nil {
		return "", fmt.Errorf("the key %q: %w", key, err)
	}
	return path, nil
}

// Package modelstore moves the files of models between folders and S3. It is the only code of the module that imports the AWS SDK for S3,
// and lies below cmd, so that the Pulumi program cannot come to import it.
package modelstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/localstore"
)

// parallelFiles is how many files are transferred at one time; the parts of a large one are, too.
const parallelFiles = 4

// noRegion is the region where none is set.
const noRegion = "no-region"

// credentialsTimeout bounds how long the search for credentials takes: the SDK asks for those of the machine last, where nobody may
// answer.
const credentialsTimeout = 30 * time.Second

// Store is S3, with the rights of whoever opened it.
type Store struct {
	client   *s3.Client
	transfer *transfermanager.Client
	region   string
}

// Open connects with the region and the credentials that the SDK finds, such as those of environment variables
// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html). The error says what is missing.
func Open(ctx context.Context) (*Store, error) {
	loaded, err := Load(ctx, "")
	if err != nil {
		return nil, err
	}
	return newStore(loaded), nil
}

// Load finds a region and credentials as Open does. A region that is given goes before all others.
func Load(ctx context.Context, region string) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{config.WithDefaultRegion(noRegion)}
	if region != "" {
		options = append(options, config.WithRegion(region))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return loaded, fmt.Errorf("reading the configuration of the AWS SDK: %w; fix: correct AWS_PROFILE, AWS_CONFIG_FILE or the files in "+
			"~/.aws, or leave the variables out", err)
	}
	searching, cancel := context.WithTimeout(ctx, credentialsTimeout)
	defer cancel()
	if _, err := loaded.Credentials.Retrieve(searching); err != nil {
		return loaded, explainCredentials(err)
	}
	if loaded.Region == noRegion { // after the credentials: a pod without a role has neither
		return loaded, errors.New("no region is set: set AWS_REGION to that of the bucket")
	}
	return loaded, nil
}

// OpenLocal connects to the S3 of the local stack.
func OpenLocal(c localstore.Connection) *Store {
	return newStore(aws.Config{
		Region: c.Region, BaseEndpoint: &c.Endpoint, RetryMaxAttempts: 3,
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, ""),
	})
}

func newStore(loaded aws.Config) *Store {
	client := s3.NewFromConfig(loaded)
	return &Store{client: client, region: loaded.Region, transfer: transfermanager.New(client, func(o *transfermanager.Options) {
		o.GetObjectType = types.GetObjectRanges // the parts of an upload may be of any size
	})}
}

// Buckets are the names of the caller's buckets, of which the local stack has few. The error is that of the call.
func (s *Store) Buckets(ctx context.Context) (names []string, err error) {
	out, err := s.client.ListBuckets(ctx, &s3.ListBucketsInput{})
	if err != nil {
		return nil, err
	}
	for _, bucket := range out.Buckets {
		names = append(names, aws.ToString(bucket.Name))
	}
	return names, nil
}

// Object is an object of a bucket.
type Object struct {
	Key      string
	Size     int64
	Modified time.Time
}

// List returns all objects of a location, page by page, in the order of their keys.
func (s *Store) List(ctx context.Context, at artifact.Location) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &at.Bucket, Prefix: &at.Prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Object{}, s.explain(err, "s3:ListBucket", at))
				return
			}
			for _, o := range page.Contents {
				if !yield(Object{aws.ToString(o.Key), aws.ToInt64(o.Size), aws.ToTime(o.LastModified)}, nil) {
					return
				}
			}
		}
	}
}

// source is an object that holds a file of a model.
type source struct {
	path string
	Object
}

// sources are the objects of a location that hold files. It reports keys that cannot be paths below a folder.
func (s *Store) sources(ctx context.Context, at artifact.Location) (all []source, err error) {
	for object, err := range s.List(ctx, at) {
		if err != nil {
			return nil, err
		}
		if !artifact.Counts(object.Key, object.Size) {
			continue
		}
		path, err := at.Path(object.Key)
		if err != nil {
			return nil, fmt.Errorf("%s has an object that cannot be a file: %w", at, err)
		}
		all = append(all, source{path, object})
	}
	return all, nil
}

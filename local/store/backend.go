package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/johannesboyne/gofakes3"

	"github.com/modelway/modelway/local/aws"
)

// folder keeps objects as files, <bucket>/<key>, and what S3 knows of them besides in files of another folder. Buckets are those of the
// account.
type folder struct {
	root    string
	account *aws.Account

	files   sync.RWMutex // held while files come, go and are opened
	uploads uploads
}

var (
	_ gofakes3.Backend          = (*folder)(nil)
	_ gofakes3.MultipartBackend = (*folder)(nil)
)

// BucketExists says whether the account has the bucket.
func (f *folder) BucketExists(name string) (bool, error) {
	state, err := f.account.Snapshot()
	return err == nil && state.Get(aws.BucketV2, name) != nil, err
}

// ListBuckets returns the buckets of the account.
func (f *folder) ListBuckets() (all []gofakes3.BucketInfo, err error) {
	state, err := f.account.Snapshot()
	if err != nil {
		return nil, err
	}
	for _, bucket := range state.List(aws.BucketV2) {
		all = append(all, gofakes3.BucketInfo{Name: bucket.ID})
	}
	return all, nil
}

// errBuckets is the answer to whoever makes or deletes a bucket here.
var errBuckets = gofakes3.ErrorMessage(gofakes3.ErrNotImplemented,
	"the buckets of the local stack are those of its program: change its settings, and run `modelway up`")

// CreateBucket refuses: the program of the stack makes buckets.
func (f *folder) CreateBucket(string) error { return errBuckets }

// DeleteBucket refuses likewise.
func (f *folder) DeleteBucket(string) error { return errBuckets }

// ForceDeleteBucket refuses likewise.
func (f *folder) ForceDeleteBucket(string) error { return errBuckets }

// HeadObject returns an object without contents.
func (f *folder) HeadObject(bucket, key string) (*gofakes3.Object, error) {
	f.files.RLock()
	defer f.files.RUnlock()
	facts, err := f.facts(bucket, key)
	if err != nil {
		return nil, missing(err, key)
	}
	return facts.object(key, io.NopCloser(strings.NewReader(""))), nil
}

// GetObject returns an object or a range of it, without the checksums of the whole in the latter case, as S3 does.
func (f *folder) GetObject(bucket, key string, wanted *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	f.files.RLock()
	defer f.files.RUnlock()
	facts, err := f.facts(bucket, key)
	if err != nil {
		return nil, missing(err, key)
	}
	part, err := wanted.Range(facts.Size)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(f.path(bucket, key))
	if err != nil {
		return nil, err
	}
	object := facts.object(key, file)
	if object.Range = part; part != nil {
		for name := range object.Metadata {
			if strings.HasPrefix(name, checksumHeader) {
				delete(object.Metadata, name)
			}
		}
		object.Contents = section{io.NewSectionReader(file, part.Start, part.Length), file}
	}
	return object, nil
}

type section struct {
	io.Reader
	io.Closer
}

func missing(err error, key string) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return gofakes3.KeyNotFound(key)
	}
	return err
}

// DeleteObject removes an object, where there is one, and the folders that it leaves empty.
func (f *folder) DeleteObject(bucket, key string) (gofakes3.ObjectDeleteResult, error) {
	f.files.Lock()
	defer f.files.Unlock()
	for _, path := range []string{f.path(bucket, key), f.factsPath(bucket, key)} {
		if info, err := os.Lstat(path); err != nil || info.IsDir() {
			continue // S3 does not mind
		}
		if err := os.Remove(path); err != nil {
			return gofakes3.ObjectDeleteResult{}, err
		}
		for parent := filepath.Dir(path); parent != f.root && os.Remove(parent) == nil; parent = filepath.Dir(parent) {
		}
	}
	return gofakes3.ObjectDeleteResult{}, f.note(bucket)
}

// DeleteMulti removes several objects.
func (f *folder) DeleteMulti(bucket string, keys ...string) (result gofakes3.MultiDeleteResult, err error) {
	for _, key := range keys {
		if _, err := f.DeleteObject(bucket, key); err != nil {
			result.Error = append(result.Error, gofakes3.ErrorResult{Key: key, Code: gofakes3.ErrInternal, Message: err.Error()})
			continue
		}
		result.Deleted = append(result.Deleted, gofakes3.ObjectID{Key: key})
	}
	return result, nil
}

// CopyObject copies an object with the given metadata.
func (f *folder) CopyObject(fromBucket, fromKey, toBucket, toKey string, meta map[string]string) (gofakes3.CopyObjectResult, error) {
	return gofakes3.CopyObject(f, fromBucket, fromKey, toBucket, toKey, meta)
}

// note tells the account whether a bucket has objects, where that has changed.
func (f *folder) note(bucket string) error {
	_, err := os.Lstat(filepath.Join(f.root, bucket))
	has := err == nil
	state, err := f.account.Snapshot()
	if err != nil || state.Get(aws.BucketV2, bucket) == nil || state.HasStored(bucket) == has {
		return err
	}
	return f.account.Update(func(s *aws.State) error { return s.Stored(bucket, has) })
}

// sweep removes the objects of buckets that the account no longer has.
func (f *folder) sweep() error {
	entries, err := os.ReadDir(f.root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var faults []error
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		exists, err := f.BucketExists(entry.Name())
		faults = append(faults, err)
		if err == nil && !exists {
			f.files.Lock()
			faults = append(faults, os.RemoveAll(filepath.Join(f.root, factsFolder, entry.Name())))
			faults = append(faults, os.RemoveAll(filepath.Join(f.root, entry.Name())))
			f.files.Unlock()
		}
	}
	return errors.Join(faults...)
}

func hexed(sum []byte) string { return hex.EncodeToString(sum) }

// hashed is the SHA-256 of a text.
func hashed(text []byte) string {
	sum := sha256.Sum256(text)
	return hexed(sum[:])
}

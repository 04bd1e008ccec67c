package store

import (
	"crypto/md5"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/johannesboyne/gofakes3"
)

// uploads are those in several parts that are under way. Their parts are files; those of a stack that ended are removed with the next
// start.
type uploads struct {
	mutex sync.Mutex
	all   map[gofakes3.UploadID]*upload
}

type upload struct {
	bucket, key string
	headers     map[string]string
	folder      string
}

func (u *uploads) find(id gofakes3.UploadID, bucket, key string) (*upload, error) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	found := u.all[id]
	if found == nil || found.bucket != bucket || found.key != key {
		return nil, gofakes3.ErrNoSuchUpload
	}
	return found, nil
}

// CreateMultipartUpload begins an upload in parts.
func (f *folder) CreateMultipartUpload(bucket, key string, headers map[string]string) (gofakes3.UploadID, error) {
	id := gofakes3.UploadID(rand.Text())
	started := &upload{bucket, key, headers, filepath.Join(f.root, uploadsFolder, string(id))}
	f.uploads.mutex.Lock()
	defer f.uploads.mutex.Unlock()
	if f.uploads.all == nil {
		f.uploads.all = map[gofakes3.UploadID]*upload{}
	}
	f.uploads.all[id] = started
	return id, os.MkdirAll(started.folder, 0o755)
}

func (u *upload) part(number int) string { return filepath.Join(u.folder, fmt.Sprint(number)) }

// UploadPart keeps a part, in place of one of the same number.
func (f *folder) UploadPart(bucket, key string, id gofakes3.UploadID, number int, size int64, contents io.Reader) (string, error) {
	found, err := f.uploads.find(id, bucket, key)
	if err != nil {
		return "", err
	}
	path, sum, err := f.receive(contents, size)
	if err != nil {
		return "", err
	}
	return `"` + sum + `"`, os.Rename(path, found.part(number))
}

// CompleteMultipartUpload puts the parts together. Its ETag is the MD5 of the whole.
func (f *folder) CompleteMultipartUpload(
	bucket, key string, id gofakes3.UploadID, input *gofakes3.CompleteMultipartUploadRequest,
) (gofakes3.VersionID, string, error) {
	found, err := f.uploads.find(id, bucket, key)
	if err != nil {
		return "", "", err
	}
	var readers []io.Reader
	size := int64(0)
	for i, part := range input.Parts {
		if i > 0 && part.PartNumber <= input.Parts[i-1].PartNumber {
			return "", "", gofakes3.ErrInvalidPartOrder
		}
		file, err := os.Open(found.part(part.PartNumber))
		if err != nil {
			return "", "", gofakes3.ErrInvalidPart
		}
		defer file.Close()
		sum := md5.New()
		length, err := io.Copy(sum, file)
		if _, again := file.Seek(0, io.SeekStart); err != nil || again != nil {
			return "", "", errors.Join(err, again)
		}
		if strings.Trim(part.ETag, `"`) != hexed(sum.Sum(nil)) {
			return "", "", gofakes3.ErrInvalidPart
		}
		readers, size = append(readers, file), size+length
	}
	if _, err := f.PutObject(bucket, key, found.headers, io.MultiReader(readers...), size, nil); err != nil {
		return "", "", err
	}
	facts, err := f.facts(bucket, key)
	return "", `"` + facts.Sum + `"`, errors.Join(err, f.AbortMultipartUpload(bucket, key, id))
}

// AbortMultipartUpload drops the parts.
func (f *folder) AbortMultipartUpload(bucket, key string, id gofakes3.UploadID) error {
	found, err := f.uploads.find(id, bucket, key)
	if err != nil {
		return err
	}
	f.uploads.mutex.Lock()
	defer f.uploads.mutex.Unlock()
	delete(f.uploads.all, id)
	return os.RemoveAll(found.folder)
}

// ListMultipartUploads is not served here.
func (f *folder) ListMultipartUploads(string, *gofakes3.UploadListMarker, gofakes3.Prefix, int64) (*gofakes3.ListMultipartUploadsResult,
	error) {
	return nil, gofakes3.ErrNotImplemented
}

// ListParts is not served here.
func (f *folder) ListParts(string, string, gofakes3.UploadID, int, int64) (*gofakes3.ListMultipartUploadPartsResult, error) {
	return nil, gofakes3.ErrNotImplemented
}

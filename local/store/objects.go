package store

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/johannesboyne/gofakes3"
)

const (
	// factsFolder and uploadsFolder lie beside the buckets, whose names cannot begin with a dot.
	factsFolder   = ".facts"
	uploadsFolder = ".uploads"
	// checksumHeader begins the headers with the checksum of an object.
	checksumHeader = "X-Amz-Checksum-"
)

// facts are what S3 knows of an object besides its contents.
type facts struct {
	// Size and Modified are those of the file when its sum was taken: one that somebody changed is read again.
	Size     int64
	Modified time.Time
	// Sum is the MD5 of the contents in hexadecimal digits, which is the ETag.
	Sum string
	// Headers are those that an answer repeats.
	Headers map[string]string `json:",omitempty"`
}

func (f facts) object(key string, contents io.ReadCloser) *gofakes3.Object {
	sum, _ := hex.DecodeString(f.Sum)
	headers := map[string]string{"Last-Modified": f.Modified.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")}
	for name, value := range f.Headers {
		headers[name] = value
	}
	return &gofakes3.Object{Name: key, Metadata: headers, Size: f.Size, Hash: sum, Contents: contents}
}

// repeated are the headers of an upload that S3 answers with later on.
func repeated(headers map[string]string) map[string]string {
	kept := map[string]string{}
	for name, value := range headers {
		switch {
		case strings.HasPrefix(name, "X-Amz-Meta-"), strings.HasPrefix(name, checksumHeader) && name != checksumHeader+"Algorithm",
			name == "Content-Type", name == "Content-Disposition", name == "Content-Encoding":
			kept[name] = value
		}
	}
	return kept
}

// Parts of keys that a file system has no names for. A percent sign is escaped in others.
var special = map[string]string{"": "%00", ".": "%2E", "..": "%2E%2E"}

// relative is the path of an object below the folder of its bucket.
func relative(key string) string {
	parts := strings.Split(key, "/")
	for i, part := range parts {
		if name, is := special[part]; is {
			parts[i] = name
		} else {
			parts[i] = strings.ReplaceAll(strings.ReplaceAll(part, "%", "%25"), "\x00", "%01")
		}
	}
	return filepath.Join(parts...)
}

// keyOf is the key of a path that relative made, or that somebody put there.
func keyOf(path string) string {
	parts := strings.Split(filepath.ToSlash(path), "/")
	for i, part := range parts {
		if part == special[""] {
			parts[i] = ""
		} else if plain, err := url.PathUnescape(part); err == nil {
			parts[i] = plain
		}
	}
	return strings.Join(parts, "/")
}

func (f *folder) path(bucket, key string) string { return filepath.Join(f.root, bucket, relative(key)) }

func (f *folder) factsPath(bucket, key string) string {
	return filepath.Join(f.root, factsFolder, bucket, relative(key)+".json")
}

// facts reads what is known of an object, and takes its sum again where its file has changed or nothing is known.
func (f *folder) facts(bucket, key string) (facts, error) {
	path := f.path(bucket, key)
	info, err := os.Stat(path)
	if err != nil {
		return facts{}, err
	}
	if !info.Mode().IsRegular() {
		return facts{}, &os.PathError{Op: "read", Path: path, Err: os.ErrInvalid}
	}
	var known facts
	if text, err := os.ReadFile(f.factsPath(bucket, key)); err == nil && json.Unmarshal(text, &known) == nil &&
		known.Size == info.Size() && known.Modified.Equal(info.ModTime()) {
		return known, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return facts{}, err
	}
	defer file.Close()
	sum := md5.New()
	if _, err := io.Copy(sum, file); err != nil {
		return facts{}, err
	}
	return facts{Size: info.Size(), Modified: info.ModTime(), Sum: hexed(sum.Sum(nil))}, nil
}

// PutObject keeps an object: first in a file of its own, then under its name.
func (f *folder) PutObject(
	bucket, key string, headers map[string]string, contents io.Reader, size int64, conditions *gofakes3.PutConditions,
) (gofakes3.PutObjectResult, error) {
	var none gofakes3.PutObjectResult
	temporary, sum, err := f.receive(contents, size)
	if err != nil {
		return none, err
	}
	defer os.Remove(temporary)
	f.files.Lock()
	defer f.files.Unlock()
	if conditions != nil {
		before, err := f.facts(bucket, key)
		old, _ := hex.DecodeString(before.Sum)
		if err := gofakes3.CheckPutConditions(conditions, &gofakes3.ConditionalObjectInfo{Exists: err == nil, Hash: old}); err != nil {
			return none, err
		}
	}
	target := f.path(bucket, key)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return none, f.unfit(key, err)
	}
	if err := f.note(bucket); err != nil { // before there is an object, so that the account never takes a full bucket for an empty one
		return none, err
	}
	if err := os.Rename(temporary, target); err != nil {
		return none, f.unfit(key, err)
	}
	info, err := os.Stat(target)
	if err != nil {
		return none, err
	}
	text, err := json.Marshal(facts{info.Size(), info.ModTime(), sum, repeated(headers)})
	if err != nil {
		return none, err
	}
	path := f.factsPath(bucket, key)
	return none, errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644))
}

// unfit words why a key can have no file.
func (f *folder) unfit(key string, err error) error {
	return gofakes3.ErrorMessage(gofakes3.ErrNotImplemented, fmt.Sprintf("the local store keeps objects as files, and can have none "+
		"for the key %q, as where another key has this one as its folder: %v", key, err))
}

// receive writes contents to a file of its own, and returns their MD5.
func (f *folder) receive(contents io.Reader, size int64) (path, sum string, err error) {
	if err := os.MkdirAll(filepath.Join(f.root, uploadsFolder), 0o755); err != nil {
		return "", "", err
	}
	file, err := os.CreateTemp(filepath.Join(f.root, uploadsFolder), "object-")
	if err != nil {
		return "", "", err
	}
	taken := md5.New()
	got, err := io.Copy(io.MultiWriter(file, taken), contents)
	if err == nil && got != size {
		err = gofakes3.ErrIncompleteBody
	}
	if err = errors.Join(err, file.Chmod(0o644), file.Close()); err != nil {
		_ = os.Remove(file.Name())
		return "", "", unwrapped(err)
	}
	return file.Name(), hexed(taken.Sum(nil)), nil
}

// unwrapped is the error of S3 in another one, which the library answers with its own status.
func unwrapped(err error) error {
	var code gofakes3.ErrorCode
	if errors.As(err, &code) {
		return code
	}
	var response *gofakes3.ErrorResponse
	if errors.As(err, &response) {
		return response
	}
	return err
}

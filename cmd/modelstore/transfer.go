package modelstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"github.com/modelway/modelway/internal/artifact"
)

// ErrEmpty says that a location has no files.
var ErrEmpty = errors.New("there are no files")

// Download brings the files of a location into a folder, below which it makes folders as needed, and returns what it wrote. The error is
// ErrEmpty where there are none.
func (s *Store) Download(ctx context.Context, at artifact.Location, folder string) (artifact.Manifest, error) {
	return s.read(ctx, at, func(ctx context.Context, from source) (artifact.File, error) {
		target := filepath.Join(folder, filepath.FromSlash(from.path))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return artifact.File{}, err
		}
		file, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
		if err != nil {
			return artifact.File{}, err
		}
		_, err = s.transfer.DownloadObject(ctx, &transfermanager.DownloadObjectInput{Bucket: &at.Bucket, Key: &from.Key, WriterAt: file})
		if err != nil {
			return artifact.File{}, errors.Join(s.explain(err, "s3:GetObject", artifact.Location{Bucket: at.Bucket, Prefix: from.Key}), file.Close())
		}
		hashed, err := artifact.Hash(from.path, file)
		return hashed, errors.Join(err, file.Close())
	})
}

// Manifest reads the files of a location without keeping them. The error is ErrEmpty where there are none.
func (s *Store) Manifest(ctx context.Context, at artifact.Location) (artifact.Manifest, error) {
	return s.read(ctx, at, func(ctx context.Context, from source) (artifact.File, error) {
		object, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &at.Bucket, Key: &from.Key})
		if err != nil {
			return artifact.File{}, s.explain(err, "s3:GetObject", artifact.Location{Bucket: at.Bucket, Prefix: from.Key})
		}
		hashed, err := artifact.Hash(from.path, object.Body)
		return hashed, errors.Join(err, object.Body.Close())
	})
}

// visitor reads the file of an object.
type visitor func(context.Context, source) (artifact.File, error)

// read visits every file of a location, several at a time.
func (s *Store) read(ctx context.Context, at artifact.Location, visit visitor) (artifact.Manifest, error) {
	all, err := s.sources(ctx, at)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w below %s: upload them with `modelway store put DIR %s`, or correct the address", ErrEmpty, at, at)
	}
	files := make([]artifact.File, len(all))
	err = atOnce(ctx, len(all), func(ctx context.Context, i int) (err error) {
		files[i], err = visit(ctx, all[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	return artifact.Of(files...)
}

// Upload puts the files of a manifest, which are in a folder, to a location. progress is called with the bytes that were read since the
// last call, from several goroutines.
func (s *Store) Upload(ctx context.Context, folder string, files artifact.Manifest, to artifact.Location, progress func(bytes int)) error {
	return atOnce(ctx, len(files), func(ctx context.Context, i int) error {
		file, err := os.Open(filepath.Join(folder, filepath.FromSlash(files[i].Path)))
		if err != nil {
			return err
		}
		defer file.Close()
		key := to.Key(files[i].Path)
		_, err = s.transfer.UploadObject(ctx, &transfermanager.UploadObjectInput{Bucket: &to.Bucket, Key: &key, Body: counted{file, progress}})
		return s.explain(err, "s3:PutObject", artifact.Location{Bucket: to.Bucket, Prefix: key})
	})
}

// counted is a file that tells how much of it was read.
type counted struct {
	*os.File
	progress func(bytes int)
}

// Read reads from the file.
func (c counted) Read(into []byte) (int, error) {
	n, err := c.File.Read(into)
	c.progress(n)
	return n, err
}

// Remove deletes the objects of a location that hold none of the files.
func (s *Store) Remove(ctx context.Context, at artifact.Location, but artifact.Manifest) (removed int, err error) {
	all, err := s.sources(ctx, at)
	if err != nil {
		return 0, err
	}
	for _, object := range all {
		if slices.ContainsFunc(but, func(f artifact.File) bool { return f.Path == object.path }) {
			continue
		}
		if _, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &at.Bucket, Key: &object.Key}); err != nil {
			return removed, s.explain(err, "s3:DeleteObject", artifact.Location{Bucket: at.Bucket, Prefix: object.Key})
		}
		removed++
	}
	return removed, nil
}

// atOnce calls a function with the numbers below n, several at a time, and returns the first error, with which the others end.
func atOnce(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelFiles)
	for i := range n {
		group.Go(func() error { return do(ctx, i) })
	}
	return group.Wait()
}

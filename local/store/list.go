package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/johannesboyne/gofakes3"
)

// ListBucket returns a page of the objects whose keys begin with the prefix, in the order of their keys
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html).
func (f *folder) ListBucket(bucket string, prefix *gofakes3.Prefix, page gofakes3.ListBucketPage) (*gofakes3.ObjectList, error) {
	if prefix == nil {
		prefix = &gofakes3.Prefix{}
	}
	f.files.RLock()
	defer f.files.RUnlock()
	keys, err := f.keys(bucket, prefix.Prefix)
	if err != nil {
		return nil, err
	}
	limit := page.MaxKeys
	if limit <= 0 {
		limit = gofakes3.DefaultMaxBucketKeys
	}
	list, last := gofakes3.NewObjectList(), ""
	for _, key := range keys {
		name, shared := shown(key, prefix)
		if page.HasMarker && name <= page.Marker || shared && name == last {
			continue
		}
		if int64(len(list.Contents)+len(list.CommonPrefixes)) == limit {
			list.IsTruncated, list.NextMarker = true, last
			return list, nil
		}
		if last = name; shared {
			list.AddPrefix(name)
			continue
		}
		facts, err := f.facts(bucket, key)
		if err != nil {
			return nil, err
		}
		list.Add(&gofakes3.Content{
			Key: key, Size: facts.Size, ETag: `"` + facts.Sum + `"`,
			LastModified: gofakes3.NewContentTime(facts.Modified.UTC()), StorageClass: gofakes3.StorageStandard,
		})
	}
	return list, nil
}

// shown is what a list has for a key: the key, or the beginning that it shares with others up to the delimiter.
func shown(key string, prefix *gofakes3.Prefix) (name string, shared bool) {
	if !prefix.HasDelimiter {
		return key, false
	}
	before, _, found := strings.Cut(key[len(prefix.Prefix):], prefix.Delimiter)
	if !found {
		return key, false
	}
	return prefix.Prefix + before + prefix.Delimiter, true
}

// keys are those of a bucket that begin with a prefix, in order. Only the folder that the prefix names is read.
func (f *folder) keys(bucket, prefix string) (all []string, err error) {
	root := filepath.Join(f.root, bucket)
	start := root
	if at := strings.LastIndex(prefix, "/"); at >= 0 {
		start = filepath.Join(root, relative(prefix[:at]))
	}
	err = filepath.WalkDir(start, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if key := keyOf(name); strings.HasPrefix(key, prefix) && entry.Type().IsRegular() {
			all = append(all, key)
		}
		return nil
	})
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	slices.Sort(all)
	return all, err
}

package store

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/johannesboyne/gofakes3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestListsArePaged compares what all pages of a list have with the keys that begin with the prefix, and with the folders of the next
// level.
func TestListsArePaged(t *testing.T) {
	account := testAccount(t)
	rapid.Check(t, func(t *rapid.T) {
		root, err := os.MkdirTemp("", "store")
		require.NoError(t, err)
		defer os.RemoveAll(root)
		f := &folder{root: root, account: account}
		keys := map[string]bool{}
		for _, key := range rapid.SliceOfN(rapid.StringMatching(`[ab.%-]{0,2}(/[abß .]{0,2}){0,2}`), 0, 12).Draw(t, "keys") {
			if key == "" {
				continue
			}
			if _, err := f.PutObject(bucketName, key, nil, strings.NewReader(key), int64(len(key)), nil); err == nil {
				keys[key] = true
			}
		}
		prefix := gofakes3.Prefix{Prefix: rapid.StringMatching(`([ab]{0,1}/?)?`).Draw(t, "prefix")}
		prefix.HasPrefix = prefix.Prefix != ""
		if prefix.HasDelimiter = rapid.Bool().Draw(t, "delimited"); prefix.HasDelimiter {
			prefix.Delimiter = "/"
		}
		want := map[string]bool{}
		for key := range keys {
			rest, below := strings.CutPrefix(key, prefix.Prefix)
			if before, _, found := strings.Cut(rest, "/"); below && found && prefix.HasDelimiter {
				want[prefix.Prefix+before+"/"] = true
			} else if below {
				want[key] = true
			}
		}
		var got []string
		page := gofakes3.ListBucketPage{MaxKeys: int64(rapid.IntRange(1, 4).Draw(t, "page"))}
		for {
			listed, err := f.ListBucket(bucketName, &prefix, page)
			require.NoError(t, err)
			require.LessOrEqual(t, len(listed.Contents)+len(listed.CommonPrefixes), int(page.MaxKeys))
			var names []string
			for _, object := range listed.Contents {
				names = append(names, object.Key)
				require.Equal(t, int64(len(object.Key)), object.Size)
			}
			for _, common := range listed.CommonPrefixes {
				names = append(names, common.Prefix)
			}
			slices.Sort(names)
			got = append(got, names...)
			if !listed.IsTruncated {
				break
			}
			page.Marker, page.HasMarker = listed.NextMarker, true
		}
		require.Equal(t, slices.Sorted(maps.Keys(want)), got)
	})
}

func TestKeysBecomePathsAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.StringMatching(`[a.%/ é+]{1,12}`).Draw(t, "key")
		path := relative(key)
		require.Equal(t, key, keyOf(path))
		require.True(t, filepath.IsLocal(path), "%q is not below the folder of the bucket", path)
	})
}

// TestObjectsAreFiles reads what somebody put into the folder, and what somebody changed there.
func TestObjectsAreFiles(t *testing.T) {
	s := start(t, testAccount(t), knownTokens)
	admin := administrator(t, s)
	keep(t, admin, "churn/1/model.bin", "weights")
	path := filepath.Join(s.Folder, bucketName, "churn", "1", "model.bin")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "weights", string(content))
	require.NoError(t, os.WriteFile(path, []byte("other weights"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "added"), []byte("by hand"), 0o644))
	for key, want := range map[string]string{"churn/1/model.bin": "other weights", "churn/1/added": "by hand"} {
		got, err := get(t.Context(), admin, key)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err = admin.PutObject(t.Context(), &s3.PutObjectInput{Bucket: sdk.String(bucketName), Key: sdk.String("churn/1"),
		Body: strings.NewReader("x")})
	requireCode(t, err, "NotImplemented", "as where another key has this one as its folder")
	_, err = admin.PutObject(t.Context(), &s3.PutObjectInput{Bucket: sdk.String(bucketName), Key: sdk.String("churn/1/added/x"),
		Body: strings.NewReader("x")})
	requireCode(t, err, "NotImplemented")
}

// TestPartsAndRanges uploads in parts, reads a range of it, and copies it.
func TestPartsAndRanges(t *testing.T) {
	s := start(t, testAccount(t), knownTokens)
	admin, ctx := administrator(t, s), t.Context()
	name, key := sdk.String(bucketName), sdk.String("churn/1/large.bin")
	begun, err := admin.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: name, Key: key,
		ContentType: sdk.String("application/x-model")})
	require.NoError(t, err)
	parts, whole := []types.CompletedPart{}, []byte{}
	for i := range int32(3) {
		content := bytes.Repeat([]byte(fmt.Sprintf("part %d ", i)), 1<<18)
		sent, err := admin.UploadPart(ctx, &s3.UploadPartInput{Bucket: name, Key: key, UploadId: begun.UploadId, PartNumber: sdk.Int32(i + 1),
			Body: bytes.NewReader(content)})
		require.NoError(t, err)
		parts, whole = append(parts, types.CompletedPart{PartNumber: sdk.Int32(i + 1), ETag: sent.ETag}), append(whole, content...)
	}
	swapped := &types.CompletedMultipartUpload{Parts: []types.CompletedPart{parts[1], parts[0]}}
	_, err = admin.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: name, Key: key, UploadId: begun.UploadId,
		MultipartUpload: swapped})
	requireCode(t, err, "InvalidPartOrder")
	_, err = admin.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: name, Key: key, UploadId: begun.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}})
	require.NoError(t, err)
	left, err := os.ReadDir(filepath.Join(s.Folder, uploadsFolder))
	require.NoError(t, err)
	require.Empty(t, left, "nothing is left of the parts")

	got, err := get(ctx, admin, *key)
	require.NoError(t, err)
	require.Equal(t, string(whole), got)
	part, err := admin.GetObject(ctx, &s3.GetObjectInput{Bucket: name, Key: key, Range: sdk.String("bytes=5-11")})
	require.NoError(t, err)
	content, err := io.ReadAll(part.Body)
	require.NoError(t, err)
	require.Equal(t, string(whole[5:12]), string(content))
	require.Equal(t, fmt.Sprintf("bytes 5-11/%d", len(whole)), *part.ContentRange)
	require.Equal(t, "application/x-model", *part.ContentType)

	_, err = admin.CopyObject(ctx, &s3.CopyObjectInput{Bucket: name, Key: sdk.String("copy"), CopySource: sdk.String(bucketName +
		"/churn/1/large.bin")})
	require.NoError(t, err)
	got, err = get(ctx, admin, "copy")
	require.NoError(t, err)
	require.Equal(t, len(whole), len(got))
}

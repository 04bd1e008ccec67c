package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/artifact"
)

// s3 is a real S3 API in this process, over memory, and what it was asked.
type s3 struct {
	backend *s3mem.Backend
	// refuse answers a request in place of S3 where it returns true. Default nil.
	refuse func(http.ResponseWriter, *http.Request) bool
	asked  atomic.Int64
}

func serve(t *testing.T) *s3 {
	t.Helper()
	s := &s3{backend: s3mem.New()}
	require.NoError(t, s.backend.CreateBucket("models"))
	api := gofakes3.New(s.backend).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		if s.refuse == nil || !s.refuse(w, r) {
			api.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": server.URL, "AWS_ENDPOINT_URL_STS": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id",
		"AWS_SECRET_ACCESS_KEY":     "secret",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
		"AWS_ROLE_ARN": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "", "AWS_MAX_ATTEMPTS": "2",
	} {
		t.Setenv(name, value)
	}
	return s
}

func (s *s3) put(t *testing.T, key, content string) {
	t.Helper()
	_, err := s.backend.PutObject("models", key, map[string]string{}, strings.NewReader(content), int64(len(content)), nil)
	require.NoError(t, err)
}

func xmlError(w http.ResponseWriter, status int, code, message string) bool {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
	return true
}

func digestOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var all []artifact.File
	for path, content := range files {
		file, err := artifact.Hash(path, strings.NewReader(content))
		require.NoError(t, err)
		all = append(all, file)
	}
	manifest, err := artifact.Of(all...)
	require.NoError(t, err)
	return manifest.Digest()
}

func filesIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		found[filepath.ToSlash(name)] = string(content)
		return err
	}))
	return found
}

// TestDownload has more files than a page of a listing, one larger than a part of a download, and neighbors that begin with the same
// characters.
func TestDownload(t *testing.T) {
	s, into := serve(t), t.TempDir()
	want := map[string]string{"model.bin": strings.Repeat("0123456789abcdef", 20<<16), "a/b/ü c.txt": "deep"}
	for i := range 1100 {
		want[fmt.Sprintf("many/%d", i)] = fmt.Sprint(i)
	}
	for path, content := range want {
		s.put(t, "churn/1/"+path, content)
	}
	for key, content := range map[string]string{"churn/10/model.bin": "another version", "churn/1": "x", "churn/1/": "", "churn/1/folder/": "",
		"churn/1/empty": ""} {
		s.put(t, key, content)
	}
	t.Setenv(artifact.EnvDigest, digestOf(t, want))
	for range 2 { // a container that starts again does the same
		require.NoError(t, os.Mkdir(filepath.Join(into, partial+"killed"), 0o700), "what a killed run left")
		require.NoError(t, run(t.Context(), []string{"s3://models/churn/1/", into}))
		require.Equal(t, want, filesIn(t, into))
		entries, err := os.ReadDir(into)
		require.NoError(t, err)
		require.Len(t, entries, 3, "nothing is left of the download")
	}
}

// TestRefusals has a sentence for each failure, which names what is wrong and what to do, and leaves no file.
func TestRefusals(t *testing.T) {
	files := map[string]string{"model.bin": "weights"}
	right, wrong := digestOf(t, files), digestOf(t, map[string]string{"model.bin": "others"})
	for name, c := range map[string]struct {
		from, digest string
		prepare      func(t *testing.T, s *s3)
		code         int
		says         []string
	}{
		"another digest": {digest: wrong, code: exitDigest,
			says: []string{"the digest of the 1 file of s3://models/churn/1/ is " + right + " instead of " + wrong + ": upload the right files"}},
		"empty prefix": {from: "s3://models/churn/7/", says: []string{"there are no files below s3://models/churn/7/: upload them with " +
			"`modelway store put DIR s3://models/churn/7/`"}},
		"only empty files": {from: "s3://models/none/1/", says: []string{"there are no files below s3://models/none/1/"},
			prepare: func(t *testing.T, s *s3) { s.put(t, "none/1/", ""); s.put(t, "none/1/x", "") }},
		"no bucket": {from: "s3://other/churn/1/", says: []string{"there is no bucket other: correct the address, or make the bucket"}},
		"no right to list": {says: []string{"no right to s3:ListBucket on bucket models, prefix churn/1/: let the role",
			"S3 says: not authorized"},
			prepare: refusing(func(r *http.Request) bool { return r.URL.Query().Has("list-type") }, 403, "AccessDenied", "not authorized")},
		"no right to read": {says: []string{"no right to s3:GetObject on bucket models, prefix churn/1/model.bin: let the role"},
			prepare: refusing(func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "model.bin") }, 403, "AccessDenied", "")},
		"another region": {says: []string{"bucket models is not in region us-east-1, but in eu-west-1: set AWS_REGION to the region of the " +
			"bucket"},
			prepare: func(_ *testing.T, s *s3) {
				s.refuse = func(w http.ResponseWriter, _ *http.Request) bool {
					w.Header().Set("X-Amz-Bucket-Region", "eu-west-1")
					return xmlError(w, 301, "PermanentRedirect", "use another endpoint")
				}
			}},
		"no region": {says: []string{"no region is set: set AWS_REGION to that of the bucket"}, prepare: func(t *testing.T,
			_ *s3) {
			t.Setenv("AWS_REGION", "")
		}},
		"no credentials": {says: []string{"there are no AWS credentials: give the service account a role"},
			prepare: func(t *testing.T, _ *s3) { t.Setenv("AWS_ACCESS_KEY_ID", ""); t.Setenv("AWS_SECRET_ACCESS_KEY", "") }},
		"role refused": {says: []string{"role arn:aws:iam::123456789012:role/churn cannot be assumed with the token of this service account",
			"AccessDenied: not you"},
			prepare: func(t *testing.T, s *s3) {
				t.Setenv("AWS_ACCESS_KEY_ID", "")
				t.Setenv("AWS_SECRET_ACCESS_KEY", "")
				token := filepath.Join(t.TempDir(), "token")
				require.NoError(t, os.WriteFile(token, []byte("token"), 0o600))
				t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/churn")
				t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", token)
				s.refuse = func(w http.ResponseWriter, r *http.Request) bool {
					w.WriteHeader(403)
					fmt.Fprint(w, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>")
					return true
				}
			}},
		"key that leads out": {says: []string{`s3://models/churn/1/ has an object that cannot be a file: the key "churn/1/../../x"`},
			prepare: func(t *testing.T, s *s3) { s.put(t, "churn/1/../../x", "evil") }},
		"no slash": {from: "s3://models/churn/1", code: exitUsage, says: []string{"write s3://models/churn/1/"}},
		"no digest": {digest: " ", code: exitUsage,
			says: []string{`ARTIFACT_DIGEST is " " instead of sha256: and 64 hexadecimal digits`, "`modelway store digest s3://models/churn/1/`"}},
		"server in a bad way": {says: []string{"s3:ListBucket on bucket models, prefix churn/1/", "InternalError"},
			prepare: refusing(func(*http.Request) bool { return true }, 500, "InternalError", "try later")},
	} {
		t.Run(name, func(t *testing.T) {
			s, into := serve(t), t.TempDir()
			for path, content := range files {
				s.put(t, "churn/1/"+path, content)
			}
			if c.from == "" {
				c.from = "s3://models/churn/1/"
			}
			if c.digest == "" {
				c.digest = right
			}
			t.Setenv(artifact.EnvDigest, c.digest)
			if c.prepare != nil {
				c.prepare(t, s)
			}
			err := run(t.Context(), []string{c.from, into})
			require.Error(t, err)
			require.NotContains(t, err.Error(), "\n", "one line")
			for _, text := range c.says {
				require.ErrorContains(t, err, text)
			}
			code := exitFailed
			var failed *failure
			if errors.As(err, &failed) {
				code = failed.code
			}
			if c.code != 0 {
				require.Equal(t, c.code, code)
			} else {
				require.Equal(t, exitFailed, code)
			}
			entries, err := os.ReadDir(into)
			require.NoError(t, err)
			require.Empty(t, entries)
		})
	}
}

func refusing(which func(*http.Request) bool, status int, code, message string) func(*testing.T, *s3) {
	return func(_ *testing.T, s *s3) {
		s.refuse = func(w http.ResponseWriter, r *http.Request) bool {
			return which(r) && xmlError(w, status, code, message)
		}
	}
}

// TestRetries has a server that fails once for each request: the SDK asks again.
func TestRetries(t *testing.T) {
	s, into := serve(t), t.TempDir()
	s.put(t, "churn/1/model.bin", "weights")
	t.Setenv(artifact.EnvDigest, digestOf(t, map[string]string{"model.bin": "weights"}))
	failed := map[string]bool{}
	s.refuse = func(w http.ResponseWriter, r *http.Request) bool {
		if failed[r.URL.Path] {
			return false
		}
		failed[r.URL.Path] = true
		return xmlError(w, 503, "SlowDown", "reduce your request rate")
	}
	require.NoError(t, run(t.Context(), []string{"s3://models/churn/1/", into}))
	require.Len(t, failed, 2)
}

func TestOtherFilesStay(t *testing.T) {
	s, into := serve(t), t.TempDir()
	s.put(t, "churn/1/model.bin", "weights")
	t.Setenv(artifact.EnvDigest, digestOf(t, map[string]string{"model.bin": "weights"}))
	require.NoError(t, os.WriteFile(filepath.Join(into, "thesis.txt"), []byte("precious"), 0o644))
	err := run(t.Context(), []string{"s3://models/churn/1/", into})
	require.ErrorContains(t, err, "already has thesis.txt, which is none of the files: give an empty folder")
	require.Equal(t, map[string]string{"thesis.txt": "precious"}, filesIn(t, into))
}

func TestUsage(t *testing.T) {
	err := run(context.Background(), []string{"s3://models/churn/1/"})
	require.ErrorContains(t, err, "1 arguments instead of SRC and DST")
}

// TestTerminationMessage writes only to a file that is there, as a kubelet makes it.
func TestTerminationMessage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "termination-log")
	t.Setenv(envTermination, path)
	leave("none\n")
	require.NoFileExists(t, path)
	require.NoError(t, os.WriteFile(path, []byte("a longer text of before"), 0o644))
	leave("storage-initializer: no\n")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "storage-initializer: no\n", string(content))
}

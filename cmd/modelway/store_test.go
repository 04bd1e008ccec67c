package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/localstore"
)

// serveStore has a bucket behind a real S3 API in this process, which the SDK finds by its usual variables. This folder is that of no
// checkout.
func serveStore(t *testing.T, bucket string) (endpoint string) {
	t.Helper()
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket(bucket))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
	} {
		t.Setenv(name, value)
	}
	t.Chdir(t.TempDir())
	return server.URL
}

func write(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for path, content := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, path)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, path), []byte(content), 0o644))
	}
}

func succeed(t *testing.T, args ...string) (out, notes string) {
	t.Helper()
	code, out, notes := run(args...)
	require.Zero(t, code, notes)
	return out, notes
}

func TestStorePut(t *testing.T) {
	serveStore(t, "models")
	write(t, "churn", map[string]string{"model.bin": strings.Repeat("weights ", 3<<20), "code/__init__.py": "", "code/a.py": "x"})
	out, notes := succeed(t, "store", "put", "churn", "s3://models/churn/1/", "--model-format", "sklearn")
	require.Contains(t, notes, "churn/code/__init__.py is empty and is left out")
	require.Contains(t, notes, "put 2 files, 24.0 MiB, into s3://models/churn/1/\n")
	manifest, err := artifact.OfFolder(os.DirFS("churn"))
	require.NoError(t, err)
	var block struct{ Model map[string]string }
	require.NoError(t, yaml.Unmarshal([]byte(out), &block))
	require.Equal(t, map[string]string{"format": "sklearn", "uri": "s3://models/churn/1/", "digest": manifest.Digest()}, block.Model)

	for _, of := range []string{"churn", "s3://models/churn/1/"} {
		digest, _ := succeed(t, "store", "digest", of)
		require.Equal(t, manifest.Digest()+"\n", digest)
		text, _ := succeed(t, "store", "digest", "--manifest", of)
		require.Equal(t, manifest.Text(), text)
	}
	again, notes := succeed(t, "store", "put", "churn", "s3://models/churn/1/", "--model-format", "sklearn")
	require.Equal(t, out, again)
	require.Contains(t, notes, "s3://models/churn/1/ already has 2 files, with this digest")

	write(t, "other", map[string]string{"model.bin": "other weights"})
	code, _, errOut := run("store", "put", "other", "s3://models/churn/1/")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "s3://models/churn/1/ has 2 other files, of the digest "+manifest.Digest()+
		": choose a prefix of its own for this version, or give --replace")
	digest, _ := succeed(t, "store", "digest", "s3://models/churn/1/")
	require.Equal(t, manifest.Digest()+"\n", digest, "a refusal changes nothing")

	_, notes = succeed(t, "store", "put", "other", "s3://models/churn/1/", "--replace")
	require.Contains(t, notes, "removed 1 other file\n")
	want, _ := succeed(t, "store", "digest", "other")
	digest, _ = succeed(t, "store", "digest", "s3://models/churn/1/")
	require.Equal(t, want, digest)

	write(t, "other", map[string]string{"more.bin": "more"})
	succeed(t, "store", "put", "other", "s3://models/churn/1/") // what is there is part of it, as after an interruption
}

func TestStoreList(t *testing.T) {
	serveStore(t, "models")
	write(t, "churn", map[string]string{"model.bin": "weights", "a/b": strings.Repeat("x", 1536)})
	succeed(t, "store", "put", "churn", "s3://models/churn/1/")
	for _, at := range []string{"s3://models/", "s3://models/churn/1/"} {
		out, _ := succeed(t, "store", "ls", at)
		lines := strings.Split(out, "\n")
		require.Len(t, lines, 5)
		require.Regexp(t, `^KEY +SIZE +MODIFIED$`, lines[0])
		require.Regexp(t, `^churn/1/a/b +1\.5 KiB +\d{4}-\d\d-\d\d `, lines[1])
		require.Regexp(t, `^churn/1/model\.bin +7 B +\d`, lines[2])
		require.Equal(t, "2 objects below "+at+", 1.5 KiB", lines[3])
	}
	out, _ := succeed(t, "store", "ls", "s3://models/churn/", "--format", "json")
	var objects []struct {
		Key      string
		Size     int64
		Modified time.Time
	}
	require.NoError(t, json.Unmarshal([]byte(out), &objects))
	require.Len(t, objects, 2)
	require.False(t, objects[0].Modified.IsZero())
	out, _ = succeed(t, "store", "ls", "s3://models/none/")
	require.Equal(t, "0 objects below s3://models/none/, 0 B\n", out)
}

// TestTheLocalStackIsFound has a bucket in the S3 of the checkout's stack, and another one elsewhere.
func TestTheLocalStackIsFound(t *testing.T) {
	local := serveStore(t, "local-models")
	serveStore(t, "models")
	checkout, err := os.Getwd()
	require.NoError(t, err)
	write(t, "churn", map[string]string{"model.bin": "weights"})
	code, _, errOut := run("store", "put", "churn", "s3://models/churn/1/", "--local")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "no local stack is up in the checkout around this folder: run `modelway up` there, or leave --local out")

	text, err := json.Marshal(localstore.Connection{Endpoint: local, Region: "us-east-1", AccessKeyID: "a", SecretAccessKey: "s"})
	require.NoError(t, err)
	write(t, ".", map[string]string{".modelway/run/store.json": string(text)})
	t.Chdir(filepath.Join(checkout, "churn"))
	_, notes := succeed(t, "store", "put", ".", "s3://local-models/churn/1/")
	require.Contains(t, notes, "s3://local-models/churn/1/ (the local stack)")
	succeed(t, "store", "digest", "s3://local-models/churn/1/", "--local")
	_, notes = succeed(t, "store", "put", ".", "s3://models/churn/1/")
	require.NotContains(t, notes, "local stack")
	code, _, errOut = run("store", "ls", "s3://models/churn/1/", "--local")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "the local stack that is up here has no bucket models, but local-models: correct the address, or name "+
		"the bucket in a model's file or in modelway:modelStore.existingBucket, and run `modelway up`, which makes it")
	t.Setenv("AWS_REGION", "")
	_, _, errOut = run("store", "ls", "s3://models/churn/1/")
	require.Contains(t, errOut, "no bucket models, but local-models", "AWS cannot be asked, and was not meant")
	require.Contains(t, errOut, "no region is set")
	text, err = json.Marshal(localstore.Connection{Endpoint: "http://127.0.0.1:1", Region: "us-east-1", AccessKeyID: "a",
		SecretAccessKey: "s"})
	require.NoError(t, err)
	write(t, checkout, map[string]string{".modelway/run/store.json": string(text)})
	_, _, errOut = run("store", "ls", "s3://models/churn/1/", "--local")
	require.Contains(t, errOut, "the local stack at http://127.0.0.1:1 does not answer: `modelway status` tells whether it is up")
}

func TestStoreRefusals(t *testing.T) {
	serveStore(t, "models")
	write(t, "empty", map[string]string{"nothing": ""})
	write(t, "churn", map[string]string{"model.bin": "weights"})
	for args, says := range map[string]string{
		"put empty s3://models/a/":           "empty has no files, or empty ones only",
		"put none s3://models/a/":            "none: no such file or directory",
		"put churn/model.bin s3://models/a/": "churn/model.bin is a file: give the folder",
		"put churn s3://models/a":            "write s3://models/a/",
		"put churn s3://none/a/":             "there is no bucket none: correct the address, or make the bucket",
		"digest s3://models/none/":           "there are no files below s3://models/none/",
		"digest s3://models/":                "name the folder of one version",
	} {
		code, _, errOut := run(strings.Fields("store " + args)...)
		require.Equal(t, exitFailed, code, args)
		require.Contains(t, errOut, says, args)
	}
	t.Setenv("AWS_REGION", "")
	_, _, errOut := run("store", "ls", "s3://models/a/")
	require.Contains(t, errOut, "no region is set: set AWS_REGION to that of the bucket")
}

func TestALongUploadTellsHowFarItIs(t *testing.T) {
	told, notes := io.Pipe()
	var sent atomic.Int64
	sent.Store(3 << 20)
	stop := putOptions{quiet: time.Millisecond}.tell(&sent, 6<<20, notes)
	line, err := bufio.NewReader(told).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "sent 3.0 MiB of 6.0 MiB\n", line)
	require.NoError(t, told.Close())
	stop()
}

// TestPutReadsBack has a store that answers with others than it was given.
func TestPutReadsBack(t *testing.T) {
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("models"))
	api := gofakes3.New(backend).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "model.bin") {
			_, _ = io.WriteString(w, "others")
			return
		}
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	serveStore(t, "models")
	t.Setenv("AWS_ENDPOINT_URL_S3", server.URL)
	write(t, "churn", map[string]string{"model.bin": "weights"})
	code, out, errOut := run("store", "put", "churn", "s3://models/churn/1/")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "after the upload instead of sha256:")
	require.Empty(t, out, "there is nothing to write to the model's file")
}

package modelspec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
)

var (
	digestA = "sha256:" + strings.Repeat("0a", 32)
	digestB = "sha256:" + strings.Repeat("0b", 32)
	byFiles = "name: churn\nmodel: {format: sklearn, uri: s3://acme-models/churn/3/, digest: \"" + digestA + "\"}\n"
)

func loadFiles(t *testing.T, text string, override modelspec.Override) (modelspec.Model, error) {
	t.Helper()
	models, err := modelspec.Load(folder(map[string]string{"churn.yaml": text}), "models", map[string]modelspec.Override{"churn": override})
	if err != nil {
		return modelspec.Model{}, err
	}
	return models[0], nil
}

// TestAllVersionsOfAPromotedModelAreRead wants that of files that a promotion has put there, and of others no more than themselves.
func TestAllVersionsOfAPromotedModelAreRead(t *testing.T) {
	for uri, want := range map[string]modelspec.Folder{
		modelspec.Promoted("acme-models", "churn", "3", digestA): {Bucket: "acme-models", Prefix: "churn"},
		"s3://acme-models/churn/3/":                              {Bucket: "acme-models", Prefix: "churn/3"},
		"s3://acme-models/churn/exports/3-0123456789ab/":         {Bucket: "acme-models", Prefix: "churn/exports/3-0123456789ab"},
		"s3://acme-models/churn-2/3/":                            {Bucket: "acme-models", Prefix: "churn-2/3"},
		"s3://acme-models/risk/churn/3/":                         {Bucket: "acme-models", Prefix: "risk/churn/3"},
	} {
		m := modelspec.Model{Name: "churn", Files: modelspec.Files{URI: uri}}
		require.Equal(t, []modelspec.Folder{want}, m.Folders(), uri)
	}
}

func TestFilesTakeThePlaceOfAnImage(t *testing.T) {
	m, err := loadFiles(t, byFiles+"canary: {model: {uri: s3://acme-models/churn/4/, digest: \""+digestB+"\"}, weight: 10}\n",
		modelspec.Override{})
	require.NoError(t, err)
	require.Equal(t, modelspec.Files{Format: "sklearn", URI: "s3://acme-models/churn/3/", Digest: digestA}, m.Files)
	require.True(t, m.Files.Given())
	require.True(t, m.Canary.Running())
	require.Equal(t, "0a0a0a0a0a0a", m.Number())
	require.Equal(t, "0b0b0b0b0b0b", m.Canary.Number())
	require.Equal(t, []modelspec.Folder{{Bucket: "acme-models", Prefix: "churn/3"}, {Bucket: "acme-models", Prefix: "churn/4"}}, m.Folders())
	require.Equal(t, map[string]any{
		"model":  map[string]any{"format": "sklearn", "uri": "s3://acme-models/churn/3/", "digest": digestA},
		"canary": map[string]any{"model": map[string]any{"uri": "s3://acme-models/churn/4/", "digest": digestB}, "weight": 10.0},
	}, m.Compact())
	restored, err := modelspec.Restore("churn", m.Compact())
	require.NoError(t, err)
	require.Equal(t, m, restored)
}

func TestOverridesReplaceFiles(t *testing.T) {
	base, err := loadFiles(t, byFiles, modelspec.Override{})
	require.NoError(t, err)
	want := base
	want.Files.URI, want.Files.Digest = "s3://acme-models/churn/4/", digestB
	got, err := loadFiles(t, byFiles, modelspec.Override{Files: &modelspec.FilesOverride{URI: pointer("s3://acme-models/churn/4/"),
		Digest: pointer(digestB)}})
	require.NoError(t, err)
	require.Equal(t, want, got)

	want = base
	want.Canary = modelspec.Canary{Files: modelspec.CanaryFiles{URI: "s3://acme-models/churn/4/", Digest: digestB}, Weight: 5}
	got, err = loadFiles(t, byFiles, modelspec.Override{Canary: &modelspec.CanaryOverride{
		Files: &modelspec.FilesOverride{URI: pointer("s3://acme-models/churn/4/"), Digest: pointer(digestB)}, Weight: pointer(5),
	}})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestOverridesOfTheOtherKindAreRefused(t *testing.T) {
	_, err := loadFiles(t, byFiles, modelspec.Override{Image: pointer("acme/churn:2")})
	require.EqualError(t, err, "models/churn.yaml:2: model: is given beside image (modelway:models.overrides.churn.image), and a model is "+
		"one of the two; "+
		"allowed: image, or model; fix: remove image, or remove model")
	_, err = loadFiles(t, "name: churn\nimage: acme/churn:1\n", modelspec.Override{Files: &modelspec.FilesOverride{Digest: pointer(digestB)}})
	require.EqualError(t, err, "modelway:models.overrides.churn.model.digest: is given beside image (models/churn.yaml:2), and a model is "+
		"one of the two; "+
		"allowed: image, or model; fix: remove image, or remove model")
	_, err = loadFiles(t, byFiles, modelspec.Override{Canary: &modelspec.CanaryOverride{Image: pointer("acme/churn:2")}})
	require.EqualError(t, err, "modelway:models.overrides.churn.canary.image: is an image, and the model is served from files; "+
		"allowed: canary.model; fix: remove it, and add canary.model with uri and digest")
	_, err = loadFiles(t, byFiles, modelspec.Override{Files: &modelspec.FilesOverride{URI: pointer("s3://acme-models/churn/4")}})
	require.ErrorContains(t, err, `modelway:models.overrides.churn.model.uri: "s3://acme-models/churn/4" does not end in a slash`)
}

// A pod asks for what its init container asks for where that is more.
func TestRequestsCoverTheDownload(t *testing.T) {
	small := modelspec.Model{Resources: modelspec.Resources{CPU: "10m", Memory: "4Gi"}}
	cpu, memory, err := small.Requests()
	require.NoError(t, err)
	require.Equal(t, []int64{10, 4 << 30}, []int64{cpu, memory})
	small.Files.URI = "s3://acme-models/churn/3/"
	cpu, memory, err = small.Requests()
	require.NoError(t, err)
	require.Equal(t, []int64{250, 4 << 30}, []int64{cpu, memory})
	require.Equal(t, "250m", kserve.InitializerCPU)
	for _, resources := range []modelspec.Resources{{CPU: "x", Memory: "1Gi"}, {CPU: "1", Memory: "x"}} {
		_, _, err = modelspec.Model{Resources: resources}.Requests()
		require.Error(t, err)
	}
}

func TestFoldersAreReadAsValidationReadsThem(t *testing.T) {
	for _, uri := range []string{"", "s3://", "s3://bucket", "s3://bucket/", "s3://bucket/a", "gs://bucket/a/", "s3:///a/"} {
		_, ok := modelspec.ParseFolder(uri)
		require.False(t, ok, uri)
	}
	f, ok := modelspec.ParseFolder("s3://bucket/a/b/")
	require.True(t, ok)
	require.Equal(t, modelspec.Folder{Bucket: "bucket", Prefix: "a/b"}, f)
}

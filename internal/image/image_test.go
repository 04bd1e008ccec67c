package image_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/image"
)

func TestParse(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0a", 32)
	for text, want := range map[string]image.Image{
		"nginx":                           {Registry: "docker.io", Path: "library/nginx"},
		"nginx:1":                         {Registry: "docker.io", Path: "library/nginx", Tag: "1"},
		"company/churn:latest":            {Registry: "docker.io", Path: "company/churn", Tag: "latest"},
		"localhost:5000/a":                {Registry: "localhost:5000", Path: "a"},
		"localhost/a:1":                   {Registry: "localhost", Path: "a", Tag: "1"},
		"ghcr.io/company/a/b:1@" + digest: {Registry: "ghcr.io", Path: "company/a/b", Tag: "1", Digest: digest},
	} {
		got, err := image.Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
		require.Equal(t, got.Digest != "" || got.Tag == "1", got.Pinned(), text)
	}
	for _, text := range []string{"", "A", "a:", "a@sha256:1", "a b", "https://ghcr.io/a:1", "ghcr.io/", "a/../b:1"} {
		_, err := image.Parse(text)
		require.ErrorContains(t, err, "is not an image reference", text)
	}
}

func TestFrom(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		from          bool
	}{
		{"*.dkr.ecr.*.amazonaws.com/*", "111122223333.dkr.ecr.us-east-1.amazonaws.com/churn:1", true},
		{"*.dkr.ecr.*.amazonaws.com/*", "111122223333.dkr.ecr.us-east-1.amazonaws.com/models/churn:1", true},
		{"*.dkr.ecr.*.amazonaws.com/*", "evil.com/a.dkr.ecr.us-east-1.amazonaws.com/churn:1", false},
		{"*.dkr.ecr.*.amazonaws.com/*", "a.dkr.ecr.evil.com/b.amazonaws.com/churn:1", false},
		{"*.dkr.ecr.*.amazonaws.com/*", "evil.com:443/a.dkr.ecr.us-east-1.amazonaws.com/churn:1", false},
		{"*.dkr.ecr.*.amazonaws.com/*", "bucket.dkr.ecr.s3.us-east-1.amazonaws.com/churn:1", false},
		{"*.dkr.ecr.*.amazonaws.com/*", "a.dkr.ecr.us-east-1.amazonaws.com.evil.com/churn:1", false},
		{"ghcr.io/*", "ghcr.io/company/churn:1", true},
		{"ghcr.io/*", "evil.example/ghcr.io/company/churn:1", false},
		{"ghcr.io/*", "ghcr.io.evil.example/churn:1", false},
		{"ghcr.io/company/*", "ghcr.io/company2/churn:1", false},
		{"ghcr.io/*/churn", "ghcr.io/company/team/churn:1", true},
		{"docker.io/library/*", "nginx:1", true},
		{"localhost:5000/*", "localhost:5000/a:1", true},
		{"*/*", "localhost:5000/a:1", false},
		{"gh.r.io/*", "ghcr.io/a:1", false},
	} {
		i, err := image.Parse(c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, c.from, i.From(c.pattern), "%s from %s", c.text, c.pattern)
	}
}

// TestNobodyElsesRegistryIsAllowed draws images of a registry, below a path that looks like any other: only patterns of that registry take
// them.
func TestNobodyElsesRegistryIsAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"ghcr.io", "a.dkr.ecr.us-east-1.amazonaws.com", "public.ecr.aws", "a", "dkr", "ecr", "amazonaws.com"})
		path := strings.Join(rapid.SliceOfN(part, 1, 4).Draw(t, "path"), "/")
		i, err := image.Parse("evil.com/" + path + ":1")
		require.NoError(t, err)
		for _, pattern := range []string{"*.dkr.ecr.*.amazonaws.com/*", "ghcr.io/*", "public.ecr.aws/*", "*.amazonaws.com/*", "*.*.*/*"} {
			require.False(t, i.From(pattern), "%s from %s", path, pattern)
		}
		require.True(t, i.From("evil.com/*"))
	})
}

func TestVersion(t *testing.T) {
	for text, want := range map[string]string{
		"acme/churn:1.2.3":                               "1.2.3",
		"registry.acme.com:5000/churn:1.2.3":             "1.2.3",
		"acme/churn:1.2.3@sha256:0a0a0a0a0a0a0a0a0a0a0a": "1.2.3",
		"acme/churn@sha256:0123456789abcdef0123456789ab": "0123456789ab",
		"registry.acme.com:5000/churn@sha256:0123456789": "0123456789",
	} {
		require.Equal(t, want, image.Version(text), text)
	}
}

func TestSplit(t *testing.T) {
	for text, want := range map[string][3]string{
		"ghcr.io/modelway/model-server:0.1.0": {"ghcr.io/modelway/model-server", "0.1.0"}, "localhost:5000/a": {"localhost:5000/a"},
		"localhost:5000/a:1@sha256:00": {"localhost:5000/a", "1", "sha256:00"},
	} {
		name, tag, digest := image.Split(text)
		require.Equal(t, want, [3]string{name, tag, digest})
	}
}

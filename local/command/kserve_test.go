package command

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/outputs"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/testcluster"
)

// TestKServe serves a model by its files: with the published charts of KServe and cert-manager, KServe's own controller and webhooks, and
// the storage initializer with the rights of the model's role. While clients ask all the time it goes to another version at once, takes a
// canary to its promotion and another one back, and refuses files that differ from their digest. No request fails, and a destroy leaves
// nothing.
func TestKServe(t *testing.T) {
	t.Parallel()
	testcluster.Build(t, "kserve-controller", "storage-initializer")
	s := startIn(t, withKServe(t, newCheckout(t)))
	s.succeed("up")
	_, outs := s.up()
	store := "s3://" + outs[outputs.ModelStore].Value.(string) + "/churn/"
	one, two, three := s.put(store+"1/", "-1.6"), s.put(store+"2/", "-1.2"), s.put(store+"3/", "-0.8")
	file := func(stable, rest string) {
		s.writeModel("churn", "name: churn\nmodel: {format: modelway, "+stable+"}\n"+rest)
	}
	canary := func(files string, weight int) string {
		return fmt.Sprintf("canary:\n  model: {%s}\n  weight: %d\n  testers: {header: X-Canary, value: always}\n", files, weight)
	}

	file(one, "")
	s.succeed("up")
	url := fmt.Sprintf("http://api.localhost:%d/v1/models/churn:predict", s.port)
	require.Equal(t, versionOf(one), s.asked(url, nil))
	clients := startLoad(t, url)
	file(two, "")
	s.succeed("up") // it is good only once the new version answers
	require.Equal(t, versionOf(two), s.asked(url, nil))

	clients.only(t, versionOf(two), func() {
		file(two, canary(three, 0))
		s.succeed("up")
	})
	require.Equal(t, versionOf(three), s.asked(url, http.Header{"X-Canary": {"always"}}), "testers get the canary at weight 0")
	file(two, canary(three, 10))
	s.succeed("up")
	file(two, canary(three, 100))
	s.succeed("up")
	clients.only(t, versionOf(three), func() {
		file(three, canary(three, 100)) // promoted, while it gets no requests
		s.succeed("up")
		file(three, "")
		s.succeed("up")
	})
	file(three, canary(one, 50))
	s.succeed("up")
	file(three, canary(one, 0))
	s.succeed("up")
	clients.only(t, versionOf(three), func() {
		file(three, "")
		s.succeed("up")
	})

	clients.only(t, versionOf(three), func() {
		other := strings.Replace(two, "/churn/2/", "/churn/1/", 1)
		file(other, "")
		out, err := s.command("up").CombinedOutput()
		require.Error(t, err)
		require.Contains(t, string(out), "digest", "the files are those of another version")
		file(three, "")
		s.succeed("up")
	})
	clients.stop()
	t.Logf("answers by version: %v", clients.answers)
	require.Empty(t, clients.failures)
	s.succeed("down")
	s.requireGone()
}

// withKServe gives the local environment of a checkout KServe with its published charts, and a model store.
func withKServe(t *testing.T, c checkout.Checkout) checkout.Checkout {
	t.Helper()
	if err := publishCharts(t.Context(), io.Discard, c); err != nil {
		t.Skip(err)
	}
	edit(t, c, "Pulumi.local.yaml", "config:\n", "config:\n  modelway:modelStore: {enabled: true}\n  modelway:kserve: {enabled: true}\n")
	return c
}

// put moves a model of the sample server with a bias of its own to an address, and returns what names it in the model's file.
func (s *stack) put(address, bias string) string {
	s.t.Helper()
	return s.putNamed(address, "churn", bias)
}

// putNamed is put for a model of another name than churn.
func (s *stack) putNamed(address, name, bias string) string {
	s.t.Helper()
	files := s.t.TempDir()
	text := `{"name": "` + name + `", "features": ["a", "b", "c"], "weights": [-0.06, 0.025, 0.55], "bias": ` + bias + `, "decimals": 2}`
	require.NoError(s.t, os.WriteFile(filepath.Join(files, "model.json"), []byte(text), 0o644))
	return s.putFiles(files, address)
}

// putFiles moves a folder to an address, and returns what names it in the model's file.
func (s *stack) putFiles(files, address string) string {
	s.t.Helper()
	s.modelway("store", "put", files, address, "--local")
	return fmt.Sprintf("uri: %s, digest: '%s'", address, strings.TrimSpace(s.modelway("store", "digest", files)))
}

// versionOf is the version that files answer as: the beginning of their digest.
func versionOf(files string) string {
	_, digest, _ := strings.Cut(files, "sha256:")
	return digest[:12]
}

// asked is the version that answers one request.
func (s *stack) asked(url string, header http.Header) string {
	s.t.Helper()
	version, err := ask(url, header)
	require.NoError(s.t, err)
	return version
}

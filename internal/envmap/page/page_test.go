package page_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/envmap"
	"github.com/modelway/modelway/internal/envmap/page"
)

func write(t *testing.T, m envmap.Map, live string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, page.Write(&b, m.Stack, m, live))
	return b.String()
}

// TestLibrariesAreWhatWasPublished holds the bundled files to the lock table, and each has its licence beside it.
func TestLibrariesAreWhatWasPublished(t *testing.T) {
	var locks []struct{ Name, Version, License, Integrity, File, Sha256 string }
	text, err := os.ReadFile("assets/lock.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &locks))
	locked := map[string]bool{}
	for _, lock := range locks {
		data, err := os.ReadFile(filepath.Join("assets", lock.File))
		require.NoError(t, err)
		sum := sha256.Sum256(data)
		require.Equal(t, lock.Sha256, hex.EncodeToString(sum[:]), "%s: copy it from dist/ of %s@%s", lock.File, lock.Name, lock.Version)
		integrity, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lock.Integrity, "sha512-"))
		require.NoError(t, err)
		require.Len(t, integrity, 64)
		require.FileExists(t, filepath.Join("assets", strings.TrimSuffix(lock.File, ".min.js")+".LICENSE"))
		locked[lock.File] = true
	}
	found, err := filepath.Glob("assets/*.js")
	require.NoError(t, err)
	require.NotEmpty(t, found)
	for _, file := range found {
		require.True(t, locked[filepath.Base(file)], "%s is not in assets/lock.json", file)
	}
}

// hostile is text that people may write where nothing checks it.
const hostile = `</script><script>alert(1)</script><img src=x onerror=alert(2)> "'&` + "\u2028 -->"

func TestHostileTextStaysText(t *testing.T) {
	m := envmap.Map{Stack: hostile, Models: []envmap.Model{{
		Name: "m", Owner: hostile, Stable: envmap.Served{Lineage: &envmap.Lineage{Name: hostile, Registry: "javascript:alert(3)"}},
	}}}
	text := write(t, m, "")
	require.NotContains(t, text, "<script>alert")
	require.NotContains(t, text, "<img")
	data := regexp.MustCompile(`(?s)<script type="application/json" id="map">(.*?)</script>`).FindStringSubmatch(text)
	require.NotNil(t, data)
	var read struct {
		Models []struct {
			Owner  string
			Stable struct{ Lineage struct{ Name string } }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(data[1]), &read))
	require.Equal(t, hostile, read.Models[0].Owner)
	require.Equal(t, hostile, read.Models[0].Stable.Lineage.Name)
}

// TestScriptsBuildNothingFromText keeps ways out of the page's own scripts by which text becomes elements or code.
func TestScriptsBuildNothingFromText(t *testing.T) {
	found, err := filepath.Glob("page/*.js")
	require.NoError(t, err)
	require.NotEmpty(t, found)
	for _, file := range found {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, way := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc", `"style"`} {
			require.NotContains(t, string(text), way, file)
		}
	}
}

// TestThePageNeedsNothingElse looks for whatever a browser would load.
func TestThePageNeedsNothingElse(t *testing.T) {
	text := write(t, envmap.Map{Stack: "dev"}, "")
	for _, loads := range []string{`<script src`, `<link rel="stylesheet"`, `@import`, `url(`, `<iframe`, `sourceMappingURL`, `import(`} {
		require.NotContains(t, text, loads)
	}
	text = strings.NewReplacer("http://www.w3.org/2000/svg", "", "// https://d3js.org/d3-hierarchy/", "").Replace(text)
	require.Empty(t, regexp.MustCompile(`https?://\w[^\s"]*`).FindAllString(text, -1))
}

// TestThePolicyKnowsEveryScript compares the policy with what the page has between its tags.
func TestThePolicyKnowsEveryScript(t *testing.T) {
	for live, connect := range map[string]string{"": "connect-src 'none'", "map.json": "connect-src 'self'"} {
		text := write(t, envmap.Map{Stack: "dev"}, live)
		policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(text)
		require.NotNil(t, policy)
		allowed := strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(policy[1])
		require.Contains(t, allowed, "default-src 'none'")
		require.Contains(t, allowed, connect)
		require.NotContains(t, allowed, "unsafe")
		require.Equal(t, live != "", strings.Contains(text, `<meta name="modelway-live"`))
		parts := regexp.MustCompile(`(?s)<(?:script|style)>(.*?)</(?:script|style)>`).FindAllStringSubmatch(text, -1)
		require.Greater(t, len(parts), 3)
		for _, part := range parts {
			sum := sha256.Sum256([]byte(part[1]))
			require.Contains(t, allowed, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		}
	}
}

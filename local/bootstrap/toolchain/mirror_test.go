package toolchain

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelway/modelway/local/bootstrap/download"
)

// mirror writes files as their publishers pack them, with their sums, below dir, in the layout of a mirror. program is the content of each.
func mirror(t *testing.T, dir string, files map[string]download.File, program func(name string) []byte) {
	t.Helper()
	below := func(address string) string {
		parsed, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, parsed.Host, parsed.Path)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		return name
	}
	archives := map[string]map[string][]byte{}
	sums := map[string]string{}
	for name, file := range files {
		if archives[file.URL] == nil {
			archives[file.URL] = map[string][]byte{}
		}
		archives[file.URL][file.Member] = program(name)
		sums[file.URL] = file.Sums
	}
	published := map[string]string{}
	for address, members := range archives {
		content := packed(t, address, members)
		if err := os.WriteFile(below(address), content, 0o644); err != nil {
			t.Fatal(err)
		}
		published[sums[address]] += fmt.Sprintf("%x  %s\n", sha256.Sum256(content), path.Base(address))
	}
	for address, content := range published {
		if strings.HasSuffix(address, ".sha256") {
			content, _, _ = strings.Cut(content, " ") // alone, as dl.k8s.io has it
		}
		if err := os.WriteFile(below(address), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func packed(t *testing.T, address string, members map[string][]byte) []byte {
	t.Helper()
	out := &bytes.Buffer{}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	switch {
	case strings.HasSuffix(address, ".tar.gz"):
		compressed, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
		must(err)
		archive := tar.NewWriter(compressed)
		for name, content := range members {
			must(archive.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(content))}))
			_, err := archive.Write(content)
			must(err)
		}
		must(archive.Close())
		must(compressed.Close())
	case strings.HasSuffix(address, ".zip"):
		archive := zip.NewWriter(out)
		for name, content := range members {
			member, err := archive.Create(name)
			must(err)
			_, err = member.Write(content)
			must(err)
		}
		must(archive.Close())
	default:
		return members[""]
	}
	return out.Bytes()
}

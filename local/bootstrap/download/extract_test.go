package download

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// archived is a tar.gz of one file.
func archived(t *testing.T, header tar.Header, content string) []byte {
	t.Helper()
	out := &bytes.Buffer{}
	compressed := gzip.NewWriter(out)
	archive := tar.NewWriter(compressed)
	header.Size = int64(len(content))
	err := archive.WriteHeader(&header)
	if err == nil {
		_, err = archive.Write([]byte(content))
	}
	if err = errors.Join(err, archive.Close(), compressed.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipped(t *testing.T, name, content string) []byte {
	t.Helper()
	out := &bytes.Buffer{}
	archive := zip.NewWriter(out)
	member, err := archive.Create(name)
	if err == nil {
		_, err = member.Write([]byte(content))
	}
	if err = errors.Join(err, archive.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestExtract(t *testing.T) {
	good := archived(t, tar.Header{Name: "./a/program", Typeflag: tar.TypeReg}, "content")
	symlink := archived(t, tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, "")
	for name, c := range map[string]struct {
		file, member string
		content      []byte
		want         string
	}{
		"tar.gz":        {"a.tar.gz", "a/program", good, ""},
		"zip":           {"a.zip", "a/program", zipped(t, "a/program", "content"), ""},
		"program":       {"program", "", []byte("content"), ""},
		"no member":     {"a.tar.gz", "a/other", good, "a.tar.gz has no a/other"},
		"no zip member": {"a.zip", "a/other", zipped(t, "a/program", "content"), "a.zip has no a/other"},
		"link":          {"a.tar.gz", "l", symlink, "has no l"},
		"cut off":       {"a.tar.gz", "a/program", good[:30], "unexpected EOF"},
		"no archive":    {"a.tar.gz", "a/program", []byte("<html>not an archive</html>"), "gzip: invalid header"},
		"no zip":        {"a.zip", "a/program", []byte("<html>"), "zip: not a valid zip file"},
		"another kind":  {"a.rar", "a/program", []byte("x"), "a.rar is not an archive that can be read"},
	} {
		dir := t.TempDir()
		file, target := filepath.Join(dir, c.file), filepath.Join(dir, "target")
		if err := os.WriteFile(file, c.content, 0o644); err != nil {
			t.Fatal(err)
		}
		err := Extract(file, c.member, target)
		info, there := os.Stat(target)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) || there == nil {
				t.Errorf("%s: got %v, %v", name, err, there)
			}
			continue
		}
		content, _ := os.ReadFile(target)
		if err != nil || string(content) != "content" || info.Mode().Perm()&0o100 == 0 {
			t.Errorf("%s: got %q, %v, %v", name, content, info.Mode(), err)
		}
	}
}

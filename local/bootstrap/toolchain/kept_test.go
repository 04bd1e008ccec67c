package toolchain

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeptTellsWhatIsLeftOutsideOfTheCheckout(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "caches"))
	t.Setenv("GOCACHE", filepath.Join(home, "builds"))
	layout := Layout{Root: t.TempDir()}
	tell := func() string {
		t.Helper()
		out := &bytes.Buffer{}
		if err := Kept(context.Background(), layout, out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if got := tell(); strings.Contains(got, "downloaded") {
		t.Errorf("nothing was downloaded, and it says:\n%s", got)
	}
	write(t, Cache(layout), "dl.example/program", strings.Repeat("x", 3<<20))
	write(t, home, "builds/00/object", strings.Repeat("x", 1<<20))
	got := tell()
	for _, want := range []string{
		"kept: downloaded programs, 0.0 GB in " + Cache(layout) + "; to remove it: rm -r \"" + Cache(layout) + "\"\n",
		"kept: Go's build cache, of all projects, 0.0 GB in " + filepath.Join(home, "builds") + "; to remove it: go clean -cache\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
	if size := sizeOf(Cache(layout)); size != 3<<20 {
		t.Errorf("got %d bytes", size)
	}
}

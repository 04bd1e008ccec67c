package toolchain

import (
	"os"
	"path/filepath"
	"testing"
)

// Prometheus numbers its Go module otherwise than its releases.
func TestReleaseVersion(t *testing.T) {
	dir := t.TempDir()
	module := "module m\n\nrequire (\n\t" + prometheusModule + " v0.316.1\n\t" + operatorModule + " v0.93.1\n)\n"
	write(t, dir, "go.mod", module)
	for dependency, want := range map[string]string{prometheusModule: "3.16.1", operatorModule: "0.93.1"} {
		flags, err := releaseVersion(dir, dependency)
		if want = "-X github.com/prometheus/common/version.Version=" + want; err != nil || flags != want {
			t.Errorf("got %q, %v, want %q", flags, err, want)
		}
	}
}

// Tags decide what is built, so an item with others is out of date; one without any keeps its stamp.
func TestTagsGoIntoTheStamp(t *testing.T) {
	root := t.TempDir()
	item := Item{Name: "a", Package: ".", Module: "."}
	plain, err := item.hash(Layout{Root: root}, Machine{})
	item.Tags = "some"
	tagged, errTagged := item.hash(Layout{Root: root}, Machine{})
	if err != nil || errTagged != nil || plain == tagged {
		t.Fatalf("%v, %v: %s, %s", err, errTagged, plain, tagged)
	}
}

// A module is completed in a copy that can be written again, and stays as it is.
func TestComplete(t *testing.T) {
	source, target := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	write(t, source, "ui/web.go", "package ui")
	if err := os.Chmod(filepath.Join(source, "ui"), 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(source, "ui"), 0o755) })
	write(t, target, "old.go", "package old")
	lacks := lacking{files: map[string]string{"ui/app/dist/index.html": "page"}}
	for range 2 {
		if err := lacks.complete(source, target); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"ui/web.go": "package ui", "ui/app/dist/index.html": "page"} {
		if got, err := os.ReadFile(filepath.Join(target, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := os.Stat(filepath.Join(target, "old.go")); err == nil {
		t.Error("what was there before is gone")
	}
	if _, err := os.Stat(filepath.Join(source, "ui", "app")); err == nil {
		t.Error("the module stays as it is")
	}
}

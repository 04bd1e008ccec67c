package toolchain

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modelway/modelway/local/bootstrap/download"
)

// shop is a checkout whose items are published, and their publisher. What is built says so, and what is downloaded, too.
type shop struct {
	layout Layout
	items  []Item
	files  map[string]download.File
	mirror string
	server *httptest.Server
	limits download.Limits
	mode   download.Mode
	cache  string
}

// newShop has one item for each name, and what is not published under its own.
func newShop(t *testing.T, unpublished string, names ...string) *shop {
	t.Helper()
	s := &shop{layout: Layout{Root: t.TempDir()}, files: map[string]download.File{}, mirror: t.TempDir(), cache: t.TempDir()}
	s.limits = download.Limits{
		Connect: time.Minute, Header: time.Minute, Stall: time.Minute, Least: 1, Pause: time.Nanosecond, Attempts: 2,
	}
	for _, name := range append(names, unpublished) {
		if name == "" {
			continue
		}
		item := Item{Name: name, Produces: []string{"bin/" + name}}
		item.build = func(_ context.Context, item Item, layout Layout, _ Machine, _ *Task) error {
			return os.WriteFile(filepath.Join(layout.Bin(), item.Name), []byte("built"), 0o755)
		}
		if name != unpublished {
			address := "https://" + name + ".example/v1/"
			item.published = &published{
				version: func(string) (string, error) { return "v1", nil }, platforms: []string{machine.Platform},
				file: download.File{URL: address + name + ".tar.gz", Sums: address + "SHA256SUMS", Member: name},
			}
			s.files[name], _ = item.published.on("", machine.Platform)
		}
		s.items = append(s.items, item)
	}
	mirror(t, s.mirror, s.files, func(string) []byte { return []byte("downloaded") })
	s.server = httptest.NewServer(http.FileServer(http.Dir(s.mirror)))
	t.Cleanup(s.server.Close)
	return s
}

// run brings all items up to date and returns what is said.
func (s *shop) run(ctx context.Context, t *testing.T) (string, error) {
	t.Helper()
	mode := s.mode
	if !mode.Never {
		mode.Mirror, _ = url.Parse(s.server.URL)
	}
	from := source{only: mode.Only}
	if !mode.Never {
		from.client = download.New(mode, s.cache, s.limits)
	}
	out := &bytes.Buffer{}
	err := ensure(ctx, s.layout, s.items, machine, from, quiet(out))
	return out.String(), err
}

// has wants items in the folder of programs, and nothing else but them.
func (s *shop) has(t *testing.T, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(s.layout.Bin())
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() == ".lock" || entry.Name() == ".stamps" {
			continue
		}
		content, _ := os.ReadFile(filepath.Join(s.layout.Bin(), entry.Name()))
		if want[entry.Name()] != string(content) {
			t.Errorf("%s is %q, want %q", entry.Name(), content, want[entry.Name()])
		}
		delete(want, entry.Name())
	}
	if len(want) > 0 {
		t.Errorf("lacks %v", want)
	}
}

func (s *shop) succeeds(t *testing.T, want map[string]string) string {
	t.Helper()
	out, err := s.run(context.Background(), t)
	if err != nil {
		t.Fatal(err)
	}
	s.has(t, want)
	return out
}

func TestPublishedItemsAreDownloadedAndTheOthersBuilt(t *testing.T) {
	s := newShop(t, "own", "etcd", "kubectl")
	out := s.succeeds(t, map[string]string{"etcd": "downloaded", "kubectl": "downloaded", "own": "built"})
	for _, want := range []string{"ready    etcd ", "ready    kubectl ", "downloaded, 0 MB", "ready    own "} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
	for _, mode := range []download.Mode{{}, {Only: true}, {Never: true}} {
		s.mode = mode
		if out := s.succeeds(t, map[string]string{"etcd": "downloaded", "kubectl": "downloaded", "own": "built"}); out != "" {
			t.Errorf("%+v: what is up to date was made again:\n%s", mode, out)
		}
	}
	if err := os.Remove(filepath.Join(s.layout.Bin(), "etcd")); err != nil {
		t.Fatal(err)
	}
	s.server.Close()
	s.mode = download.Mode{Only: true}
	s.succeeds(t, map[string]string{"etcd": "downloaded", "kubectl": "downloaded", "own": "built"}) // from the cache
}

func TestNothingIsDownloadedWhereThatIsOff(t *testing.T) {
	s := newShop(t, "own", "etcd")
	s.mode = download.Mode{Never: true}
	s.succeeds(t, map[string]string{"etcd": "built", "own": "built"})
	s.mode = download.Mode{Only: true}
	if out := s.succeeds(t, map[string]string{"etcd": "built", "own": "built"}); out != "" {
		t.Errorf("what was built from the same version was made again:\n%s", out)
	}
}

func TestAnotherMachineHasNoDownload(t *testing.T) {
	s := newShop(t, "", "etcd")
	s.items[0].published.platforms = []string{"plan9/mips"}
	s.succeeds(t, map[string]string{"etcd": "built"})
}

func TestWithoutInternetAllIsBuiltAndThatIsSaidOnce(t *testing.T) {
	s := newShop(t, "own", "etcd", "kubectl")
	s.server.Close()
	out := s.succeeds(t, map[string]string{"etcd": "built", "kubectl": "built", "own": "built"})
	if strings.Count(out, "could not be downloaded") != 1 || !strings.Contains(out, "downloaded: etcd, kubectl (127.0.0.1:") ||
		strings.Count(out, "is not reachable: dial tcp") != 1 {
		t.Errorf("got:\n%s", out)
	}
	if out := s.succeeds(t, map[string]string{"etcd": "built", "kubectl": "built", "own": "built"}); out != "" {
		t.Errorf("what was built was tried again:\n%s", out)
	}
}

func TestWrongFilesAreBuiltInstead(t *testing.T) {
	other := func(t *testing.T, s *shop) { write(t, s.mirror, "etcd.example/v1/etcd.tar.gz", "wrong") }
	for name, c := range map[string]struct {
		harm func(t *testing.T, s *shop)
		want string
	}{
		"other bytes": {other, "has the SHA-256 sum "},
		"no sum":      {func(t *testing.T, s *shop) { write(t, s.mirror, "etcd.example/v1/SHA256SUMS", "<html>") }, "no SHA-256 sum of etcd"},
		"no file": {func(_ *testing.T, s *shop) {
			_ = os.Remove(filepath.Join(s.mirror, "etcd.example/v1/etcd.tar.gz"))
		}, "404 Not Found"},
		"no program": {func(t *testing.T, s *shop) {
			file := s.files["etcd"]
			file.Member = "other"
			mirror(t, s.mirror, map[string]download.File{"etcd": file}, func(string) []byte { return nil })
		}, "etcd.tar.gz has no etcd"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, "own", "etcd", "kubectl")
			c.harm(t, s)
			out := s.succeeds(t, map[string]string{"etcd": "built", "kubectl": "downloaded", "own": "built"})
			if strings.Count(out, "could not be downloaded: etcd (") != 1 || strings.Count(out, c.want) != 1 {
				t.Errorf("%q is not said once in:\n%s", c.want, out)
			}
			s = newShop(t, "own", "etcd", "kubectl")
			s.mode.Only = true
			c.harm(t, s)
			if _, err := s.run(context.Background(), t); err == nil || !strings.Contains(err.Error(), "since MODELWAY_DOWNLOAD is only") ||
				!strings.Contains(err.Error(), "  etcd: https://etcd.example/v1/etcd.tar.gz: ") || strings.Contains(err.Error(), "kubectl") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestInterruptedDownloadLeavesWhatWasThere(t *testing.T) {
	s := newShop(t, "", "etcd")
	s.succeeds(t, map[string]string{"etcd": "downloaded"})
	s.items[0].published.file.Member = "other" // as a new version
	ctx, cancel := context.WithCancel(context.Background())
	s.cache = t.TempDir()
	files := s.server.Config.Handler
	s.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".tar.gz") {
			cancel()
			<-r.Context().Done()
		}
		files.ServeHTTP(w, r)
	})
	if _, err := s.run(ctx, t); err == nil || err.Error() != "interrupted while downloading; the same command goes on from here" {
		t.Fatalf("got %v", err)
	}
	s.has(t, map[string]string{"etcd": "downloaded"})
}

func TestFailedBuildEndsDownloads(t *testing.T) {
	s := newShop(t, "own", "etcd")
	asked := make(chan struct{})
	s.server.Config.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	})
	broken := errors.New("broken")
	s.items[1].build = func(context.Context, Item, Layout, Machine, *Task) error { <-asked; return broken }
	if _, err := s.run(context.Background(), t); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
}

func TestRunsOfTwoCheckoutsShareDownloads(t *testing.T) {
	s := newShop(t, "", "etcd")
	var mu sync.Mutex
	asked := 0
	files := s.server.Config.Handler
	s.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		if strings.HasSuffix(r.URL.Path, ".tar.gz") {
			asked++
		}
		mu.Unlock()
		files.ServeHTTP(w, r)
	})
	other := *s
	other.layout = Layout{Root: t.TempDir()}
	ended := make(chan error)
	for _, one := range []*shop{s, &other} {
		go func() { _, err := one.run(context.Background(), t); ended <- err }()
	}
	if err := errors.Join(<-ended, <-ended); err != nil {
		t.Fatal(err)
	}
	s.has(t, map[string]string{"etcd": "downloaded"})
	other.has(t, map[string]string{"etcd": "downloaded"})
	if asked != 1 {
		t.Errorf("downloaded %d times", asked)
	}
}

func TestProgramsOfOneArchiveAreDownloadedOnce(t *testing.T) {
	s := newShop(t, "", "prometheus", "promtool")
	s.items[1].published.file.URL, s.items[1].published.file.Sums = s.files["prometheus"].URL, s.files["prometheus"].Sums
	s.files["promtool"], _ = s.items[1].published.on("", machine.Platform)
	mirror(t, s.mirror, s.files, func(name string) []byte { return []byte(name) })
	s.succeeds(t, map[string]string{"prometheus": "prometheus", "promtool": "promtool"})
}

// A downloaded plugin has a runner in its place. What is built needs none.
func TestRunnerIsBuiltForADownloadedProgram(t *testing.T) {
	s := newShop(t, "", "plugin")
	runner := s.items[0]
	runner.build = func(_ context.Context, item Item, layout Layout, _ Machine, _ *Task) error {
		return os.WriteFile(filepath.Join(layout.Bin(), item.Name), []byte("runner"), 0o755)
	}
	s.items[0].runner = &runner
	out := s.succeeds(t, map[string]string{"plugin": "runner", "published": ""})
	placed := s.items[0].placed(s.layout)
	if content, err := os.ReadFile(placed); err != nil || string(content) != "downloaded" || strings.Count(out, "ready ") != 1 {
		t.Errorf("%s is %q, %v, and is said to be ready so:\n%s", placed, content, err, out)
	}
	if err := os.Remove(placed); err != nil {
		t.Fatal(err)
	}
	if out := s.succeeds(t, map[string]string{"plugin": "runner", "published": ""}); out == "" {
		t.Error("a program that is gone was not downloaded again")
	}
}

// Packages are installed beside what is built, and a failure of theirs ends the run.
func TestAsideIsBesideWhatIsBuilt(t *testing.T) {
	s := newShop(t, "own")
	building, installing := make(chan struct{}), make(chan struct{})
	packages := Item{Name: "node", aside: true, Produces: []string{"bin/node"}}
	packages.build = func(_ context.Context, _ Item, layout Layout, _ Machine, task *Task) error {
		task.show("installing npm packages")
		close(installing)
		<-building
		return os.WriteFile(filepath.Join(layout.Bin(), "node"), []byte("installed"), 0o755)
	}
	build := s.items[0].build
	s.items[0].build = func(ctx context.Context, item Item, layout Layout, machine Machine, task *Task) error {
		<-installing
		if got := task.progress.beside("building own"); got != "building own, installing npm packages" {
			t.Errorf("shows %q", got)
		}
		close(building)
		return build(ctx, item, layout, machine, task)
	}
	s.items = append(s.items, packages)
	s.succeeds(t, map[string]string{"own": "built", "node": "installed"})
	if out := s.succeeds(t, map[string]string{"own": "built", "node": "installed"}); out != "" {
		t.Errorf("what is there was made again:\n%s", out)
	}
	broken := errors.New("broken")
	s.items[1].build = func(context.Context, Item, Layout, Machine, *Task) error { return broken }
	if err := os.Remove(filepath.Join(s.layout.Bin(), "node")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.run(context.Background(), t); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
}

func TestProgressTellsOfDownloads(t *testing.T) {
	d := &delivery{meters: map[string]*download.Meter{"a": {}, "b": {}}}
	d.waiting.Store(2)
	d.downloads.Store(2)
	d.meters["a"].Have.Store(40e6)
	d.meters["a"].Size.Store(100e6)
	p := &Progress{out: &bytes.Buffer{}, interval: time.Hour, downloads: d}
	if got := p.beside(""); got != "downloading 2, 40 MB of 100 MB" {
		t.Errorf("got %q", got)
	}
	if got := p.beside("linking etcd  3s"); got != "linking etcd  3s, downloading 2, 40 MB of 100 MB" {
		t.Errorf("got %q", got)
	}
	d.waiting.Store(0)
	if got := p.beside("linking etcd  3s"); got != "linking etcd  3s" {
		t.Errorf("got %q", got)
	}
}

package download

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// arrives wants the program from the publisher.
func arrives(t *testing.T, p *publisher, c *Client) {
	t.Helper()
	file, err := p.fetch(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != string(program) {
		t.Fatalf("%d bytes that are not the program, %v", len(got), err)
	}
	if left, _ := filepath.Glob(file + ".part*"); left != nil {
		t.Fatalf("%v is left", left)
	}
}

// fails wants an error with each of the texts, and no program.
func fails(t *testing.T, p *publisher, c *Client, texts ...string) {
	t.Helper()
	file, err := p.fetch(context.Background(), c)
	if err == nil {
		t.Fatalf("got %s", file)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%q is not in %v", text, err)
		}
	}
	if _, err := os.Stat(c.kept(p.file.URL)); err == nil {
		t.Error("the cache has what was refused")
	}
}

func (p *publisher) wantRanges(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(p.ranges, want) {
		t.Errorf("asked for the ranges %q, want %q", p.ranges, want)
	}
}

func TestWhatIsInTheCacheIsNotAskedForAgain(t *testing.T) {
	p, cache := newPublisher(t), t.TempDir()
	arrives(t, p, p.client(cache, impatient))
	asked := len(p.asked)
	arrives(t, p, p.client(cache, impatient))
	if asked != 2 || len(p.asked) != 2 {
		t.Errorf("asked %d, then %d times", asked, len(p.asked))
	}
}

func TestDamageInTheCacheIsNoticed(t *testing.T) {
	p, cache := newPublisher(t), t.TempDir()
	c := p.client(cache, impatient)
	arrives(t, p, c)
	if err := os.WriteFile(c.kept(p.file.URL), program[1:], 0o644); err != nil {
		t.Fatal(err)
	}
	arrives(t, p, c)
}

func TestCutOffDownloadGoesOn(t *testing.T) {
	p := newPublisher(t)
	p.answer = func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 0 {
			half(w, cut)
		}
		if got := r.Header.Get("If-Range"); got != `"1"` {
			t.Errorf("asked for the rest of version %s", got)
		}
		whole(w, r)
	}
	arrives(t, p, p.client(t.TempDir(), impatient))
	p.wantRanges(t, "", "bytes=524288-")
}

func TestInterruptedDownloadGoesOnInTheNextRun(t *testing.T) {
	p, cache := newPublisher(t), t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	p.answer = func(_ int, w http.ResponseWriter, r *http.Request) {
		half(w, func() { cancel(); <-r.Context().Done() })
	}
	if _, err := p.fetch(ctx, p.client(cache, impatient)); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	p.answer = func(_ int, w http.ResponseWriter, r *http.Request) { whole(w, r) }
	c := p.client(cache, impatient)
	here := size(c.kept(p.file.URL) + ".part")
	arrives(t, p, c)
	if here > 0 && !strings.HasPrefix(p.ranges[1], "bytes=") {
		t.Errorf("asked for %q with %d bytes here", p.ranges[1], here)
	}
}

func TestAnotherVersionIsDownloadedWhole(t *testing.T) {
	p := newPublisher(t)
	p.answer = func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 0 {
			w.Header().Set("ETag", `"0"`)
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("old"))
			_ = http.NewResponseController(w).Flush()
			cut()
		}
		whole(w, r)
	}
	arrives(t, p, p.client(t.TempDir(), impatient))
}

func TestServersThatKnowNoPartsAreAskedForTheWhole(t *testing.T) {
	p := newPublisher(t)
	p.answer = func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 0 {
			half(w, cut)
		}
		_, _ = w.Write(program)
	}
	arrives(t, p, p.client(t.TempDir(), impatient))
}

func TestWrongPartsOfAnEarlierRunAreForgotten(t *testing.T) {
	for name, left := range map[string]string{"other bytes": strings.Repeat("x", 100), "too long": string(program) + "x"} {
		p, c := newPublisher(t), (*Client)(nil)
		c = p.client(t.TempDir(), impatient)
		part := c.kept(p.file.URL) + ".part"
		if err := os.MkdirAll(filepath.Dir(part), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(part, []byte(left), 0o644), os.WriteFile(part+".version", []byte(`"1"`), 0o644)); err != nil {
			t.Fatal(err)
		}
		t.Log(name)
		arrives(t, p, c)
	}
}

func TestOtherBytesAreRefused(t *testing.T) {
	p := newPublisher(t)
	p.answer = func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(program[1:]) }
	c := p.client(t.TempDir(), impatient)
	fails(t, p, c, "https://dl.example.com/v1/program has the SHA-256 sum ", "and https://dl.example.com/v1/SHA256SUMS says ")
	if left, _ := filepath.Glob(c.kept(p.file.URL) + ".part*"); left != nil {
		t.Errorf("%v is left, and would be resumed", left)
	}
	p.wantRanges(t, "")
}

func TestSumsThatSayNothingOfTheFileAreRefused(t *testing.T) {
	for _, sums := range []string{"", "no sums here\n", strings.Repeat("a", 64) + "  other\n", strings.Repeat("a", 63) + "  program\n"} {
		p := newPublisher(t)
		p.sums = sums
		fails(t, p, p.client(t.TempDir(), impatient), "https://dl.example.com/v1/SHA256SUMS: no SHA-256 sum of program")
		p.wantRanges(t)
	}
}

func TestRefusalsAreFinalAndFaultsAreNot(t *testing.T) {
	for _, c := range []struct{ status, failures, requests int }{
		{http.StatusNotFound, 100, 1}, {http.StatusForbidden, 100, 1}, {http.StatusInternalServerError, 2, 3},
		{http.StatusServiceUnavailable, 100, 3}, {http.StatusTooManyRequests, 1, 2},
	} {
		p := newPublisher(t)
		p.answer = func(n int, w http.ResponseWriter, r *http.Request) {
			if n < c.failures {
				w.WriteHeader(c.status)
				return
			}
			whole(w, r)
		}
		if c.failures == 100 {
			fails(t, p, p.client(t.TempDir(), impatient), p.URL+"/dl.example.com/v1/program: ", http.StatusText(c.status))
		} else {
			arrives(t, p, p.client(t.TempDir(), impatient))
		}
		if len(p.ranges) != c.requests {
			t.Errorf("%d: %d requests, want %d", c.status, len(p.ranges), c.requests)
		}
	}
}

func TestStalledDownloadGoesOnOrFails(t *testing.T) {
	stalling := func(_ int, w http.ResponseWriter, r *http.Request) { half(w, func() { <-r.Context().Done() }) }
	limits := impatient
	limits.Stall = time.Millisecond
	p := newPublisher(t)
	p.answer = func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 0 {
			stalling(n, w, r)
			return
		}
		whole(w, r)
	}
	patient := limits
	patient.Attempts = 1000 // a slow machine stalls, too
	arrives(t, p, p.client(t.TempDir(), patient))

	p = newPublisher(t)
	p.answer = func(_ int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "10")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	fails(t, p, p.client(t.TempDir(), limits), "stopped sending for 1ms")
}

func TestSlowDownloadIsNotStalled(t *testing.T) {
	p := newPublisher(t)
	p.answer = func(_ int, w http.ResponseWriter, _ *http.Request) {
		for rest := program; len(rest) > 0; rest = rest[min(len(rest), 1<<12):] {
			_, _ = w.Write(rest[:min(len(rest), 1<<12)])
			_ = http.NewResponseController(w).Flush()
		}
	}
	arrives(t, p, p.client(t.TempDir(), impatient))
	p.wantRanges(t, "")
}

func TestFullDiskIsFinal(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full, which stands for a full disk:", err)
	}
	p := newPublisher(t)
	c := p.client(t.TempDir(), impatient)
	part := c.kept(p.file.URL) + ".part"
	if err := errors.Join(os.MkdirAll(filepath.Dir(part), 0o755), os.Symlink("/dev/full", part)); err != nil {
		t.Fatal(err)
	}
	fails(t, p, c, "no space left on device")
	p.wantRanges(t, "")
}

func TestRunsAtTheSameTimeDownloadOnce(t *testing.T) {
	p, cache := newPublisher(t), t.TempDir()
	var all sync.WaitGroup
	for range 6 {
		all.Add(1)
		go func() {
			defer all.Done()
			if _, err := p.fetch(context.Background(), p.client(cache, impatient)); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	p.wantRanges(t, "")
}

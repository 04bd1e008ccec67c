package download

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestParseMode(t *testing.T) {
	for value, want := range map[string]Mode{"": {}, "off": {Never: true}, "only": {Only: true}} {
		if got, err := ParseMode(value); err != nil || got != want {
			t.Errorf("%q: got %+v, %v", value, got, err)
		}
	}
	for value, want := range map[string]string{
		"https://mirror.example.com/go":  "https://mirror.example.com/go/dl.k8s.io/v1/a%20b",
		"http://127.0.0.1:8080/":         "http://127.0.0.1:8080/dl.k8s.io/v1/a%20b",
		"file:///srv/mirror":             "file:///srv/mirror/dl.k8s.io/v1/a%20b",
		"https://user:word@mirror/a/b//": "https://user:word@mirror/a/b/dl.k8s.io/v1/a%20b",
	} {
		mode, err := ParseMode(value)
		if err != nil {
			t.Errorf("%s: %v", value, err)
			continue
		}
		if got, err := New(mode, t.TempDir(), Patience).locate("https://dl.k8s.io/v1/a%20b"); err != nil || got.String() != want {
			t.Errorf("%s: got %s, %v", value, got, err)
		}
	}
	for value, why := range map[string]string{
		"onyl": "which is not known", "OFF": "which is not known", "no": "which is not known", "mirror.example.com": "which is not known",
		"ftp://mirror": "which is not known", "https://": "which names no host", "http:///path": "which names no host",
		"file://srv/mirror": "which is not known", "https://mirror?x=1": "which has more than a path after its host",
		"https://mirror#x": "which has more than a path after its host", "https://mirror:port": "which is not an address",
		"%": "which is not an address",
	} {
		_, err := ParseMode(value)
		if err == nil || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), "set it to off, to only, or") {
			t.Errorf("%q: got %v", value, err)
		}
	}
}

func TestHostThatIsAwayIsAskedOnce(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var connections atomic.Int32
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			defer connection.Close() // it never answers
		}
	}()
	limits := impatient
	limits.Header = time.Millisecond
	p := newPublisher(t)
	p.URL = "http://" + listener.Addr().String()
	c := p.client(t.TempDir(), limits)
	fails(t, p, c, listener.Addr().String()+" is not reachable: ", "timeout awaiting response headers")
	fails(t, p, c, listener.Addr().String()+" is not reachable: ")
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestClosedPortIsAway(t *testing.T) {
	p := newPublisher(t)
	p.Close()
	fails(t, p, p.client(t.TempDir(), impatient), "is not reachable: dial tcp 127.0.0.1:", "connection refused")
}

func TestHostThatHasAnsweredIsAskedAgain(t *testing.T) {
	p := newPublisher(t)
	p.answer = func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 0 {
			cut() // before the head of the answer
		}
		whole(w, r)
	}
	arrives(t, p, p.client(t.TempDir(), impatient))
	p.wantRanges(t, "", "")
}

func TestRedirectsAreFollowedAndLoopsAreNot(t *testing.T) {
	p := newPublisher(t)
	target := httptest.NewServer(http.HandlerFunc(whole))
	defer target.Close()
	p.answer = func(_ int, w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target.URL, http.StatusFound) }
	arrives(t, p, p.client(t.TempDir(), impatient))

	p = newPublisher(t)
	p.answer = func(_ int, w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }
	fails(t, p, p.client(t.TempDir(), impatient), "redirected 10 times")
	if len(p.ranges) != 10 {
		t.Errorf("%d requests", len(p.ranges))
	}
}

func TestRedirectsStayEncrypted(t *testing.T) {
	target := newPublisher(t)
	secure := httptest.NewTLSServer(http.RedirectHandler(target.URL, http.StatusFound))
	defer secure.Close()
	c := target.client(t.TempDir(), impatient)
	trusting := secure.Client().Transport.(*http.Transport)
	c.http.Transport.(*http.Transport).TLSClientConfig = trusting.TLSClientConfig
	c.mirror, _ = url.Parse(secure.URL)
	fails(t, target, c, "redirected from https to http")
	if len(target.asked) != 0 {
		t.Error("it was followed")
	}
}

// TestProxyOfTheEnvironment has a process of its own, since the environment is read once.
func TestProxyOfTheEnvironment(t *testing.T) {
	if os.Getenv("TEST_OF_PROXY") != "" {
		p := newPublisher(t)
		p.URL = "http://mirror.example"
		arrives(t, p, p.client(t.TempDir(), impatient))
		return
	}
	p := newPublisher(t)
	command := exec.Command(os.Args[0], "-test.run", "^TestProxyOfTheEnvironment$")
	command.Env = append(os.Environ(), "TEST_OF_PROXY=1", "HTTP_PROXY="+p.URL, "NO_PROXY=")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(p.asked) != 2 {
		t.Errorf("the proxy was asked for %q", p.asked)
	}
}

func TestMirrorInAFolder(t *testing.T) {
	p := newPublisher(t)
	kept := t.TempDir()
	arrives(t, p, p.client(kept, impatient))
	mode, err := ParseMode("file://" + filepath.ToSlash(kept))
	if err != nil {
		t.Fatal(err)
	}
	arrives(t, p, New(mode, t.TempDir(), impatient)) // a cache has the layout of a mirror
	if _, err := New(mode, t.TempDir(), impatient).Sum(context.Background(), File{URL: "https://a/b", Sums: "https://a/c"}); err == nil ||
		!strings.Contains(err.Error(), "/a/c: 404 Not Found") {
		t.Errorf("got %v", err)
	}
}

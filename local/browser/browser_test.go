package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

const repository = "../.."

// chromium is the browser to try the map in: the one that MODELWAY_CHROMIUM names, or one of PATH.
func chromium(t *testing.T) string {
	t.Helper()
	if named := os.Getenv("MODELWAY_CHROMIUM"); named != "" {
		return named
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	t.Skip("there is no Chromium on PATH: install one, or name it by MODELWAY_CHROMIUM")
	return ""
}

// made is the map of prod with what a change does, as the command writes it.
var made = sync.OnceValues(func() ([]byte, error) {
	cmd := exec.Command("go", "run", "./cmd/modelway", "map", "--stack", "prod", "--output", "-",
		"--preview", "internal/review/events/testdata/prod-nat.jsonl")
	cmd.Dir = repository
	cmd.Stderr = os.Stderr
	return cmd.Output()
})

func madeMap(t *testing.T) string {
	t.Helper()
	chromium(t) // which skips before anything is built for it
	text, err := made()
	require.NoError(t, err)
	return string(text)
}

// data is the map in a page.
var data = regexp.MustCompile(`(?s)(<script type="application/json" id="map">)(.*?)(</script>)`)

// with is the page of another map: that of the page, changed.
func with(t *testing.T, html string, change func(m map[string]any)) string {
	t.Helper()
	found := data.FindStringSubmatch(html)
	require.NotNil(t, found)
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(found[2]), &m))
	change(m)
	text, err := json.Marshal(m)
	require.NoError(t, err)
	return strings.Replace(html, found[2], string(text), 1)
}

// thousand makes a thousand models of the first, behind eleven load balancers.
func thousand(m map[string]any) {
	copied := func(v any) map[string]any {
		text, _ := json.Marshal(v)
		var c map[string]any
		_ = json.Unmarshal(text, &c)
		return c
	}
	first, balancer := m["models"].([]any)[0], m["loadBalancers"].([]any)[0]
	var models, balancers, parts []any
	for i := range 11 {
		b := copied(balancer)
		b["name"], b["models"] = fmt.Sprintf("public-%d", i+1), 91
		b["rules"] = map[string]any{"used": 91 + i, "quota": 100}
		balancers = append(balancers, b)
	}
	teams := []string{"growth", "risk", "search", "ads", "supply"}
	for i := range 1000 {
		c := copied(first)
		name := fmt.Sprintf("model-%04d", i)
		c["name"], c["owner"], c["loadBalancer"] = name, teams[i%5], fmt.Sprintf("public-%d", i%11+1)
		c["url"] = "https://" + name + ".company.com/v1/models/" + name + ":predict"
		c["compute"], c["cost"] = []string{"fargate", "nodes"}[i%2], 8+float64(i%90)
		models = append(models, c)
		parts = append(parts, map[string]any{"component": "model", "model": name, "what": "Fargate pod", "least": c["cost"], "most": c["cost"]})
	}
	m["models"], m["loadBalancers"] = models, balancers
	m["cost"].(map[string]any)["parts"] = append(m["cost"].(map[string]any)["parts"].([]any), parts...)
}

// watch collects what no page of a map may do.
type watch struct {
	mu     sync.Mutex
	faults []string
}

func (w *watch) add(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

// browser opens an empty page of a size. At the end of the test nothing must have been said on the console, and nothing asked of the
// network but the addresses that are allowed.
func browser(t *testing.T, width, height int, allowed ...string) context.Context {
	t.Helper()
	ctx, stop := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(chromium(t)), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WindowSize(width, height))
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(stop)
	var w watch
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			w.add("console: %s", e.Type)
		case *runtime.EventExceptionThrown:
			w.add("exception: %s", e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			w.add("log: %s", e.Entry.Text)
		case *network.EventRequestWillBeSent:
			for _, start := range append([]string{"about:", "data:"}, allowed...) {
				if strings.HasPrefix(e.Request.URL, start) {
					return
				}
			}
			w.add("request: %s", e.Request.URL)
		}
	}))
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
		func() error { _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); return err },
		func() error { _, err := chromedp.Call(ctx, runtime.Enable, cdp.Empty{}); return err },
	} {
		require.NoError(t, enable())
	}
	do(t, ctx, chromedp.EmulateViewport(int64(width), int64(height)))
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}, // so that nothing moves under a click
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		require.Empty(t, w.faults)
	})
	return ctx
}

// open opens a page from a file.
func open(t *testing.T, html string, width, height int) context.Context {
	t.Helper()
	file := filepath.Join(t.TempDir(), "map.html")
	require.NoError(t, os.WriteFile(file, []byte(html), 0o600))
	ctx := browser(t, width, height, "file://"+file)
	do(t, ctx, chromedp.Navigate("file://"+file), chromedp.WaitVisible(chromedp.CSS("#there svg")), chromedp.WaitVisible(chromedp.CSS("#cost svg")))
	return ctx
}

// value is what a script gives.
func value[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	require.NoError(t, err, script)
	return v
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	require.NoError(t, chromedp.Do(ctx, actions...))
}

// press clicks on the first element of a selector.
func press(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

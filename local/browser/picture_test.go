package browser_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

var (
	update   = flag.Bool("update", false, "write the picture in docs/pictures")
	pictures = flag.String("pictures", "", "folder to write pictures of whole pages to, for people to look at")
)

// TestPicture writes what the README shows: the top of the map of prod.
func TestPicture(t *testing.T) {
	file := filepath.Join(repository, "docs", "pictures", "map-prod.png")
	if *update {
		plain := with(t, madeMap(t), func(m map[string]any) { m["change"], m["verdict"] = nil, nil })
		ctx := open(t, plain, 1280, 1000)
		picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, picture, 0o644))
	}
	found, err := os.Stat(file)
	require.NoError(t, err, "write it: go -C local/browser test -run TestPicture -update")
	require.Less(t, found.Size(), int64(200<<10), "documents stay small")
}

// TestPictures writes the page as it looks in different circumstances.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("no -pictures FOLDER was given")
	}
	for name, look := range map[string]struct {
		html          string
		width         int
		media, scheme string
	}{
		"light-1280":    {madeMap(t), 1280, "screen", "light"},
		"dark-1280":     {madeMap(t), 1280, "screen", "dark"},
		"light-800":     {madeMap(t), 800, "screen", "light"},
		"light-400":     {madeMap(t), 400, "screen", "light"},
		"print":         {madeMap(t), 800, "print", "light"},
		"thousand-1280": {with(t, madeMap(t), thousand), 1280, "screen", "light"},
	} {
		ctx := open(t, look.html, look.width, 900)
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: look.media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}},
		})
		require.NoError(t, err)
		picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(*pictures, name+".png"), picture, 0o644))
	}
}

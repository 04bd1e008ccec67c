package terminal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/terminal"
)

func with(width int, env map[string]string) terminal.Terminal {
	return terminal.With(width, 0, func(name string) string { return env[name] })
}

func TestWhatATerminalIs(t *testing.T) {
	utf8 := map[string]string{"LANG": "en_US.UTF-8"}
	require.Equal(t, terminal.Terminal{Width: 80, Height: 24, Colour: true, Live: true}, with(0, utf8))
	require.Equal(t, terminal.Terminal{Width: 120, Height: 24, ASCII: true}, with(120, map[string]string{"TERM": "dumb", "LANG": "C"}))
	require.Equal(t, 100, with(0, map[string]string{"COLUMNS": "100"}).Width, "as shells tell it")
	require.Equal(t, 60, with(60, map[string]string{"COLUMNS": "100"}).Width, "the terminal knows better")
	for _, columns := range []string{"", "-4", "wide"} {
		require.Equal(t, 80, with(0, map[string]string{"COLUMNS": columns}).Width)
	}
	require.False(t, with(0, map[string]string{"NO_COLOR": "1"}).Colour)
	require.True(t, with(0, map[string]string{"NO_COLOR": "1"}).Live)
	require.True(t, with(0, map[string]string{"LC_ALL": "C", "LANG": "en_US.UTF-8"}).ASCII, "LC_ALL counts before LANG")
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer file.Close()
	require.Equal(t, terminal.Terminal{}, terminal.Of(file))
	require.Equal(t, terminal.Terminal{}, terminal.Of(&strings.Builder{}))
}

// Property: no line is wider than the terminal, whatever the text, and nothing in it steers the terminal.
func TestLinesFit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`([a-z/]{1,30} ){0,20}`), rapid.Just("日本語\x1b[31m\a日本語")).Draw(rt, "text")
		width := rapid.IntRange(20, 200).Draw(rt, "width")
		term := with(width, map[string]string{"LANG": rapid.SampledFrom([]string{"C", "C.UTF-8"}).Draw(rt, "locale")})
		for _, line := range append(term.Wrap(text, 4), term.Fit(text, 4)) {
			require.LessOrEqual(rt, terminal.Wide(line), width-4, "%q", line)
			require.NotContains(rt, line, "\x1b")
			require.True(rt, utf8.ValidString(line))
		}
		require.NotContains(rt, terminal.Terminal{}.Fit(text, 0), "\n")
	})
}

func TestPaint(t *testing.T) {
	require.Equal(t, "\x1b[1;31mno\x1b[0m", with(80, nil).Paint(terminal.Red, "no"))
	require.Equal(t, "no", terminal.Terminal{}.Paint(terminal.Red, "no"))
	require.Empty(t, with(80, nil).Paint(terminal.Red, ""))
}

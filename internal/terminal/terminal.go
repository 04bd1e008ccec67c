// Package terminal knows what output goes to: how wide it is, and whether it shows colour, takes a line back and has characters beyond
// ASCII. What is no terminal takes lines of any length, and keeps them.
package terminal

import (
	"cmp"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"
)

// Terminal is what output goes to. The zero value is no terminal.
type Terminal struct {
	// Width is the number of columns; 0 where lines may have any length.
	Width int
	// Height is the number of lines; 0 where there is no end.
	Height int
	// Colour says that escape sequences of colours are shown as such.
	Colour bool
	// Live says that lines can be taken back.
	Live bool
	// ASCII says that other characters may not be shown.
	ASCII bool
}

// Sizes of a terminal that does not tell its own.
const (
	usualWidth  = 80
	usualHeight = 24
	narrowest   = 20
)

// Of is the terminal that a writer is, by the environment of the process.
func Of(out io.Writer) Terminal {
	file, isFile := out.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return Terminal{}
	}
	width, height, err := term.GetSize(int(file.Fd()))
	if err != nil {
		width, height = 0, 0
	}
	return With(width, height, os.Getenv)
}

// With is a terminal of a size, 0 where it is not known, in an environment: NO_COLOR (https://no-color.org), TERM=dumb, COLUMNS, LINES
// and the locale.
func With(width, height int, getenv func(string) string) Terminal {
	number := func(name string) int { n, _ := strconv.Atoi(getenv(name)); return max(n, 0) }
	dumb := getenv("TERM") == "dumb"
	locale := strings.ToLower(cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG")))
	return Terminal{
		Width:  max(narrowest, cmp.Or(width, number("COLUMNS"), usualWidth)),
		Height: cmp.Or(height, number("LINES"), usualHeight),
		Colour: !dumb && getenv("NO_COLOR") == "",
		Live:   !dumb,
		ASCII:  !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8"),
	}
}

// Fit is a text on one line that is not wider than the terminal, less what stands before it.
func (t Terminal) Fit(text string, before int) string {
	text = t.Line(text)
	if t.Width == 0 {
		return text
	}
	return ansi.Truncate(text, max(t.Width-before, 4), "...")
}

// Wrap breaks a text at spaces into lines that are not wider than the terminal, less what stands before each.
func (t Terminal) Wrap(text string, before int) (lines []string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		line = t.Line(line)
		if t.Width == 0 {
			lines = append(lines, line)
			continue
		}
		text := strings.TrimLeft(line, " ")
		indent := line[:min(len(line)-len(text), t.Width/4)]
		for _, part := range strings.Split(broken(text, max(t.Width-before-len(indent), 4)), "\n") {
			lines = append(lines, strings.TrimRight(indent+part, " "))
		}
	}
	return lines
}

// broken is a text in lines of a width: broken at spaces, and within words that are wider.
func broken(text string, width int) string {
	return ansi.Hardwrap(ansi.Wordwrap(text, width, ""), width, true)
}

// Line is a text on one line, without what a terminal would act on, and with ? for what it may not show.
func (t Terminal) Line(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0:
			return -1
		case t.ASCII && r > 0x7f:
			return '?'
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

// Wide is how many columns a text takes.
func Wide(text string) int { return ansi.StringWidth(text) }

// The styles of a text.
const (
	Bold  = "\x1b[1m"
	Dim   = "\x1b[2m"
	Red   = "\x1b[1;31m"
	Green = "\x1b[1;32m"
	Amber = "\x1b[1;33m"
	plain = "\x1b[0m"
)

// Paint gives a text a style, where the terminal shows it.
func (t Terminal) Paint(style, text string) string {
	if !t.Colour || style == "" || text == "" {
		return text
	}
	return style + text + plain
}

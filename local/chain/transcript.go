package chain

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/terminal"
)

// transcript tells step by step what is done and what was seen.
type transcript struct {
	out      io.Writer
	terminal bool
	steps    int
	titled   time.Time
}

func newTranscript(out io.Writer, onTerminal bool) *transcript {
	return &transcript{out: out, terminal: onTerminal}
}

const (
	clear = "\r\x1b[K"
	// right is the column at which the seconds of a step end.
	right = 100
)

func (t *transcript) style(style, text string) string {
	return terminal.Terminal{Colour: t.terminal}.Paint(style, text)
}

// chapter begins a part of the way.
func (t *transcript) chapter(title string) {
	fmt.Fprintf(t.out, "\n%s\n", t.style(terminal.Bold, title))
}

// step does one step of a part of the chain by commands, which are shown, and tells what was seen. say tells meanwhile what is waited for.
func (t *transcript) step(part, commands string, do func(say func(string)) (seen string, err error)) error {
	t.steps++
	fmt.Fprintf(t.out, "\n%3d  %s\n", t.steps, t.style(terminal.Bold, part))
	for line := range strings.Lines(commands) {
		fmt.Fprintf(t.out, "     %s\n", t.style(terminal.Dim, "$ "+strings.TrimSuffix(line, "\n")))
	}
	seen, took, err := t.watch(do)
	if err != nil {
		return fmt.Errorf("step %d, %s: %w", t.steps, part, err)
	}
	lines := strings.Split(strings.TrimSpace(seen), "\n")
	for i, line := range lines {
		if i < len(lines)-1 {
			fmt.Fprintf(t.out, "     %s\n", line)
			continue
		}
		seconds := fmt.Sprintf("%5.0f s", took.Seconds())
		fmt.Fprintf(t.out, "     %-*s %s\n", right-13, strings.TrimRight(line, " "), t.style(terminal.Dim, seconds))
	}
	return nil
}

// quietly does something that leaves a line only where it takes a while.
func (t *transcript) quietly(what string, do func() error) error {
	_, _, err := t.watch(func(say func(string)) (string, error) {
		say(what)
		return "", do()
	})
	return err
}

// watch does something, and says on a terminal what is waited for and how long, elsewhere each change of it.
func (t *transcript) watch(do func(say func(string)) (string, error)) (seen string, took time.Duration, err error) {
	started, said, done := time.Now(), make(chan string, 16), make(chan struct{})
	go func() {
		defer close(done)
		seen, err = do(func(text string) { said <- text })
	}()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	waits := ""
	for {
		select {
		case text := <-said:
			if !t.terminal && text != waits {
				fmt.Fprintf(t.out, "     %s\n", text)
			}
			waits = text
		case <-tick.C:
			if t.terminal {
				fmt.Fprintf(t.out, "%s     %s %.0f s", clear, t.style(terminal.Dim, cut(waits)), time.Since(started).Seconds())
			}
		case <-done:
			if t.terminal {
				fmt.Fprint(t.out, clear)
			}
			return seen, time.Since(started), err
		}
	}
}

// cut is a text that leaves room for the seconds in the narrowest terminal, so that its line can be written over.
func cut(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// wrapped is a text in lines that fit the transcript, each but the first with an indent.
func wrapped(text string) string {
	return strings.Join(terminal.Terminal{Width: right - 10}.Wrap(strings.Join(strings.Fields(text), " "), 2), "\n  ")
}

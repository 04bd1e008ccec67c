package command

import (
	"fmt"
	"io"
	"os"
	"time"
)

// during says what is done while it is: on a terminal with the seconds so far, elsewhere once. It returns the error of what it does.
func during(out io.Writer, what string, do func() error) error {
	if !onTerminal(out) {
		fmt.Fprintln(out, what)
		return do()
	}
	done := make(chan error, 1)
	go func() { done <- do() }()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	fmt.Fprint(out, what)
	for started := time.Now(); ; {
		select {
		case err := <-done:
			fmt.Fprintf(out, "\r\x1b[K%s\n", what)
			return err
		case <-tick.C:
			fmt.Fprintf(out, "\r\x1b[K%s  %.0f s", what, time.Since(started).Seconds())
		}
	}
}

// onTerminal reports whether a line of the output can be rewritten.
func onTerminal(out io.Writer) bool { return out == io.Writer(os.Stdout) && isTerminal(os.Stdout) }

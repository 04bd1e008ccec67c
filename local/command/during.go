package command

import (
	"fmt"
	"io"
	"time"

	"github.com/modelway/modelway/internal/terminal"
)

// during says what is done while it is: on a terminal with the seconds so far, elsewhere once. It returns the error of what it does.
func during(out io.Writer, what string, do func() error) error {
	if !terminal.Of(out).Live {
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

package command

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/modelway/modelway/internal/terminal"
)

// digest shows of what another `modelway up` prints its steps and how many resources it has done, and keeps all of it in a log.
type digest struct {
	out      io.Writer
	log      *os.File
	terminal bool // out can rewrite a line

	mu        sync.Mutex // guards what follows, and out
	started   time.Time
	rest      []byte // a line that has not ended
	resources int
	failed    bool     // the line "error:" has come: what follows is its text
	last      []string // the last lines, or the text of the error
	stop      chan struct{}
	stopped   chan struct{}
}

// tailLines is how much of the log a failure shows that has no line "error:", as one of a revision that does not build.
const tailLines = 15

// newDigest begins a log in place of what the file holds, and tells every interval how far it is.
func newDigest(out io.Writer, file string, interval time.Duration) (*digest, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	log, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	d := &digest{
		out: out, log: log, terminal: terminal.Of(out).Live, started: time.Now(), stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	if d.terminal {
		interval = time.Second
	}
	go d.tell(interval)
	return d, nil
}

func (d *digest) tell(interval time.Duration) {
	defer close(d.stopped)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-d.stop:
			return
		case <-tick.C:
			d.mu.Lock()
			if d.terminal {
				fmt.Fprint(d.out, "\r\x1b[K"+d.soFar())
			} else {
				fmt.Fprintln(d.out, d.soFar())
			}
			d.mu.Unlock()
		}
	}
}

func (d *digest) soFar() string {
	return fmt.Sprintf("  %d resources after %.0f s", d.resources, time.Since(d.started).Seconds())
}

// Write takes what the command prints.
func (d *digest) Write(text []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.log.Write(text); err != nil {
		return 0, err
	}
	d.rest = append(d.rest, text...)
	for {
		line, rest, whole := bytes.Cut(d.rest, []byte("\n"))
		if !whole {
			return len(text), nil
		}
		d.rest = rest
		d.line(string(line))
	}
}

// line counts a resource, shows a step, and keeps what a failure shows.
func (d *digest) line(line string) {
	if strings.HasPrefix(line, "error: ") {
		d.failed, d.last = true, nil
	}
	if d.last = append(d.last, line); !d.failed && len(d.last) > tailLines {
		d.last = d.last[1:]
	}
	switch fields := strings.Fields(line); {
	case d.failed || len(fields) == 0:
	case strings.HasPrefix(line, "  create "):
		d.resources++
	case !strings.HasPrefix(line, " "):
		if d.terminal {
			fmt.Fprint(d.out, "\r\x1b[K")
		}
		fmt.Fprintln(d.out, "  "+line)
	}
}

// end closes the log. With the error of the command it returns one that has its cause, and where the rest is.
func (d *digest) end(err error) error {
	close(d.stop)
	<-d.stopped
	if len(d.rest) > 0 {
		d.line(string(d.rest))
	}
	if d.terminal {
		fmt.Fprint(d.out, "\r\x1b[K")
	}
	fmt.Fprintln(d.out, d.soFar())
	closed := d.log.Close()
	if err != nil {
		return fmt.Errorf("%w\n%s\nAll that it printed is in %s", err, strings.Join(d.last, "\n"), d.log.Name())
	}
	return closed
}

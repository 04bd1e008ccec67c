package toolchain

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Progress shows what is being built: one line that is rewritten on a terminal, a line now and then elsewhere.
type Progress struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	interval time.Duration
	stop     chan struct{}
	width    int
	// downloads are what is got beside what is built.
	downloads *delivery
}

// NewProgress writes to file, every second when it is a terminal and every 15 seconds when it is not.
func NewProgress(file *os.File) *Progress {
	info, err := file.Stat()
	if err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb" {
		return &Progress{out: file, terminal: true, interval: time.Second}
	}
	return &Progress{out: file, interval: 15 * time.Second}
}

// Task is the item that is being built.
type Task struct {
	progress *Progress
	name     string
	log      *os.File
	start    time.Time
	verb     string
	count    int
	total    int
	// hidden says that the line of the display is another task's; ended, that this one is no longer waited for.
	hidden bool
	ended  atomic.Bool
}

// task starts the display of an item; end stops it.
func (p *Progress) task(name string) *Task {
	t := &Task{progress: p, name: name, start: time.Now(), verb: "preparing"}
	p.repeat(t.String)
	return t
}

// wait displays that downloads are under way while nothing is built; end stops it.
func (p *Progress) wait() { p.repeat(func() string { return "" }) }

// repeat displays a text at each interval, beside how far the downloads are.
func (p *Progress) repeat(text func() string) {
	stop := make(chan struct{})
	p.mu.Lock()
	p.stop = stop
	p.mu.Unlock()
	go func() {
		ticker := time.NewTicker(p.interval)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
				p.mu.Lock()
				p.line(p.beside(text()), false)
				p.mu.Unlock()
			}
		}
	}()
}

// beside adds how far the downloads are to a text.
func (p *Progress) beside(text string) string {
	downloads := p.downloads.String()
	if text != "" && downloads != "" {
		return text + ", " + downloads
	}
	return text + downloads
}

// show starts a new phase of the task.
func (t *Task) show(verb string) {
	t.progress.mu.Lock()
	defer t.progress.mu.Unlock()
	t.verb, t.count = verb, 0
	if t.progress.terminal && !t.hidden {
		t.progress.line(t.progress.beside(t.String()), false)
	}
}

// step counts one package.
func (t *Task) step(string) {
	t.progress.mu.Lock()
	defer t.progress.mu.Unlock()
	t.count++
}

// String is the line of the task, such as "building kube-apiserver  [ 512/1893]  2m10s".
func (t *Task) String() string {
	counter, verb := "", t.verb
	switch {
	case verb == "building" && t.count > 0 && t.count >= t.total:
		verb = "linking"
	case t.total > 0 && verb == "building":
		counter = fmt.Sprintf("  [%4d/%d]", t.count, t.total)
	case t.count > 0:
		counter = fmt.Sprintf("  [%4d]", t.count)
	}
	return fmt.Sprintf("%s %s%s  %s", verb, t.name, counter, time.Since(t.start).Round(time.Second))
}

// ready tells that an item is there, and how it came.
func (p *Progress) ready(name string, took time.Duration, how string) {
	p.say(strings.TrimRight(fmt.Sprintf("ready    %-28s %6s  %s", name, took.Round(time.Second), how), " "))
}

// end stops the display and leaves the cursor on an empty line.
func (p *Progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stop != nil {
		close(p.stop)
		p.stop = nil
	}
	if p.terminal && p.width > 0 {
		p.line("", false)
		fmt.Fprint(p.out, "\r")
	}
	p.width = 0
}

func (p *Progress) say(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line(text, true)
}

// line rewrites the terminal's current line, or appends one. The caller holds the lock.
func (p *Progress) line(text string, keep bool) {
	if !p.terminal {
		fmt.Fprintln(p.out, text)
		return
	}
	fmt.Fprint(p.out, "\r", text, strings.Repeat(" ", max(0, p.width-len(text))))
	p.width = len(text)
	if keep {
		fmt.Fprintln(p.out)
		p.width = 0
	}
}

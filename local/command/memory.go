package command

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/local/checkout"
)

// memory is the highest sum of the resident memory of a local stack's processes, each page counted once per process that
// shares it, divided by their number (PSS).
type memory struct {
	peak uint64

	c    checkout.Checkout
	quit chan struct{}
	done chan struct{}
}

// watchMemory samples the memory of every process of the checkout's local stack twice a second until it is stopped.
func watchMemory(c checkout.Checkout) *memory {
	m := &memory{c: c, quit: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(m.done)
		for {
			m.peak = max(m.peak, m.sample())
			select {
			case <-m.quit:
				return
			case <-time.After(500 * time.Millisecond):
			}
		}
	}()
	return m
}

// stop ends the sampling. It fails where the system does not tell the memory of processes.
func (m *memory) stop() error {
	close(m.quit)
	<-m.done
	if m.peak == 0 {
		return errors.New("measuring memory needs Linux: /proc/<pid>/smaps_rollup")
	}
	return nil
}

func (m *memory) sample() (sum uint64) {
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range commands {
		command, err := os.ReadFile(path)
		if err == nil && bytes.Contains(command, []byte(m.c.State())) {
			sum += pss(filepath.Join(filepath.Dir(path), "smaps_rollup"))
		}
	}
	return sum
}

// pss reads the line "Pss: 1234 kB".
func pss(path string) uint64 {
	file, err := os.Open(path)
	if err != nil {
		return 0 // the process has ended, or belongs to somebody else
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) == 3 && fields[0] == "Pss:" {
			kilobytes, _ := strconv.ParseUint(fields[1], 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

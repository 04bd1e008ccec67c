package supervisor

import (
	"os"
	"regexp"
	"strconv"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/daemon"
)

// LogSize is where the supervisor's log ends now; see [Losses].
func LogSize(c checkout.Checkout) int64 {
	info, err := os.Stat(LogFile(c))
	if err != nil {
		return 0
	}
	return info.Size()
}

// loss is the line of the log that tells of a program's end; package controlplane words it.
var loss = regexp.MustCompile(`msg=("(?:[^"\\]|\\.)*ended on its own(?:[^"\\]|\\.)*")`)

// Losses are the ends of control plane programs that the supervisor has logged since its log had that size.
func Losses(c checkout.Checkout, size int64) (all []string) {
	data, err := os.ReadFile(LogFile(c))
	if err != nil {
		return nil
	}
	if size > int64(len(data)) {
		size = 0 // a new log
	}
	for _, match := range loss.FindAllSubmatch(data[size:], -1) {
		if text, err := strconv.Unquote(string(match[1])); err == nil {
			all = append(all, text)
		}
	}
	return all
}

// LastLines are the end of the supervisor's log.
func LastLines(c checkout.Checkout) string { return daemon.Tail(LogFile(c), 3) }

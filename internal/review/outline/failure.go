package outline

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/terminal"
)

// Failure is an operation on a stack that came to no good end.
type Failure struct {
	// Stack is the name of the stack, and Operation the noun for what was done: preview, update, refresh or removal.
	Stack, Operation string
	// Fault is the error.
	Fault string
	// Changed says what was done before, such as "3 created"; empty where that is not known.
	Changed string
	// Headline is the report's, where the preview came to its end and a policy refuses what it shows.
	Headline string
	// Interrupted says that a person ended it.
	Interrupted bool
}

// Unchanged is what Changed is where nothing was done.
const Unchanged = "nothing was changed"

var (
	// place finds the files of faults, as package strict writes them: before the fault, or on a line of their own.
	place = regexp.MustCompile(`(?m)^(?:\w+ of stack \S+ failed: |    in: +)?(\S+\.ya?ml):\d+`)
	// ofSettings finds the number of faults of the settings, some of which may have a place.
	ofSettings = regexp.MustCompile(`configuration of stack "[^"]*" has (\d+) fault`)
)

// faults tells how many faults of files there are, and where; "" where the error is of something else.
func (f Failure) faults() string {
	var files []string
	found := place.FindAllStringSubmatch(f.Fault, -1)
	for _, fault := range found {
		files = append(files, fault[1])
	}
	count := len(found)
	if settings := ofSettings.FindStringSubmatch(f.Fault); settings != nil {
		number, _ := strconv.Atoi(settings[1])
		if placed := strings.Count(f.Fault, "\n    in: "); placed < number {
			files, count = append(files, "Pulumi."+f.Stack+".yaml"), count+number-placed
		}
	}
	slices.Sort(files)
	switch files = slices.Compact(files); len(files) {
	case 0:
		return ""
	case 1:
		return ": " + sheet.Count(count, "fault") + " in " + files[0]
	}
	return ": " + sheet.Count(count, "fault") + " in " + sheet.Count(len(files), "file")
}

// Verdict is the failure in one line, such as "dev: the preview failed: 2 faults in Pulumi.dev.yaml; nothing was changed".
func (f Failure) Verdict() string {
	text := fmt.Sprintf("%s: the %s failed", f.Stack, f.Operation) + f.faults()
	switch {
	case f.Interrupted:
		text = fmt.Sprintf("%s: the %s was interrupted", f.Stack, f.Operation)
	case f.Headline != "":
		return f.Headline
	}
	if f.Changed != "" {
		text += "; " + f.Changed
	}
	return text
}

// Lines are the verdict as a terminal shows it.
func (f Failure) Lines(t terminal.Terminal) []string { return painted(f.Verdict(), review.Bad, t) }

// painted is a verdict on a terminal.
func painted(verdict string, level review.Level, t terminal.Terminal) (lines []string) {
	for _, line := range t.Wrap(verdict, 0) {
		lines = append(lines, t.Paint(level.Style(), line))
	}
	return lines
}

// Package standing lays out for a terminal what is known of the local stack: facts, the URLs of models, and what was measured of them.
package standing

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/terminal"
	"github.com/modelway/modelway/internal/traffic"
)

// Stack is what is known of the stack.
type Stack struct {
	// Facts come first.
	Facts []Fact
	// URLs are those of models by name; nil where the stack is not up.
	URLs map[string]string
	// Models are what was measured of models, and Alerts those that are on.
	Models []traffic.Model
	Alerts []traffic.Alert
	// Unmeasured says why there are no measurements or alerts.
	Unmeasured []Fact
}

// Text is the stack for a terminal, or for what is none.
func (s Stack) Text(in terminal.Terminal) string {
	text := Text(in, s.Facts...)
	if s.URLs != nil {
		text += URLs(in, s.URLs, nil)
	}
	text += Text(in, s.Unmeasured...)
	if len(s.Models) > 0 {
		text += "\n" + traffic.Table(in, s.Models)
	}
	if len(s.Alerts) > 0 {
		text += "\n" + traffic.AlertTable(in, s.Alerts)
	}
	return text
}

// Fact is something to know, in a few words.
type Fact struct {
	Name, Text string
	// Command says that the text is one to run: its lines go on as a shell has them do.
	Command bool
}

// nameWidth is that of the names of facts.
const nameWidth = 12

// Text is facts below each other. What is too wide goes on below.
func Text(in terminal.Terminal, facts ...Fact) string {
	var text strings.Builder
	for _, f := range facts {
		start := fmt.Sprintf("%-*s ", nameWidth, f.Name)
		lines, between := in.Wrap(f.Text, len(start)), "\n"+strings.Repeat(" ", len(start))
		if f.Command && len(lines) > 1 {
			lines, between = phrases(f.Text, in.Width-len(start)-len(onward)), onward
		}
		text.WriteString(start + strings.Join(lines, between) + "\n")
	}
	return text.String()
}

// onward is between the lines of a command.
const onward = " \\\n    "

// phrases are the words of a command in lines of a width. No word is broken: a shell would take it for two.
func phrases(command string, width int) (lines []string) {
	for i, word := range strings.Fields(command) {
		if last := len(lines) - 1; i > 0 && terminal.Wide(lines[last]+" "+word) <= width {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

// URLs are the models' URLs, each with what is to be known of the model. One that has no room beside its model goes below it.
func URLs(in terminal.Terminal, urls, notes map[string]string) string {
	names, width := slices.Sorted(maps.Keys(urls)), 0
	for _, name := range names {
		width = max(width, terminal.Wide(name))
	}
	var text strings.Builder
	text.WriteString("\n")
	for _, name := range names {
		told := urls[name]
		if note := notes[name]; note != "" {
			told += "  (" + note + ")"
		}
		line := fmt.Sprintf("  %-*s  %s", width, name, told)
		if in.Width > 0 && terminal.Wide(line) > in.Width {
			line = in.Fit("  "+name, 0) + "\n    " + strings.Join(in.Wrap(told, 4), "\n    ")
		}
		text.WriteString(line + "\n")
	}
	return text.String()
}

package sheet

import (
	"strings"

	"github.com/modelway/modelway/internal/terminal"
)

// Bullets are lines of a list for a terminal, or in Markdown for what is none. What is too wide goes on below.
func Bullets(in terminal.Terminal, lines []string) string {
	var text strings.Builder
	for _, line := range lines {
		text.WriteString("- " + strings.Join(in.Wrap(line, 2), "\n  ") + "\n")
	}
	return text.String()
}

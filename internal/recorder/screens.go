package recorder

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/modelway/modelway/internal/terminal"
)

// screenWidths are those of terminals that people have; 0 is no terminal.
var screenWidths = []int{0, 60, 80, 140, 200}

// Screens compares what is shown on terminals of several widths, and on none, with the goldens testdata/<name>.<width>.txt. No line may be
// wider than the terminal.
func Screens(t TB, name string, show func(terminal.Terminal) string) {
	t.Helper()
	environment := map[string]string{"LANG": "C.UTF-8", "NO_COLOR": "1"}
	for _, width := range screenWidths {
		as := terminal.Terminal{}
		if width > 0 {
			as = terminal.With(width, 40, func(name string) string { return environment[name] })
		}
		text := show(as)
		for line := range strings.Lines(text) {
			if wide := terminal.Wide(strings.TrimSuffix(line, "\n")); width > 0 && wide > width {
				t.Fatalf("%s has a line of %d columns on a terminal of %d: %q", name, wide, width, line)
			}
		}
		Golden(t, filepath.Join("testdata", fmt.Sprintf("%s.%d.txt", name, width)), []byte(text))
	}
}

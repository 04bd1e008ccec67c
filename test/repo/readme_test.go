package repo

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// inReadme are the targets of the Makefile that README.md shows; docs/commands.md has all of them.
var inReadme = []string{"up", "down", "status", "doctor", "preview", "report", "cost", "plan", "train", "chain", "test"}

var helped = regexp.MustCompile(`(?m)^([a-z-]+):.*## (.+)$`)

// TestReadmeShowsCommands compares README.md's table of commands with the help of the Makefile; with -update it writes the table.
func TestReadmeShowsCommands(t *testing.T) {
	help := map[string]string{}
	for _, found := range helped.FindAllStringSubmatch(read(t, "Makefile"), -1) {
		help[found[1]] = found[2]
	}
	var b strings.Builder
	b.WriteString("| command | what it does |\n|---|---|\n")
	for _, name := range inReadme {
		require.NotEmpty(t, help[name], "the Makefile has no help for `make %s`", name)
		fmt.Fprintf(&b, "| `make %s` | %s |\n", name, help[name])
	}
	requireTable(t, "README.md", "<!-- Generated from Makefile by `go test ./test/repo -update`. Do not edit. -->\n", strings.TrimRight(b.String(), "\n"))
}

// TestReadmeIsShort keeps README.md to what a newcomer reads in ten minutes.
func TestReadmeIsShort(t *testing.T) {
	require.LessOrEqual(t, strings.Count(read(t, "README.md"), "\n"), 180, "move something to docs/")
}

package repo

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestIndexHasEveryDocument requires each document below docs/ once in docs/README.md; with -update it writes the list of decisions.
func TestIndexHasEveryDocument(t *testing.T) {
	var decisions strings.Builder
	decisions.WriteString("| decision | document |\n|---|---|\n")
	var documents []string
	for _, file := range files(t) {
		if !strings.HasPrefix(file, "docs/") || path.Ext(file) != ".md" || file == "docs/README.md" || strings.HasSuffix(file, "0000-template.md") {
			continue
		}
		name := strings.TrimPrefix(file, "docs/")
		documents = append(documents, name)
		if !strings.HasPrefix(name, "adr/") {
			continue
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(read(t, file), "# "), "\n")
		number, title, _ := strings.Cut(title, ": ")
		fmt.Fprintf(&decisions, "| %s | [%s](%s) |\n", title, number, name)
	}
	require.NotEmpty(t, documents)
	requireTable(t, "docs/README.md", "<!-- Generated from docs/adr by `go test ./test/repo -update`. Do not edit. -->\n",
		strings.TrimRight(decisions.String(), "\n"))
	index := read(t, "docs/README.md")
	var faults []string
	for _, name := range documents {
		if n := strings.Count(index, "]("+name+")"); n != 1 {
			faults = append(faults, fmt.Sprintf("docs/README.md links to %s %d times, once is right", name, n))
		}
	}
	report(t, faults)
}

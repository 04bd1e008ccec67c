package repo

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the generated tables of the documents")

// tableEnd is the line behind every generated table.
const tableEnd = "<!-- End of the generated table. -->\n"

// requireTable compares the table of a document, between the begin line and tableEnd, with a generated one; with -update it writes
// the table.
func requireTable(t *testing.T, document, begin, table string) {
	t.Helper()
	text := read(t, document)
	before, rest, begun := strings.Cut(text, begin)
	_, after, ended := strings.Cut(rest, tableEnd)
	require.True(t, begun && ended, "%s lacks the comments that mark the generated table:\n%s%s", document, begin, tableEnd)
	want := before + begin + "\n" + table + "\n" + tableEnd + after
	if *update {
		require.NoError(t, os.WriteFile(filepath.Join(root, document), []byte(want), 0o644))
		return
	}
	wanted, have := strings.Split(want, "\n"), strings.Split(text, "\n")
	for i := range min(len(wanted), len(have)) {
		require.Equal(t, wanted[i], have[i], "%s:%d is out of date; run: go test ./test/repo -update", document, i+1)
	}
	require.Len(t, have, len(wanted), "%s is out of date; run: go test ./test/repo -update", document)
}

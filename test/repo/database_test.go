package repo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/database"
)

// TestDatabaseClassesAreCurrent writes the table of classes and their connections.
func TestDatabaseClassesAreCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| class | vCPU | memory | connections | connections of each pool |\n|---|---|---|---|---|\n")
	for _, c := range database.Classes {
		fmt.Fprintf(&b, "| `%s` | %d | %d GiB | %d | %d |\n", c.Name, c.VCPU, c.MemoryGiB, c.MaxConnections(), c.Pool())
	}
	requireTable(t, "docs/database.md", "<!-- Generated from internal/database by `go test ./test/repo -update`. Do not edit. -->\n", b.String())
}

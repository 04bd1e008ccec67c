package repo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/doctor"
)

// TestChecksOfTheDoctorAreCurrent compares the table of docs/doctor.md with the checks; with -update it writes it.
func TestChecksOfTheDoctorAreCurrent(t *testing.T) {
	table := strings.Builder{}
	table.WriteString("| check | what holds where all is well | what happens if nobody acts | what it reads |\n|---|---|---|---|\n")
	for _, c := range doctor.Checks() {
		var reads []string
		for _, need := range append(c.Needs, c.Uses...) {
			reads = append(reads, strings.TrimPrefix(string(need), "the "))
		}
		fmt.Fprintf(&table, "| `%s` | %s. | %s | %s |\n", c.Key, c.Title, c.Breaks, strings.Join(reads, ", "))
	}
	requireTable(t, "docs/doctor.md", generatedFrom("internal/doctor"), table.String())
}

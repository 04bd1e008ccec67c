package baseline

import (
	"fmt"
	"path"
	"strings"
)

// Exception takes findings as they are.
type Exception struct {
	// Check is the check of the findings, whole.
	Check string
	// Object is a pattern of path.Match for Finding.Object, such as Deployment models/*. A * stops at a slash.
	Object string
	// Reason is why the finding stays: one sentence.
	Reason string
}

func (e Exception) covers(f Finding) bool {
	fits, _ := path.Match(e.Object, f.Object)
	return fits && e.Check == f.Check
}

// Judge divides findings: those that no exception covers, and the exceptions that cover none.
func Judge(findings []Finding, exceptions []Exception) (faults []Finding, unused []Exception) {
	used := make([]bool, len(exceptions))
	for _, f := range findings {
		covered := false
		for i, e := range exceptions {
			if e.covers(f) {
				used[i], covered = true, true
			}
		}
		if !covered {
			faults = append(faults, f)
		}
	}
	for i, e := range exceptions {
		if !used[i] {
			unused = append(unused, e)
		}
	}
	return faults, unused
}

// String tells of an exception that covers nothing any more.
func (e Exception) String() string {
	return fmt.Sprintf("the exception from %s for %s covers nothing: remove it from local/baseline/exemptlist_test.go or the row in "+
		"internal/addons", e.Check, e.Object)
}

// Table is the exceptions as a table of Markdown.
func Table(exceptions []Exception) string {
	var b strings.Builder
	b.WriteString("| check | object | why it stays |\n|---|---|---|\n")
	for _, e := range exceptions {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", e.Check, e.Object, e.Reason)
	}
	return b.String()
}

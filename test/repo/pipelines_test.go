package repo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/pipelines"
)

// TestPartsOfPipelinesAreCurrent writes the table of what runs of Kubeflow Pipelines.
func TestPartsOfPipelinesAreCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| part | what it does | Deployment | CPU | memory |\n|---|---|---|---|---|\n")
	for _, part := range pipelines.Parts {
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s | %s |\n", part.Title, part.Why, part.Deployment, part.CPU, part.Memory)
	}
	requireTable(t, "docs/pipelines.md", "<!-- Generated from internal/pipelines by `go test ./test/repo -update`. Do not edit. -->\n", b.String())
}

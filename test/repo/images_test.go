package repo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/network"
)

// TestImagesAreCurrent compares docs/images.md with the pins; with -update it writes the table.
func TestImagesAreCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| image | its place below `images.mirror` | runs | on Kubernetes |\n|---|---|---|---|\n")
	for _, image := range addons.Images() {
		versions := "all"
		if image.KubernetesVersions != nil {
			versions = strings.Join(image.KubernetesVersions, ", ")
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", image, strings.TrimPrefix(addons.Mirror(image.String(), "/"), "//"), image.Runs, versions)
	}
	requireTable(t, "docs/images.md", "<!-- Generated from internal/addons by `go test ./test/repo -update`. Do not edit. -->\n", b.String())
}

// TestEndpointsAreCurrent compares the table of VPC endpoints in docs/network.md with the code; with -update it writes the table.
func TestEndpointsAreCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| service | sets | why |\n|---|---|---|\n")
	for _, service := range network.EndpointTable() {
		sets := []string{"`" + network.EndpointsPrivate + "`"}
		if service.Set != "" {
			sets = append(sets, "`"+service.Set+"`")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s ([source](%s)) |\n", service.Name, strings.Join(sets, ", "), service.Why, service.Source)
	}
	requireTable(t, "docs/network.md", "<!-- Generated from internal/network by `go test ./test/repo -update`. Do not edit. -->\n", b.String())
}

// TestHelmAddonsAreCurrent compares the table of Helm add-ons in docs/architecture.md with the rows; with -update it writes the table.
func TestHelmAddonsAreCurrent(t *testing.T) {
	requireTable(t, "docs/architecture.md", "<!-- Generated from internal/addons by `go test ./test/repo -update`. Do not edit. -->\n",
		addons.Table().Markdown())
}

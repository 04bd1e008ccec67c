package repo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/pricing"
)

// costs is what `modelway cost` says of a stack in JSON.
type costs struct {
	Bill struct {
		Date        string
		Least, Most json.Number
		Components  []struct {
			Name  string
			Least json.Number
		}
	}
}

// TestCostsAreCurrent compares the table and the example of docs/cost.md with what the command says; with -update it writes
// them.
func TestCostsAreCurrent(t *testing.T) {
	requireTable(t, "docs/cost.md", "<!-- Generated from cmd/modelway/testdata/cost-dev.golden.txt by `go test ./test/repo -update`. Do not edit. -->\n",
		"```text\n"+read(t, "cmd/modelway/testdata/cost-dev.golden.txt")+"```")

	stacks := []string{"dev", "prod"}
	amounts, totals := map[string][]string{}, make([]costs, len(stacks))
	for i, stack := range stacks {
		require.NoError(t, json.Unmarshal([]byte(read(t, "cmd/modelway/testdata/cost-"+stack+".golden.json")), &totals[i]))
		for _, component := range totals[i].Bill.Components {
			if amounts[component.Name] == nil {
				amounts[component.Name] = make([]string, len(stacks))
			}
			amounts[component.Name][i] = component.Least.String()
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| component | %s |\n|---|---|---|\n", strings.Join(stacks, " | "))
	for _, name := range slices.Sorted(maps.Keys(amounts)) {
		for i, amount := range amounts[name] {
			amounts[name][i] = cmp.Or(amount, "0.00")
		}
		fmt.Fprintf(&b, "| %s | %s |\n", name, strings.Join(amounts[name], " | "))
	}
	fmt.Fprintf(&b, "| **at least** | **%s** | **%s** |\n| at the largest number of nodes and replicas | %s | %s |\n",
		totals[0].Bill.Least, totals[1].Bill.Least, totals[0].Bill.Most, totals[1].Bill.Most)
	requireTable(t, "docs/cost.md", "<!-- Generated from cmd/modelway/testdata by `go test ./test/repo -update`. Do not edit. -->\n", b.String())
}

// TestRegionsWithPricesAreNamed compares the regions that docs/cost.md names, on however many lines, with those that have a table.
func TestRegionsWithPricesAreNamed(t *testing.T) {
	regions := pricing.Regions()
	require.NotEmpty(t, regions)
	require.Contains(t, strings.Join(strings.Fields(read(t, "docs/cost.md")), " "), "Regions with prices: `"+strings.Join(regions, "`, `")+"`, and no other.")
}

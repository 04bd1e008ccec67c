package repo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/capacity"
	"github.com/modelway/modelway/internal/config"
)

// monthlyPrice is what a load balancer costs a month of 730 hours in us-east-1, in US dollars, without its traffic and addresses
// (https://aws.amazon.com/elasticloadbalancing/pricing/).
const monthlyPrice = 0.0225 * 730

const loadBalancersPage = "docs/load-balancers.md"

// demandOf is what models take that say nothing of replicas: three at most, and one more during an update.
func demandOf(models int) capacity.Demand {
	return capacity.Demand{Rules: models, TargetGroups: models, Targets: 4 * models, LargestTargetGroup: 4}
}

// planOf plans models with hosts of their own on a new load balancer.
func planOf(models int) (capacity.Plan, error) {
	hosts := make([]capacity.Host, models)
	for i := range hosts {
		name := fmt.Sprintf("m%05d", i)
		hosts[i] = capacity.Host{Name: name + ".company.com", Pool: "public", Models: []string{name}, Demand: demandOf(1)}
	}
	return capacity.New(nil, []capacity.Pool{{Name: "public"}}, hosts, capacity.DefaultQuotas(), config.Defaults("dev", "").Quotas.Reserve)
}

// TestScaleIsCurrent compares the table of what many models take in docs/load-balancers.md with internal/capacity; with -update it writes
// the table.
func TestScaleIsCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| models, each on a host of its own | load balancers | USD a month | USD a month with one for each model | with the " +
		"default quotas |\n|---|---|---|---|---|\n")
	for _, models := range []int{100, 1_000, 3_000, 10_000} {
		plan, err := planOf(models)
		fits := "fits"
		if err != nil {
			var over []string
			quotas := capacity.DefaultQuotas()
			if n := len(plan.LoadBalancers); n > quotas.LoadBalancersPerRegion {
				over = append(over, fmt.Sprintf("%s load balancers, quota %s", thousands(n), thousands(quotas.LoadBalancersPerRegion)))
			}
			if models > quotas.TargetGroupsPerRegion {
				over = append(over, fmt.Sprintf("%s target groups, quota %s", thousands(models), thousands(quotas.TargetGroupsPerRegion)))
			}
			fits = "refused: " + strings.Join(over, "; ")
		}
		n := len(plan.LoadBalancers)
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s |\n", thousands(models), n, dollars(n), dollars(models), fits)
	}
	requireTable(t, loadBalancersPage, "<!-- Generated from internal/capacity by `go test ./test/repo -update`. Do not edit. -->\n",
		b.String())
}

func dollars(loadBalancers int) string {
	return thousands(int(monthlyPrice*float64(loadBalancers) + 0.5))
}

// thousands writes a number below a million with a comma.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// TestOverflowIsQuoted requires docs/load-balancers.md to show the message of a full load balancer as internal/capacity writes it.
func TestOverflowIsQuoted(t *testing.T) {
	host := capacity.Host{Name: "api.company.com", Pool: "public", Demand: demandOf(101)}
	for i := range 101 {
		host.Models = append(host.Models, fmt.Sprint(i))
	}
	_, err := capacity.New(nil, []capacity.Pool{{Name: "public"}}, []capacity.Host{host}, capacity.DefaultQuotas(), 0)
	require.Error(t, err)
	require.Contains(t, read(t, loadBalancersPage), "```\n"+err.Error()+"\n```\n")
}

package capacity

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Table shows the ALBs to people: one line each, with its hosts, its models and what it uses of its quotas, and a line for the region.
func (p Plan) Table() string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LOAD BALANCER\tHOSTS\tMODELS\tRULES\tTARGET GROUPS\tTARGETS")
	all := LoadBalancer{}
	for _, lb := range p.LoadBalancers {
		used := p.Quotas.ofLoadBalancer(lb.Used)
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%s\t%s\n", lb.Name, len(lb.Hosts), lb.Models(), used[0].cell(), used[1].cell(), used[2].cell())
		all.Hosts = append(all.Hosts, lb.Hosts...)
		all.Used = all.Used.Add(lb.Used)
	}
	region := p.region()
	fmt.Fprintf(table, "region: %s\t%d\t%d\t%d\t%s\t%d\n", region[0].cell(), len(all.Hosts), all.Models(), all.Used.Rules, region[1].cell(), all.Used.Targets)
	table.Flush()
	return text.String()
}

package capacity

import "github.com/modelway/modelway/internal/sheet"

// Table shows the ALBs to people: one line each, with its hosts, its models and what it uses of its quotas, and a line for the region.
func (p Plan) Table() string {
	table := sheet.Of("Load balancer", "Hosts", "Models", "Rules", "Target groups", "Targets")
	all := LoadBalancer{}
	for _, lb := range p.LoadBalancers {
		used := p.Quotas.ofLoadBalancer(lb.Used)
		table.Add(lb.Name, len(lb.Hosts), lb.Models(), used[0].cell(), used[1].cell(), used[2].cell())
		all.Hosts = append(all.Hosts, lb.Hosts...)
		all.Used = all.Used.Add(lb.Used)
	}
	region := p.region()
	table.Add("region: "+region[0].cell(), len(all.Hosts), all.Models(), all.Used.Rules, region[1].cell(), all.Used.Targets)
	return table.Text()
}

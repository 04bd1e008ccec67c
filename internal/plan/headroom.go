package plan

import (
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/network"
)

// Headroom is what the environment and its models use of what there is, each as a number and its limit: rules, target groups and targets of
// each load balancer, load balancers and target groups of the region, addresses in the fullest zone by the kind of subnets, Fargate
// profiles and node groups of the cluster, and what pods that must run ask of the nodes, at the smallest and the largest number of nodes.
// The subnets of an existing VPC are not among them: their sizes are not known before they are looked up.
func Headroom(cfg config.Config, p Plan, models []modelspec.Model) map[string]any {
	quotas := p.Capacity.Quotas
	balancers := map[string]any{}
	targetGroups := 0
	for _, b := range p.Balancers {
		targetGroups += b.Used.TargetGroups
		balancers[b.Name] = map[string]any{
			"rules":        use(b.Used.Rules, quotas.RulesPerLoadBalancer),
			"targetGroups": use(b.Used.TargetGroups, quotas.TargetGroupsPerLoadBalancer),
			"targets":      use(b.Used.Targets, quotas.TargetsPerLoadBalancer),
		}
	}
	all := map[string]any{
		"loadBalancers": balancers,
		"region": map[string]any{
			"loadBalancers": use(len(p.Balancers), quotas.LoadBalancersPerRegion),
			"targetGroups":  use(targetGroups, quotas.TargetGroupsPerRegion),
		},
		"fargateProfiles": use(len(cfg.Compute.FargateProfiles)+len(cfg.AddonProfiles()), compute.MaxFargateProfiles),
		"nodeGroups":      use(len(cfg.Compute.NodeGroups), compute.MaxNodeGroups),
	}
	if !cfg.Network.Existing.Given() {
		addresses := map[string]any{}
		if plan, err := network.NewPlan(cfg.Network.Cidr, cfg.Network.PodCidr, cfg.Network.AvailabilityZones); err == nil {
			for kind, taken := range network.Uses(plan.Subnets(), Demand(cfg, p, models)) {
				addresses[kind] = use(taken.Taken, taken.Held)
			}
		}
		all["addresses"] = addresses
	}
	if nodes := nodeUse(cfg, models); nodes != nil {
		all["nodes"] = nodes
	}
	return all
}

func use(used, quota int) map[string]any { return map[string]any{"used": used, "quota": quota} }

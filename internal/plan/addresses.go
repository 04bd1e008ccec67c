package plan

import (
	"fmt"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/serving"
)

// Addresses that AWS takes or asks for, per zone.
const (
	// controlPlaneAddresses is what EKS needs free in each subnet of the control plane to create and update it
	// (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
	controlPlaneAddresses = 6
	// loadBalancerAddresses is what an Application Load Balancer needs free in each of its subnets
	// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html).
	loadBalancerAddresses = 8
	// prefixAddresses is what a node takes at a time for its pods, a /28, of which the network plugin keeps one spare
	// (https://docs.aws.amazon.com/eks/latest/best-practices/prefix-mode-linux.html).
	prefixAddresses = 16
	// databaseAddresses is what RDS takes and wants to spare in each subnet of a database, for a standby and for recovery
	// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html).
	databaseAddresses = 2
)

// systemReplicas is the number of pods of each of the cluster's own services, with one more while they are replaced.
const systemReplicas = 3

// checkAddresses refuses a new VPC whose subnets are too small for the largest number of nodes and replicas that the environment
// and its models may have. The subnets of an existing VPC are checked once they have been looked up.
func checkAddresses(cfg config.Config, p Plan, models []modelspec.Model) error {
	if cfg.Network.Existing.Given() {
		return nil
	}
	plan, err := network.NewPlan(cfg.Network.Cidr, cfg.Network.PodCidr, cfg.Network.AvailabilityZones)
	if err != nil {
		return err
	}
	if err := network.CheckAddresses(plan.Subnets(), Demand(cfg, p, models)); err != nil {
		return fmt.Errorf("modelway:network.cidr is %s, modelway:network.podCidr %q: %w", cfg.Network.Cidr, cfg.Network.PodCidr, err)
	}
	return nil
}

// Demand is what takes addresses at its largest.
func Demand(cfg config.Config, p Plan, models []modelspec.Model) []network.Demand {
	zones := cfg.Network.AvailabilityZones
	if existing := cfg.Network.Existing; existing.Given() {
		zones = len(existing.PrivateSubnetIds)
	}
	pods := network.Private
	if cfg.Network.PodCidr != "" {
		pods = network.Pod
	}
	all := []network.Demand{perZone("the control plane", network.Private, controlPlaneAddresses, zones)}
	all = append(all, loadBalancerDemand(cfg, p, zones)...)
	if services, err := Endpoints(cfg); err == nil && len(services) > 0 {
		all = append(all, perZone("interface endpoints", network.Private, len(services), zones))
	}
	if cfg.Database.Enabled {
		all = append(all, perZone("the database", network.Private, databaseAddresses, zones))
	}
	all = append(all, nodeDemand(cfg, pods)...)
	return append(all, podDemand(cfg, models, pods)...)
}

func perZone(what, subnets string, addresses, zones int) network.Demand {
	return network.Demand{
		What: what, Subnets: subnets, Addresses: addresses * zones, Arithmetic: fmt.Sprintf("%d in each of %d zones", addresses, zones),
	}
}

func loadBalancerDemand(cfg config.Config, p Plan, zones int) []network.Demand {
	public, internal := 0, 0
	for _, lb := range p.Balancers {
		if lb.Settings.Scheme == serving.SchemeInternal {
			internal++
		} else {
			public++
		}
	}
	var all []network.Demand
	if public > 0 {
		all = append(all, perZone("internet-facing load balancers", network.Public, public*loadBalancerAddresses, zones))
	}
	if internal > 0 {
		all = append(all, perZone("internal load balancers", network.Private, internal*loadBalancerAddresses, zones))
	}
	if cfg.Network.NatGateways != network.NatNone && !cfg.Network.Existing.Given() {
		all = append(all, perZone("NAT gateways", network.Public, 1, zones))
	}
	return all
}

// nodeDemand is an address per node, and two prefixes: the one that its first pods share, and the spare one.
func nodeDemand(cfg config.Config, pods string) []network.Demand {
	var all []network.Demand
	for _, group := range cfg.Compute.NodeGroups {
		what := "nodes of group " + group.Name
		if pods == network.Private {
			each := 1 + 2*prefixAddresses
			all = append(all, network.Demand{What: what, Subnets: pods, Addresses: group.MaxSize * each,
				Arithmetic: fmt.Sprintf("%d nodes of 1 address and two prefixes of %d", group.MaxSize, prefixAddresses)})
			continue
		}
		all = append(all,
			network.Demand{What: what, Subnets: network.Private, Addresses: group.MaxSize, Arithmetic: fmt.Sprintf("%d nodes", group.MaxSize)},
			network.Demand{What: what, Subnets: pods, Addresses: group.MaxSize * (1 + 2*prefixAddresses),
				Arithmetic: fmt.Sprintf("%d nodes of 1 interface and two prefixes of %d", group.MaxSize, prefixAddresses)})
	}
	return all
}

// podDemand is an address per pod on Fargate, and prefixes for the pods on nodes. A rolling update starts one more replica before it
// ends an old one.
func podDemand(cfg config.Config, models []modelspec.Model, subnets string) []network.Demand {
	fargate, nodes := 0, 0
	for _, m := range models {
		most := serving.Demand(m).Targets
		if m.Compute == modelspec.ComputeFargate {
			fargate += most
		} else {
			nodes += most
		}
	}
	services := len(addons.Workloads(cfg.Facts()))
	all := []network.Demand{{What: "the cluster's own services", Subnets: subnets, Addresses: services * systemReplicas,
		Arithmetic: fmt.Sprintf("%d services of %d pods", services, systemReplicas)}}
	if fargate > 0 {
		all = append(all, network.Demand{What: "models on Fargate", Subnets: subnets, Addresses: fargate,
			Arithmetic: fmt.Sprintf("%d pods: the largest number of replicas of each, and one more during an update", fargate)})
	}
	if nodes > 0 {
		prefixes := (nodes + prefixAddresses - 1) / prefixAddresses
		all = append(all, network.Demand{What: "models on nodes", Subnets: subnets, Addresses: prefixes * prefixAddresses,
			Arithmetic: fmt.Sprintf("%d pods (the largest number of replicas of each, and one more during an update) in prefixes of %d", nodes,
				prefixAddresses)})
	}
	return all
}

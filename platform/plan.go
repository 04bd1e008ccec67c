package platform

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/capacity"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/lifecycle"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// plan is what is decided about serving before anything is registered: which Application Load Balancers there are, and which
// hosts and models are behind each.
type plan struct {
	balancers []balancer
	capacity  capacity.Plan
}

// balancer is one Application Load Balancer.
type balancer struct {
	capacity.LoadBalancer
	// key of its settings under modelway:loadBalancers.
	key      string
	settings config.LoadBalancer
	// doors are the models behind it, by host and then by name.
	doors []door
}

// door is a host on which a model answers.
type door struct {
	model    modelspec.Model
	entrance modelspec.Entrance
}

// of gives the name of the load balancer that has a model's entrance.
func (p plan) of(m modelspec.Model, e modelspec.Entrance) string {
	return p.capacity.Of(poolOf(m), e.Host)
}

// idleTimeout is long enough for the slowest of its models, in seconds.
func (b balancer) idleTimeout() int {
	contracts := make([]lifecycle.Contract, len(b.doors))
	for i, d := range b.doors {
		contracts[i] = d.model.Lifecycle()
	}
	return lifecycle.IdleTimeout(contracts...)
}

// newPlan spreads the hosts of models over load balancers. The models fit the environment one by one and claim no host of another.
func newPlan(cfg config.Config, models []modelspec.Model, previous Previous) (plan, error) {
	pools, keys := loadBalancerPools(cfg, models)
	doors := map[string]map[string][]door{} // by pool and host
	for _, m := range models {
		pool := poolOf(m)
		for _, entrance := range m.Entrances(cfg.LoadBalancers[m.Route.LoadBalancer].Domain) {
			if doors[pool] == nil {
				doors[pool] = map[string][]door{}
			}
			doors[pool][entrance.Host] = append(doors[pool][entrance.Host], door{m, entrance})
		}
	}
	var hosts []capacity.Host
	for pool, byHost := range doors {
		for host, behind := range byHost {
			hosts = append(hosts, demandOf(host, pool, behind, cfg.LoadBalancers[keys[pool]]))
		}
	}
	placed, err := capacity.New(previous.placement(), pools, hosts, quotas(cfg.Quotas), cfg.Quotas.Reserve)
	p := plan{capacity: placed}
	for _, lb := range placed.LoadBalancers {
		key := keys[lb.Pool.Name]
		b := balancer{LoadBalancer: lb, key: key, settings: cfg.LoadBalancers[key]}
		for _, host := range lb.Hosts {
			b.doors = append(b.doors, doors[lb.Pool.Name][host.Name]...)
		}
		slices.SortFunc(b.doors, func(x, y door) int {
			return cmp.Or(cmp.Compare(x.entrance.Host, y.entrance.Host), cmp.Compare(x.model.Name, y.model.Name))
		})
		p.balancers = append(p.balancers, b)
	}
	return p, err
}

// poolOf is the name of the pool of load balancers that a model belongs to: that of the environment's load balancer, or one of its own.
func poolOf(m modelspec.Model) string {
	if m.Route.Exposure == modelspec.ExposureDedicated {
		return config.DedicatedPrefix + m.Name
	}
	return m.Route.LoadBalancer
}

// loadBalancerPools are those of the environment and of models with a load balancer of their own, and the key of the settings of each.
func loadBalancerPools(cfg config.Config, models []modelspec.Model) ([]capacity.Pool, map[string]string) {
	keys := map[string]string{}
	var pools []capacity.Pool
	add := func(name, key string, single bool) {
		lb := cfg.LoadBalancers[key]
		keys[name] = key
		pools = append(pools, capacity.Pool{
			Name: name, Certificates: max(0, len(lb.CertificateArns)-1), Single: single, ReleaseEmpty: lb.ReleaseEmpty,
		})
	}
	for _, key := range slices.Sorted(maps.Keys(cfg.LoadBalancers)) {
		add(key, key, false)
	}
	for _, m := range models {
		if m.Route.Exposure == modelspec.ExposureDedicated {
			add(poolOf(m), m.Route.LoadBalancer, true)
		}
	}
	return pools, keys
}

// demandOf adds up what the models at a host take of its load balancer.
func demandOf(name, pool string, behind []door, lb config.LoadBalancer) capacity.Host {
	host := capacity.Host{Name: name, Pool: pool}
	for _, d := range behind {
		demand := serving.Demand(d.model)
		demand.Rules *= ruled(lb)
		host.Demand = host.Demand.Add(demand)
		host.Models = append(host.Models, d.model.Name)
	}
	return host
}

// ruled is the number of listeners that have rules: beside an HTTPS listener, those for HTTP only redirect to it.
func ruled(lb config.LoadBalancer) int {
	secure := 0
	for _, listener := range lb.Listeners {
		if listener.Protocol == config.ProtocolHTTPS {
			secure++
		}
	}
	if secure > 0 {
		return secure
	}
	return len(lb.Listeners)
}

func quotas(cfg config.Quotas) capacity.Quotas {
	q := capacity.DefaultQuotas()
	q.RulesPerLoadBalancer, q.TargetsPerLoadBalancer, q.TargetsPerTargetGroup = cfg.Rules, cfg.Targets, cfg.TargetsPerTargetGroup
	q.CertificatesPerLoadBalancer, q.LoadBalancersPerRegion, q.TargetGroupsPerRegion = cfg.Certificates, cfg.LoadBalancersPerRegion, cfg.TargetGroupsPerRegion
	return q
}

// warnings tell where there is little room left, and which hosts move because their models ask for another load balancer.
func (p plan) warnings(previous Previous) []string {
	texts := p.capacity.Warnings()
	was, is := previous.placement(), p.capacity.Placement()
	for _, from := range slices.Sorted(maps.Keys(was)) {
		for _, host := range was[from] {
			for _, to := range slices.Sorted(maps.Keys(is)) {
				// A host may be on several load balancers, in different networks.
				if !slices.Contains(is[from], host) && slices.Contains(is[to], host) && !slices.Contains(was[to], host) {
					texts = append(texts, fmt.Sprintf("host %s moves from load balancer %s to %s, as its models ask: clients find it once its DNS record has changed and expired", host, from, to))
				}
			}
		}
	}
	return texts
}

// summary is the output of the load balancers.
func (p plan) summary() map[string]any {
	all := map[string]any{}
	for _, b := range p.balancers {
		hosts := make([]any, 0, len(b.Hosts))
		for _, host := range b.Hosts {
			hosts = append(hosts, host.Name)
		}
		all[b.Name] = map[string]any{
			"loadBalancer": b.key, "scheme": b.settings.Scheme, "hosts": hosts, "models": b.Models(),
			"rules": b.Used.Rules, "targetGroups": b.Used.TargetGroups, "targets": b.Used.Targets,
		}
	}
	return all
}

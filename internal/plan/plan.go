package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/capacity"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/lifecycle"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// Plan is what is decided about serving before anything is registered: which Application Load Balancers there are, and which
// hosts and models are behind each.
type Plan struct {
	Balancers []Balancer
	Capacity  capacity.Plan
}

// Balancer is one Application Load Balancer.
type Balancer struct {
	capacity.LoadBalancer
	// Key of its settings under modelway:loadBalancers.
	Key      string
	Settings config.LoadBalancer
	// Tools are the pages of add-ons behind it, by host.
	Tools []Tool
	// routes are the models behind it, by host and then by name.
	routes []route
}

// route is a host on which a model answers.
type route struct {
	model    modelspec.Model
	entrance modelspec.Entrance
}

// Of gives the name of the load balancer that has a model's entrance.
func (p Plan) Of(m modelspec.Model, e modelspec.Entrance) string {
	return p.Capacity.Of(poolOf(m), e.Host)
}

// IdleTimeout is long enough for the slowest of its models, in seconds.
func (b Balancer) IdleTimeout() int {
	contracts := make([]lifecycle.Contract, len(b.routes))
	for i, d := range b.routes {
		contracts[i] = d.model.Lifecycle()
	}
	return lifecycle.IdleTimeout(contracts...)
}

// New spreads the hosts of models over load balancers. The models fit the environment one by one and claim no host of another.
func New(cfg config.Config, models []modelspec.Model, previous Previous) (Plan, error) {
	pools, keys := loadBalancerPools(cfg, models)
	routes := map[string]map[string][]route{} // by pool and host
	for _, m := range models {
		pool := poolOf(m)
		for _, entrance := range m.Entrances(cfg.LoadBalancers[m.Route.LoadBalancer].Domain) {
			if routes[pool] == nil {
				routes[pool] = map[string][]route{}
			}
			routes[pool][entrance.Host] = append(routes[pool][entrance.Host], route{m, entrance})
		}
	}
	pages := toolsOf(cfg)
	hosts := pages.hosts(cfg.LoadBalancers[pages.key])
	for pool, byHost := range routes {
		for host, behind := range byHost {
			hosts = append(hosts, demandOf(host, pool, behind, cfg.LoadBalancers[keys[pool]]))
		}
	}
	placed, err := capacity.New(previous.placement(), pools, hosts, quotas(cfg.Quotas), cfg.Quotas.Reserve)
	p := Plan{Capacity: placed}
	for _, lb := range placed.LoadBalancers {
		key := keys[lb.Pool.Name]
		b := Balancer{LoadBalancer: lb, Key: key, Settings: cfg.LoadBalancers[key]}
		for _, host := range lb.Hosts {
			b.routes = append(b.routes, routes[lb.Pool.Name][host.Name]...)
		}
		slices.SortFunc(b.routes, func(x, y route) int {
			return cmp.Or(cmp.Compare(x.entrance.Host, y.entrance.Host), cmp.Compare(x.model.Name, y.model.Name))
		})
		b.Tools = pages.behind(b)
		p.Balancers = append(p.Balancers, b)
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
func demandOf(name, pool string, behind []route, lb config.LoadBalancer) capacity.Host {
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
		if listener.Protocol == alb.HTTPS {
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
	q.CertificatesPerLoadBalancer, q.LoadBalancersPerRegion, q.TargetGroupsPerRegion = cfg.Certificates, cfg.LoadBalancersPerRegion,
		cfg.TargetGroupsPerRegion
	return q
}

// Warnings tell where there is little room left, and which hosts move because their models ask for another load balancer.
func (p Plan) Warnings(previous Previous) []string {
	texts := p.Capacity.Warnings()
	was, is := previous.placement(), p.Capacity.Placement()
	for _, from := range slices.Sorted(maps.Keys(was)) {
		for _, host := range was[from] {
			for _, to := range slices.Sorted(maps.Keys(is)) {
				// A host may be on several load balancers, in different networks.
				if !slices.Contains(is[from], host) && slices.Contains(is[to], host) && !slices.Contains(was[to], host) {
					texts = append(texts, fmt.Sprintf("host %s moves from load balancer %s to %s, as its models ask: clients find it once its DNS "+
						"record has changed and expired", host, from, to))
				}
			}
		}
	}
	return texts
}

// Summary is the output of the load balancers.
func (p Plan) Summary() map[string]any {
	all := map[string]any{}
	for _, b := range p.Balancers {
		hosts := make([]any, 0, len(b.Hosts))
		for _, host := range b.Hosts {
			hosts = append(hosts, host.Name)
		}
		all[b.Name] = map[string]any{
			"loadBalancer": b.Key, "scheme": b.Settings.Scheme, "hosts": hosts, "models": b.Models(),
			"rules": b.Used.Rules, "targetGroups": b.Used.TargetGroups, "targets": b.Used.Targets,
		}
	}
	return all
}

// Hosts are the names that lead to a load balancer, sorted. The shared host leads to the first one of its pool while it has no models,
// which answers that there are none.
func (p Plan) Hosts(b Balancer) []string {
	var all []string
	for _, host := range b.Hosts {
		all = append(all, host.Name)
	}
	shared := modelspec.SharedSubdomain + "." + b.Settings.Domain
	if b.Settings.Serves == serving.ServesModels && b.Number == 1 && b.Pool.Name == b.Key && p.Capacity.Of(b.Key, shared) == "" {
		all = append(all, shared)
	}
	slices.Sort(all)
	return all
}

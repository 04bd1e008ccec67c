package plan

import (
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/capacity"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// Tool is a page of an add-on at a host behind the load balancer of tools.
type Tool struct {
	addons.Tool
	// Host is its whole DNS name.
	Host string
}

// tools are the pages of add-ons behind the load balancer of tools.
type tools struct {
	// key of the load balancer's settings; "" where the environment has none.
	key string
	all []Tool
}

// toolsOf lists those of an environment.
func toolsOf(cfg config.Config) tools {
	keys := cfg.Serving(serving.ServesTools)
	if len(keys) == 0 {
		return tools{}
	}
	t := tools{key: keys[0]}
	for _, tool := range addons.Tools(cfg.Facts()) {
		t.all = append(t.all, Tool{tool, tool.Page.Host + "." + cfg.LoadBalancers[t.key].Domain})
	}
	return t
}

// hosts are what the tools take of their load balancer.
func (t tools) hosts(lb config.LoadBalancer) []capacity.Host {
	var hosts []capacity.Host
	for _, tool := range t.all {
		demand := serving.PageDemand(tool.Tool)
		demand.Rules *= ruled(lb)
		hosts = append(hosts, capacity.Host{Name: tool.Host, Pool: t.key, Demand: demand})
	}
	return hosts
}

// behind are the tools whose hosts a load balancer serves.
func (t tools) behind(b Balancer) []Tool {
	if b.Key != t.key {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.all), func(tool Tool) bool {
		return !slices.ContainsFunc(b.Hosts, func(host capacity.Host) bool { return host.Name == tool.Host })
	})
}

// Ingress is that of a tool of the load balancer.
func (b Balancer) Ingress(tool Tool) alb.Ingress {
	return serving.PageIngress(tool.Tool, serving.PageRouting{
		Host: tool.Host, ClassName: ClassName(b.Name), ListenPorts: alb.ListenPorts(b.Settings.Listeners), Login: b.Settings.Login,
	})
}

// Namespaces are those whose Ingresses may join the load balancer: that of the models, or those of the tools.
func (b Balancer) Namespaces(cfg config.Config) []string {
	if b.Settings.Serves == serving.ServesModels {
		return []string{cfg.Models.Namespace}
	}
	var all []string
	for _, tool := range b.Tools {
		all = append(all, tool.Namespace)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// check refuses a model at the host of a tool, where both names are in one hosted zone.
func (t tools) check(cfg config.Config, m modelspec.Model) error {
	if t.key == "" || cfg.LoadBalancers[t.key].HostedZoneId != cfg.LoadBalancers[m.Route.LoadBalancer].HostedZoneId {
		return nil
	}
	for _, entrance := range m.Entrances(cfg.LoadBalancers[m.Route.LoadBalancer].Domain) {
		for _, tool := range t.all {
			if tool.Host == entrance.Host {
				return fmt.Errorf("model %s: route asks for host %s, where %s is, of load balancer %s; set another route.subdomain, or remove it "+
					"to use the shared host", m.Name, entrance.Host, tool.Page.Host, t.key)
			}
		}
	}
	return nil
}

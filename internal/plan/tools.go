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

// tools lists the pages of add-ons behind the load balancer of tools, and its key; none where the environment has no such load balancer.
func tools(cfg config.Config) (key string, all []Tool) {
	keys := cfg.Serving(serving.ServesTools)
	if len(keys) == 0 {
		return "", nil
	}
	for _, tool := range addons.Tools(cfg.Facts()) {
		all = append(all, Tool{tool, tool.Page.Host + "." + cfg.LoadBalancers[keys[0]].Domain})
	}
	return keys[0], all
}

// toolHosts are what the tools take of their load balancer.
func toolHosts(cfg config.Config) []capacity.Host {
	var hosts []capacity.Host
	key, all := tools(cfg)
	for _, tool := range all {
		demand := serving.PageDemand(tool.Tool)
		demand.Rules *= ruled(cfg.LoadBalancers[key])
		hosts = append(hosts, capacity.Host{Name: tool.Host, Pool: key, Demand: demand})
	}
	return hosts
}

// withTools gives a load balancer the tools whose hosts it serves.
func (b Balancer) withTools(cfg config.Config) Balancer {
	key, all := tools(cfg)
	for _, host := range b.Hosts {
		for _, tool := range all {
			if b.Key == key && tool.Host == host.Name {
				b.Tools = append(b.Tools, tool)
			}
		}
	}
	return b
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

// checkToolHosts refuses a model at the host of a tool, where both names are in one hosted zone.
func checkToolHosts(cfg config.Config, m modelspec.Model) error {
	key, all := tools(cfg)
	if key == "" || cfg.LoadBalancers[key].HostedZoneId != cfg.LoadBalancers[m.Route.LoadBalancer].HostedZoneId {
		return nil
	}
	for _, entrance := range m.Entrances(cfg.LoadBalancers[m.Route.LoadBalancer].Domain) {
		for _, tool := range all {
			if tool.Host == entrance.Host {
				return fmt.Errorf("model %s: route asks for host %s, where %s is, of load balancer %s; set another route.subdomain, or remove it "+
					"to use the shared host", m.Name, entrance.Host, tool.Page.Host, key)
			}
		}
	}
	return nil
}

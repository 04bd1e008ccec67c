package envmap

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/room"
)

// balancers are those of the plan, with what their components say.
func balancers(set resource.Set, p room.Plan) []LoadBalancer {
	all := []LoadBalancer{}
	for _, b := range p.LoadBalancers {
		lb := LoadBalancer{Balancer: b, Class: plan.ClassName(b.Name), Listeners: []string{}}
		for _, r := range set.OfType("modelway:ingress:LoadBalancer") {
			if r.At("name").Text() == lb.Class {
				lb.Listeners, lb.Firewall = listeners(r.At("listenPorts").Text()), r.At("webAclArn").Given()
			}
		}
		all = append(all, lb)
	}
	return all
}

// listeners reads the annotation listen-ports, such as [{"HTTPS":443}].
func listeners(text string) []string {
	var ports []map[string]int
	all := []string{}
	if json.Unmarshal([]byte(text), &ports) != nil {
		return all // the controller refuses it, and the preflight before it
	}
	for _, port := range ports {
		for _, protocol := range slices.Sorted(maps.Keys(port)) {
			all = append(all, fmt.Sprintf("%s:%d", protocol, port[protocol]))
		}
	}
	return all
}

// pages are the hosts of load balancers on which no model answers.
func pages(m Map) []Page {
	answered := map[string]bool{}
	for _, model := range m.Models {
		for _, host := range model.Hosts {
			answered[host] = true
		}
	}
	all := []Page{}
	for _, b := range m.LoadBalancers {
		scheme := "http"
		if slices.ContainsFunc(b.Listeners, func(l string) bool { return strings.HasPrefix(l, "HTTPS:") }) {
			scheme = "https"
		}
		for _, host := range b.Hosts {
			if !answered[host] {
				all = append(all, Page{URL: scheme + "://" + host, LoadBalancer: b.Name})
			}
		}
	}
	return all
}

// computes are the Fargate profiles and node groups, with the number of models that may run on each.
func computes(set resource.Set, models []Model) []Compute {
	count := map[string]int{}
	for _, m := range models {
		count[m.Compute]++
	}
	all := []Compute{}
	for _, r := range set.OfType("modelway:compute:Compute") {
		for _, p := range r.At("fargateProfiles").List() {
			c := Compute{Name: p.At("name").Text(), Kind: KindFargate, Instances: []string{}, Selectors: []string{}}
			for _, s := range p.At("selectors").List() {
				c.Selectors = append(c.Selectors, selector(s))
				if s.At("labels", labels.Compute).Text() == modelspec.ComputeFargate {
					c.Models = count[modelspec.ComputeFargate]
				}
			}
			all = append(all, c)
		}
		for _, g := range r.At("nodeGroups").List() {
			group := compute.NodeGroup{AmiType: g.At("amiType").Text()}
			c := Compute{
				Name: g.At("name").Text(), Kind: KindNodes, Instances: append([]string{}, g.At("instanceTypes").Texts()...),
				Spot: g.At("capacityType").Text() == compute.Spot, GPU: group.HasGPUs(), Selectors: []string{},
				Least: int(g.At("minSize").Number()), Most: int(g.At("maxSize").Number()), Models: count[modelspec.ComputeNodes],
			}
			if c.GPU {
				c.Models = count[modelspec.ComputeGPU]
			}
			all = append(all, c)
		}
	}
	return all
}

// selector is such as models*, modelway.dev/compute=fargate.
func selector(s resource.Value) string {
	parts := []string{s.At("namespace").Text()}
	for _, key := range slices.Sorted(maps.Keys(s.At("labels").Map())) {
		parts = append(parts, key+"="+s.At("labels", key).Text())
	}
	return strings.Join(parts, ", ")
}

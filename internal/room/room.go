// Package room tells where the models of a stack go and how much is left of what they use: it reads what the program has decided, the
// inputs of the platform and the stack's outputs.
package room

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/fargate"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/resource"
)

// Plan is where the models of a stack go, and what is left.
type Plan struct {
	Stack         string     `json:"stack"`
	LoadBalancers []Balancer `json:"loadBalancers"`
	Room          []Room     `json:"room"`
	Fargate       []Size     `json:"fargate"`
	Warnings      []string   `json:"warnings"`
	Assumptions   []string   `json:"assumptions"`
}

// Balancer is a load balancer and what it carries.
type Balancer struct {
	Name         string   `json:"name"`
	Scheme       string   `json:"scheme"`
	Hosts        []string `json:"hosts"`
	Models       int      `json:"models"`
	Rules        Use      `json:"rules"`
	TargetGroups Use      `json:"targetGroups"`
	Targets      Use      `json:"targets"`
}

// Use is how much of a quota is used.
type Use struct {
	Used  int `json:"used"`
	Quota int `json:"quota"`
}

// String is such as "3 of 100"; "" where nothing is known.
func (u Use) String() string {
	if u.Quota == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", u.Used, u.Quota)
}

// Room is how much is used of something that all models share.
type Room struct {
	What string `json:"what"`
	Use
}

// Size is what the pods of a model ask for and get on Fargate.
type Size struct {
	Model  string `json:"model"`
	Least  int    `json:"least"`
	Most   int    `json:"most"`
	CPU    string `json:"cpu"`
	Memory string `json:"memory"`
	Size   string `json:"size"`
	Unused string `json:"unused"`
}

// Of reads the plan of a stack from its resources and outputs.
func Of(stack string, set resource.Set, out map[string]any) Plan {
	platform, _ := set.Platform()
	capacity := platform.At("capacity")
	return Plan{Stack: stack, LoadBalancers: balancers(out, capacity.At("loadBalancers")), Room: rooms(capacity), Fargate: sizes(set)}
}

// balancers are those of the stack's output, with the quotas that the platform gives as an input.
func balancers(out map[string]any, capacity resource.Value) []Balancer {
	all := []Balancer{}
	summaries, _ := out[outputs.LoadBalancers].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(summaries)) {
		summary := resource.Of(summaries[name])
		all = append(all, Balancer{
			Name: name, Scheme: summary.At("scheme").Text(), Hosts: append([]string{}, summary.At("hosts").Texts()...),
			Models: int(summary.At("models").Number()),
			Rules:  useOf(capacity.At(name, "rules")), TargetGroups: useOf(capacity.At(name, "targetGroups")),
			Targets: useOf(capacity.At(name, "targets")),
		})
	}
	return all
}

func useOf(v resource.Value) Use {
	return Use{Used: int(v.At("used").Number()), Quota: int(v.At("quota").Number())}
}

// rooms are what is used of everything but the load balancers, each of which has a row of its own.
func rooms(capacity resource.Value) []Room {
	all := []Room{}
	for _, kind := range []struct {
		key, what string
	}{{"fargateProfiles", "Fargate profiles of the cluster"}, {"nodeGroups", "node groups of the cluster"}} {
		if v := capacity.At(kind.key); v.Given() {
			all = append(all, Room{kind.what, useOf(v)})
		}
	}
	for _, kind := range []struct {
		key, what string
	}{{"loadBalancers", "load balancers of the region"}, {"targetGroups", "target groups of the region"}} {
		if v := capacity.At("region", kind.key); v.Given() {
			all = append(all, Room{kind.what, useOf(v)})
		}
	}
	all = append(all, nodeRooms(capacity.At("nodes"))...)
	addresses := capacity.At("addresses").Map()
	for _, kind := range slices.Sorted(maps.Keys(addresses)) {
		all = append(all, Room{"addresses of the fullest " + kind + " subnet", useOf(addresses[kind])})
	}
	return all
}

// nodeRooms are what pods that must run ask of the nodes: where it is more than they have at their minSize, the Cluster Autoscaler adds
// some.
func nodeRooms(nodes resource.Value) (all []Room) {
	for _, number := range []struct{ key, at string }{{"least", "minSize"}, {"most", "maxSize"}} {
		for _, kind := range []struct{ key, what string }{
			{"cpuMillis", "CPU of nodes at their " + number.at + ", in thousandths"},
			{"memoryMiB", "memory of nodes at their " + number.at + ", in MiB"},
		} {
			if v := nodes.At(number.key, kind.key); v.Given() {
				all = append(all, Room{kind.what, useOf(v)})
			}
		}
	}
	return all
}

// sizes are those of the models whose pods run on Fargate, by name.
func sizes(set resource.Set) []Size {
	all := []Size{}
	for _, m := range set.OfType(resource.ModelType) {
		if m.At("compute").Text() != modelspec.ComputeFargate {
			continue
		}
		s := Size{
			Model: m.At("name").Text(), Least: int(m.At("minReplicas").Number()), Most: int(m.At("maxReplicas").Number()),
			CPU: m.At("cpu").Text(), Memory: m.At("memory").Text(),
		}
		// The program has refused a model whose requests are no quantities.
		cpu, _ := modelspec.ParseCPU(s.CPU)
		memory, _ := modelspec.ParseMemory(s.Memory)
		if fitted, err := fargate.Fit(cpu, memory); err == nil {
			s.Size, s.Unused = fitted.String(), fitted.SamePrice()
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Size) int { return strings.Compare(a.Model, b.Model) })
	return all
}

package envmap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
)

// Model is a model that the environment serves.
type Model struct {
	Name string `json:"name"`
	// Owner is the team that answers for it.
	Owner string `json:"owner"`
	// URL takes predictions.
	URL string `json:"url"`
	// LoadBalancer that its URL leads to; empty for one that only pods of the cluster reach.
	LoadBalancer string `json:"loadBalancer"`
	// Hosts on which it answers.
	Hosts []string `json:"hosts"`
	// Stable is the version that all requests get but those of the canary.
	Stable Served `json:"stable"`
	// Canary is the version beside it; null where there is none.
	Canary *Served `json:"canary"`
	// Weight is the percentage of requests that the canary gets.
	Weight int `json:"weight"`
	// Compute is fargate, nodes or gpu.
	Compute string `json:"compute"`
	// Least and Most are the numbers of replicas of the stable version.
	Least int `json:"least"`
	Most  int `json:"most"`
	// CPU and Memory of a replica, and GPUs.
	CPU    string `json:"cpu"`
	Memory string `json:"memory"`
	GPUs   int    `json:"gpus"`
	// Metric that the number of replicas follows, with its target.
	Scaling string `json:"scaling"`
	// Objective over 30 days, in words; empty where the model has none.
	Objective string `json:"objective"`
	// Pipeline that trains it.
	Pipeline string `json:"pipeline"`
	// Cost is a month at the smallest number of replicas, and CostMost at the largest.
	Cost     review.Money `json:"cost"`
	CostMost review.Money `json:"costMost"`
}

// Served is a version of a model.
type Served struct {
	// Version is the image's tag, or the beginning of a digest.
	Version string `json:"version"`
	// Image that runs, or Files that are served.
	Image string `json:"image"`
	Files string `json:"files"`
	// Lineage is where it comes from; null where that is not known.
	Lineage *Lineage `json:"lineage"`
}

// Lineage is where a version of a model comes from.
type Lineage struct {
	Registry string `json:"registry"`
	Name     string `json:"name"`
	Version  string `json:"version"`
	Run      string `json:"run"`
	Commit   string `json:"commit"`
}

// models are those of the stack, by name.
func models(set resource.Set, out map[string]any, balancers []LoadBalancer, bill cost.Bill) ([]Model, error) {
	classes := classesOf(set)
	sums := map[string]cost.Sum{}
	for _, sum := range bill.ByModel() {
		sums[sum.Name] = sum
	}
	files, _ := out[outputs.Models].(map[string]any)
	urls, _ := out[outputs.ModelURLs].(map[string]any)
	all := []Model{}
	for _, r := range set.OfType(resource.ModelType) {
		name := r.At("name").Text()
		file, _ := files[name].(map[string]any)
		spec, err := modelspec.Restore(name, file)
		if err != nil {
			return nil, err
		}
		m := modelOf(spec)
		m.URL, _ = urls[name].(string)
		m.Hosts = append([]string{}, r.At("hosts").Texts()...)
		for _, b := range balancers {
			if slices.Contains(classes[name], b.Class) && len(m.Hosts) > 0 && slices.Contains(b.Hosts, m.Hosts[len(m.Hosts)-1]) {
				m.LoadBalancer = b.Name
			}
		}
		m.Cost, m.CostMost = review.Money(sums[name].Least), review.Money(sums[name].Most)
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Model) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

// classesOf are the classes of the Ingresses of each model.
func classesOf(set resource.Set) map[string][]string {
	all := map[string][]string{}
	for _, r := range set.OfType("kubernetes:networking.k8s.io/v1:Ingress") {
		if name := set.Model(r); name != "" {
			all[name] = append(all[name], r.At("spec", "ingressClassName").Text())
		}
	}
	return all
}

func modelOf(spec modelspec.Model) Model {
	m := Model{
		Name: spec.Name, Owner: spec.Owner, Compute: spec.Compute, Least: spec.Replicas.Min, Most: spec.Replicas.Max,
		CPU: spec.Resources.CPU, Memory: spec.Resources.Memory, GPUs: spec.Resources.GPU, Scaling: scaling(spec.Scaling),
		Objective: objective(spec), Pipeline: spec.Train.Pipeline,
		Stable: Served{Version: spec.Number(), Image: spec.Image, Files: spec.Files.URI, Lineage: lineage(spec.Source)},
	}
	if c := spec.Canary; c.Running() {
		m.Canary = &Served{Version: c.Number(), Image: c.Image, Files: c.Files.URI, Lineage: lineage(c.Source)}
		m.Weight = c.Weight
	}
	return m
}

func lineage(s modelspec.Source) *Lineage {
	if !s.Given() {
		return nil
	}
	return &Lineage{Registry: s.Registry, Name: s.Name, Version: s.Version, Run: s.Run, Commit: s.Commit}
}

func scaling(s modelspec.Scaling) string {
	if s.Metric == modelspec.MetricRequests {
		return fmt.Sprintf("%d requests/s a replica", s.Target)
	}
	return fmt.Sprintf("%d %% of %s", s.Target, s.Metric)
}

func objective(m modelspec.Model) string {
	var parts []string
	if m.SLO.Availability != "" {
		parts = append(parts, m.SLO.Availability+" % available")
	}
	if m.SLO.Latency != "" {
		parts = append(parts, "99 % within "+m.SLO.Latency)
	}
	return strings.Join(parts, ", ")
}

package plan

import (
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
)

// AddonKind is what the choice of add-ons depends on.
func AddonKind(cfg config.Config) addons.Kind {
	return addons.Kind{
		Nodes:            len(cfg.Compute.NodeGroups) > 0,
		OpenNodes:        compute.HasOpenNodes(NodeGroups(cfg.Compute)),
		CoreDNSOnFargate: OnFargate(cfg, addons.Dns()),
	}
}

// OnFargate reports whether a Fargate profile takes some of the pods.
func OnFargate(cfg config.Config, pods ...addons.Workload) bool {
	profiles := FargateProfiles(cfg)
	return slices.ContainsFunc(pods, func(w addons.Workload) bool { return w.NodesOnly == "" && compute.Selects(profiles, w) })
}

// AmiTypes are the images of the node groups.
func AmiTypes(c config.Compute) []string {
	var all []string
	for _, g := range c.NodeGroups {
		all = append(all, g.AmiType)
	}
	return all
}

// FargateProfiles are those of the settings, and one for each Helm add-on that they have no place for.
func FargateProfiles(cfg config.Config) []compute.FargateProfile {
	var all []compute.FargateProfile
	for _, profile := range cfg.Compute.FargateProfiles {
		var selectors []compute.Selector
		for _, s := range profile.Selectors {
			selectors = append(selectors, compute.Selector(s))
		}
		all = append(all, compute.FargateProfile{Name: profile.Name, Selectors: selectors})
	}
	if compute.HasOpenNodes(NodeGroups(cfg.Compute)) {
		return all
	}
	given := slices.Clone(all)
	for _, row := range addons.Uncovered(cfg.Facts(), func(w addons.Workload) bool { return compute.Selects(given, w) }) {
		own := compute.FargateProfile{Name: row.Key}
		for _, selector := range row.Selectors() {
			own.Selectors = append(own.Selectors, compute.Selector{Namespace: row.Chart.Namespace, Labels: selector})
		}
		all = append(all, own)
	}
	return all
}

// NodeGroups are those of the settings, with the labels that GPU nodes need.
func NodeGroups(c config.Compute) []compute.NodeGroup {
	var all []compute.NodeGroup
	for _, g := range c.NodeGroups {
		var taints []compute.Taint
		for _, t := range g.Taints {
			taints = append(taints, compute.Taint(t))
		}
		all = append(all, compute.NodeGroup{
			Name: g.Name, InstanceTypes: g.InstanceTypes, CapacityType: g.CapacityType, AmiType: g.AmiType,
			MinSize: g.MinSize, MaxSize: g.MaxSize, DesiredSize: g.DesiredSize, DiskSizeGiB: g.DiskSizeGiB,
			FastImagePull: g.FastImagePull, InstanceStore: g.InstanceStore,
			Labels: nodeLabels(g), Taints: taints,
		})
	}
	return all
}

// nodeLabels are the labels of a node group, with those by which pods, the device plugin and the autoscaler know GPU nodes.
func nodeLabels(g config.NodeGroup) map[string]string {
	labels := maps.Clone(compute.NodeLabels(g.AmiType))
	if labels == nil {
		return g.Labels
	}
	maps.Copy(labels, g.Labels)
	return labels
}

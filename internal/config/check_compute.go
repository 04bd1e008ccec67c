package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/glob"
)

var (
	profilesPath = path{"compute", "fargateProfiles"}
	groupsPath   = path{"compute", "nodeGroups"}
)

// checkModelPods wants a place for models: nodes without taints, or a profile for their namespace.
func checkModelPods(c Config) []Fault {
	if c.Compute.HasOpenNodes() || len(c.Compute.FargateProfiles)+len(c.Compute.NodeGroups) == 0 {
		return nil
	}
	for _, profile := range c.Compute.FargateProfiles {
		for _, selector := range profile.Selectors {
			if glob.Match(selector.Namespace, c.Models.Namespace) {
				return nil
			}
		}
	}
	return []Fault{newFault(profilesPath, absent{}, Fault{
		Problem: fmt.Sprintf("nowhere to run models: no profile selects the namespace %q of modelway:models.namespace, "+
			"and no node group starts with a node free of taints", c.Models.Namespace),
		Allowed: "a profile that selects it, or a node group with a desiredSize of 1 or more and no taints",
		Fix: editFix(c.Environment, fmt.Sprintf("add to compute.fargateProfiles: {name: models, selectors: [{namespace: %q}]}",
			c.Models.Namespace+"*")),
	}).AlsoReads(groupsPath, path{"models", "namespace"})}
}

// AddonProfiles are the add-ons for whose pods the platform makes a Fargate profile each, since the settings have no place for them.
func (c Config) AddonProfiles() []addons.Helm {
	if c.Compute.HasOpenNodes() {
		return nil
	}
	return addons.Uncovered(c.Facts(), func(w addons.Workload) bool { return c.Compute.OnFargate(w) })
}

// checkProfileCount wants room in the cluster for the profiles of the settings and those of add-ons.
func checkProfileCount(c Config, rows []addons.Helm) []Fault {
	given := len(c.Compute.FargateProfiles)
	if len(rows) == 0 || given > compute.MaxFargateProfiles || given+len(rows) <= compute.MaxFargateProfiles {
		return nil
	}
	var titles, selectors []string
	for _, row := range rows {
		titles, selectors = append(titles, row.Title), append(selectors, "{namespace: "+row.Chart.Namespace+"}")
	}
	return []Fault{newFault(profilesPath, given, Fault{
		Problem: fmt.Sprintf("too many with those that the platform makes for the pods of %s: %d", strings.Join(titles, " and "),
			given+len(rows)),
		Allowed: fmt.Sprintf("at most %d together", compute.MaxFargateProfiles),
		Fix:     editFix(c.Environment, fmt.Sprintf("add %s to the selectors of one profile", strings.Join(selectors, " and "))),
	})}
}

// checkAddonProfiles wants room for, and the names free of, the profiles that the platform makes for add-ons which the settings have no
// place for.
func checkAddonProfiles(c Config) []Fault {
	rows := c.AddonProfiles()
	faults := checkProfileCount(c, rows)
	for _, row := range rows {
		i := slices.IndexFunc(c.Compute.FargateProfiles, func(p FargateProfile) bool { return p.Name == row.Key })
		if i < 0 {
			continue
		}
		at := append(slices.Clone(profilesPath), i, "name")
		faults = append(faults, newFault(at, row.Key, Fault{
			Problem: fmt.Sprintf("the name of the profile that the platform makes for the pods of %s, which this one does not select", row.Title),
			Allowed: fmt.Sprintf("another name, or a selector {namespace: %s}", row.Chart.Namespace), Fix: setFix(c.Environment, at, row.Key+"-2"),
		}))
	}
	return faults
}

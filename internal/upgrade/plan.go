package upgrade

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/resource"
)

// Stage is what the program makes of an environment's settings at one Kubernetes version.
type Stage struct {
	Version string
	Set     resource.Set
}

// Request is what an upgrade is planned from.
type Request struct {
	// Stack names the environment, Region is its AWS region and SettingsFile its settings.
	Stack, Region, SettingsFile string
	// Stages are the versions of Way, the present one first.
	Stages []Stage
	// Nodes are versions of nodes that are not that of the control plane, by the name of the node group, or Fargate. Default none.
	Nodes map[string]string
	// Live is what was read of the cluster.
	Live Live
	// Told says who told the present version, as "by its settings". Default "": the cluster itself.
	Told string
	// Day is today: it decides which support a version has.
	Day time.Time
}

// Make plans an upgrade. The error has everything that is in its way.
func Make(r Request) (Plan, error) {
	first, last := r.Stages[0], r.Stages[len(r.Stages)-1]
	strangers := r.adopt(first)
	var faults []error
	faults = append(faults, CheckNodes(first.Version, r.Nodes), CheckNodes(first.Version, strangers), r.checkNames(first.Set),
		checkAPIs(last.Set, last.Version))
	notes, err := r.Live.checkInsights(last.Version)
	if err := errors.Join(append(faults, err)...); err != nil {
		return Plan{}, err
	}
	p := &planner{Request: r, plan: Plan{Stack: r.Stack, Cluster: ClusterOf(first.Set), From: first.Version, To: last.Version,
		told: r.Told}}
	for _, name := range sorted(strangers) {
		p.plan.Notes = append(p.plan.Notes, fmt.Sprintf("node group %s with %s is not of the program: bring it to each version after the "+
			"control "+
			"plane", name, strangers[name]))
	}
	p.pods = cost.Workloads(first.Set)
	p.plan.Unread = r.unread(first.Set)
	p.prepare(first)
	for i, stage := range r.Stages[1:] {
		p.climb(r.Stages[i], stage)
	}
	var versions []string
	for _, stage := range r.Stages {
		versions = append(versions, stage.Version)
	}
	var prices []string
	p.plan.Support, prices = supportOf(versions, r.Region, r.Day)
	p.plan.Notes = append(append(append(p.plan.Notes, p.upgradedByEKS(first)...), notes...), prices...)
	if p.plan.Steps == nil {
		p.plan.Steps = []Step{}
	}
	return p.plan, nil
}

// adopt takes the versions that EKS has of the program's node groups, where none are given, and returns those of others.
func (r *Request) adopt(first Stage) (strangers map[string]string) {
	strangers = maps.Clone(r.Live.Nodes)
	nodes := map[string]string{}
	for _, group := range first.Set.OfType(nodeGroupType) {
		for name, version := range r.Live.Nodes {
			if naming.Generated(name, group.Name, naming.NodeGroup) {
				delete(strangers, name)
				nodes[group.Name] = oldest(nodes[group.Name], version)
			}
		}
	}
	maps.Copy(nodes, r.Nodes)
	r.Nodes = nodes
	return strangers
}

// oldest is the older of two versions; there is none, "", before the first. A group that is being replaced is there twice.
func oldest(a, b string) string {
	x, known := minor(a)
	if y, good := minor(b); known && good && x < y {
		return a
	}
	return b
}

// checkNames refuses versions of node groups that the environment does not have.
func (r Request) checkNames(set resource.Set) error {
	var known []string
	for _, group := range set.OfType(nodeGroupType) {
		known = append(known, group.Name)
	}
	if len(set.OfType(fargateType)) > 0 {
		known = append(known, Fargate)
	}
	var faults []error
	for _, name := range sorted(r.Nodes) {
		if !slices.Contains(known, name) {
			faults = append(faults, fmt.Errorf("nodes %s are not in the environment; allowed: %s; fix: write one of them", name,
				strings.Join(known, ", ")))
		}
	}
	return errors.Join(faults...)
}

// ClusterOf is the name of the EKS cluster of an environment.
func ClusterOf(set resource.Set) string {
	for _, r := range set.OfType(clusterType) {
		return r.At("name").Text()
	}
	return ""
}

// planner writes the steps of a plan in order.
type planner struct {
	Request
	plan Plan
	pods []cost.Workload
}

func (p *planner) add(s Step) {
	s.Number = len(p.plan.Steps) + 1
	p.plan.Steps = append(p.plan.Steps, s)
}

// prepare has the steps before the first change: nodes that are behind, which EKS does not let a control plane leave, and budgets that let
// no pod go.
func (p *planner) prepare(first Stage) {
	for _, step := range blocked(first.Set, p.pods, p.Stack, first.Version) {
		p.add(step)
	}
	if len(p.Stages) == 1 {
		return
	}
	for _, group := range first.Set.OfType(nodeGroupType) {
		if was := p.Nodes[group.Name]; was != "" && was != first.Version {
			p.add(p.nodeGroup(change{kind: NodeGroup, name: group.Name, after: group}, first.Version, was, true))
		}
	}
	if was := p.Nodes[Fargate]; was != "" && was != first.Version {
		p.fargate(first.Version, was)
	}
}

// climb has the steps of one minor version.
func (p *planner) climb(from, to Stage) {
	p.charts(to)
	for _, c := range changes(from.Set, to.Set) {
		switch c.kind {
		case ControlPlane:
			p.add(p.controlPlane(from.Version, to.Version))
		case NodeGroup:
			p.add(p.nodeGroup(c, to.Version, from.Version, false))
		default:
			p.add(p.follower(c, to.Version))
		}
	}
	p.pins(to)
	p.fargate(to.Version, from.Version)
}

// charts are Helm add-ons whose authors have not tried them with a version.
func (p *planner) charts(to Stage) {
	next, _ := minor(to.Version)
	for _, release := range to.Set.OfType(resource.ReleaseType) {
		row, known := addons.OfChart(path.Base(release.At("chart").Text()))
		last, bounded := minor(row.Chart.Kubernetes.To)
		if !known || !bounded || last >= next {
			continue
		}
		p.add(Step{
			Minor: to.Version, Kind: Chart, Name: row.Title, From: row.Chart.Version,
			Command: fmt.Sprintf("take a release of Modelway that pins %s for Kubernetes %s, then pulumi up --stack "+
				"%s", row.Title, to.Version, p.Stack),
			Seen: fmt.Sprintf("%s %s is tried with Kubernetes %s to %s (%s): on %s it may work, and nobody says so", row.Title,
				row.Chart.AppVersion, row.Chart.Kubernetes.From, row.Chart.Kubernetes.To, row.Chart.Kubernetes.Source, to.Version),
			Back: fmt.Sprintf("the release of Modelway before, and pulumi up --stack %s", p.Stack),
		})
	}
}

// pins are versions of EKS add-ons in the settings that EKS does not offer for a version.
func (p *planner) pins(to Stage) {
	for _, r := range to.Set.OfType(addonType) {
		name, pinned := r.At("addonName").Text(), r.At("addonVersion").Text()
		offered, standard := addons.Offered(name, to.Version)
		if standard == "" || slices.Contains(offered, pinned) {
			continue
		}
		p.add(Step{
			Minor: to.Version, Kind: Addon, Name: name, From: pinned, To: standard,
			Setting: fmt.Sprintf("# %s\nmodelway:cluster:\n  addonVersions:\n    %s: %s # or remove the pin", p.SettingsFile, name, standard),
			Command: "pulumi up --stack " + p.Stack,
			Seen:    fmt.Sprintf("the pin %s is not offered for Kubernetes %s; offered are %s", pinned, to.Version, strings.Join(offered, ", ")),
			Back:    "write the pin again: EKS keeps the version that runs",
		})
	}
}

// upgradedByEKS notes that EKS will not wait for whoever is late.
func (p *planner) upgradedByEKS(first Stage) []string {
	spec := cluster.Spec{KubernetesVersion: first.Version, SupportType: cluster.SupportExtended}
	for _, r := range first.Set.OfType(clusterType) {
		if support := r.At("upgradePolicy", "supportType").Text(); support != "" {
			spec.SupportType = support
		}
	}
	if warning := spec.SupportWarning(p.Day); warning != "" {
		return []string{warning}
	}
	return nil
}

// spotGroup reports whether a node group buys spot capacity.
func spotGroup(r resource.Resource) bool { return r.At("capacityType").Text() == compute.Spot }

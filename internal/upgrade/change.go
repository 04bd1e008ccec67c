package upgrade

import (
	"fmt"
	"path"
	"reflect"
	"slices"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/resource"
)

// Types of resources whose changes have a meaning of their own.
const (
	clusterType   = "aws:eks/cluster:Cluster"
	addonType     = "aws:eks/addon:Addon"
	nodeGroupType = "aws:eks/nodeGroup:NodeGroup"
	fargateType   = "aws:eks/fargateProfile:FargateProfile"
)

// change is a resource that is not the same at two versions.
type change struct {
	kind          Kind
	name          string
	before, after resource.Resource
}

// changes are what the program makes differently of the same settings at two versions, in the order in which an update applies it: the
// control plane, the add-ons that nodes need, the nodes, the other add-ons, charts and other objects.
func changes(before, after resource.Set) []change {
	var all []change
	for _, now := range after.All() {
		was, known := before.ByURN(now.URN)
		if !now.Custom || known && reflect.DeepEqual(was.Declared(), now.Declared()) {
			continue
		}
		all = append(all, change{kind: kindOf(now), name: nameOf(now), before: was, after: now})
	}
	slices.SortStableFunc(all, func(a, b change) int { return a.rank() - b.rank() })
	return all
}

// early are the add-ons that come before the nodes.
var early = addons.BeforeCompute(addons.Kind{Nodes: true, OpenNodes: true})

func (c change) rank() int {
	switch c.kind {
	case ControlPlane:
		return 0
	case Addon:
		if i := slices.IndexFunc(early, func(a addons.Addon) bool { return a.Name == c.name }); i >= 0 {
			return 1 + i
		}
		return 200
	case NodeGroup:
		return 100
	case Chart:
		return 300
	}
	return 400
}

func kindOf(r resource.Resource) Kind {
	switch r.Type {
	case clusterType:
		return ControlPlane
	case addonType:
		return Addon
	case nodeGroupType:
		return NodeGroup
	case resource.ReleaseType:
		return Chart
	}
	return Object
}

func nameOf(r resource.Resource) string {
	switch r.Type {
	case addonType:
		return r.At("addonName").Text()
	case resource.ReleaseType:
		chart := path.Base(r.At("chart").Text())
		if row, known := addons.OfChart(chart); known {
			return row.Title
		}
		return chart
	}
	return r.Name
}

// versions are what a change goes from and to: the first value that differs, by the order of keys.
func (c change) versions() (from, to string) {
	return differing(c.before.Declared(), c.after.Declared())
}

func differing(before, after any) (from, to string) {
	b, a := resource.Of(before), resource.Of(after)
	for _, key := range sorted(a.Map()) {
		if x, y := b.At(key).Raw(), a.At(key).Raw(); !reflect.DeepEqual(x, y) {
			return differing(x, y)
		}
	}
	for i, item := range a.List() {
		if x, y := b.At(i).Raw(), item.Raw(); !reflect.DeepEqual(x, y) {
			return differing(x, y)
		}
	}
	return text(before), text(after)
}

func text(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

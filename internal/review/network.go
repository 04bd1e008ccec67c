package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

// Egress is how what changes of NAT gateways and subnets looks before and after, and which models are behind it.
type Egress struct {
	// What changes, such as NAT gateways.
	What string `json:"what"`
	// Before is the value before; empty where there is none.
	Before string `json:"before"`
	// After is the value after; empty where there is none.
	After string `json:"after"`
	// Models are those behind it before the change.
	Models []string `json:"models"`
}

// via is the property of a route that names its NAT gateway.
const via = "natGatewayId"

// egress tells of the NAT gateways, the routes to them and the subnets that change.
func egress(steps []events.Step, m models) []Egress {
	var all []Egress
	if slices.ContainsFunc(steps, func(s events.Step) bool { return s.Type == natType && s.Op.Changes() }) {
		all = append(all, Egress{"NAT gateways", gateways(m.before), gateways(m.after), m.all})
	}
	for _, s := range steps {
		switch {
		case !s.Op.Changes():
		case s.Type == subnetType:
			if was, is := block(s.Old), block(s.New); was != is {
				all = append(all, Egress{"subnet " + resource.NameOf(s.URN), was, is, m.inSubnet(s)})
			}
		case s.Type == routeType && s.Op == events.OpUpdate && slices.Contains(s.Diffs, via):
			all = append(all, Egress{"egress of " + strings.TrimSuffix(resource.NameOf(s.URN), "-route"), s.Old.At(via).Shown(),
				s.New.At(via).Shown(), m.all})
		}
	}
	return all
}

// gateways are the NAT gateways of one side: how many, and in which zones as their names tell.
func gateways(set resource.Set) string {
	all := set.OfType(natType)
	if len(all) == 0 {
		return ""
	}
	var zones []string
	for _, r := range all {
		zones = append(zones, network.ZoneOfNat(r.Name))
	}
	slices.Sort(zones)
	return fmt.Sprintf("%d (%s)", len(all), list(zones))
}

// block is the block of a subnet; "" where there is none.
func block(r *resource.Resource) string {
	if r == nil {
		return ""
	}
	return r.At("cidrBlock").Shown()
}

// inSubnet are the models that a subnet serves: those whose pods may run in it, and those behind a load balancer in it. Where the preview
// does not tell the id of the subnet they are all models.
func (m models) inSubnet(s events.Step) []string {
	if s.Old == nil {
		return nil
	}
	if s.Old.ID == "" {
		return m.all
	}
	in := func(r resource.Resource, path ...any) bool { return slices.Contains(r.At(path...).Texts(), s.Old.ID) }
	var names []string
	for _, r := range m.before.All() {
		switch {
		case r.Type == nodeGroupType && in(r, "subnetIds"):
			names = append(names, m.where("compute", "nodes", "gpu")...)
		case r.Type == profileType && in(r, "subnetIds"):
			names = append(names, m.served(events.Step{Old: &r}, fargateModels)...)
		case r.Type == paramsType && in(r, "spec", "subnets", "ids"):
			names = append(names, m.classes[at(r, "metadata.name").Text()]...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

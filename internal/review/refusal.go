package review

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

const (
	clusterType = "aws:eks/cluster:Cluster"
	vpcType     = "aws:ec2/vpc:Vpc"
	subnetType  = "aws:ec2/subnet:Subnet"
	natType     = "aws:ec2/natGateway:NatGateway"
	// elsewhere is the way to a change that AWS does not make in place.
	elsewhere = "build a second environment and move over"
)

// refusals know what AWS refuses of a change, as far as the preview tells. The engine carries out what comes before, and stops.
//
// Sources: a cluster stays in its VPC, and its subnets in the zones that it was created with
// (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html, https://github.com/aws/containers-roadmap/issues/2258); its version
// goes up by one minor version at a time (https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html); a protected one is not
// deleted (https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html); blocks of subnets do not overlap
// (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html); an address belongs to one NAT gateway
// (https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html).
type refusals struct {
	// vpcGoes, clusterStays and clusterMoves tell of the VPC and the cluster of the stack. A cluster moves without its VPC going where the
	// settings name another VPC.
	vpcGoes, clusterStays, clusterMoves bool
	// zonesBefore and zonesAfter are those of the subnets.
	zonesBefore, zonesAfter []string
	subnets                 []resource.Resource
}

func refusalsOf(steps []events.Step, before, after resource.Set) refusals {
	r := refusals{subnets: before.OfType(subnetType), zonesBefore: zones(before), zonesAfter: zones(after)}
	for _, s := range steps {
		switch gone := s.Op == events.OpReplace || s.Op == events.OpDelete; s.Type {
		case vpcType:
			r.vpcGoes = r.vpcGoes || gone
		case "modelway:cluster:Cluster":
			r.clusterMoves = r.clusterMoves || s.Op == events.OpUpdate && slices.Contains(s.Diffs, "vpcId")
		case clusterType:
			r.clusterStays = r.clusterStays || s.Old != nil && !gone
		}
	}
	return r
}

func zones(set resource.Set) []string {
	names := map[string]bool{}
	for _, subnet := range set.OfType(subnetType) {
		names[subnet.At("availabilityZone").Text()] = true
	}
	delete(names, "")
	return slices.Sorted(maps.Keys(names))
}

// why says why AWS refuses a step, and what to do instead; "" where it does not.
func (r refusals) why(s events.Step) string {
	switch s.Type {
	case vpcType:
		if r.clusterStays && (s.Op == events.OpReplace || s.Op == events.OpDelete) {
			return "an EKS cluster stays in the VPC that it was created in: " + elsewhere
		}
	case clusterType:
		return r.ofCluster(s)
	case subnetType:
		return r.ofSubnet(s)
	case natType:
		if address := kept(s, "allocationId"); s.Op == events.OpReplace && address != "" {
			return "the new NAT gateway is made before the old one is deleted, and its Elastic IP address still belongs to the old one: take the " +
				"change back, or " + elsewhere
		}
	}
	return ""
}

func (r refusals) ofCluster(s events.Step) string {
	switch s.Op {
	case events.OpReplace, events.OpDelete:
		if s.Old != nil && s.Old.At("deletionProtection").Raw() == true {
			return "the cluster is protected from being deleted: set modelway:cluster.deletionProtection to false and deploy that first"
		}
	case events.OpUpdate:
		if !slices.ContainsFunc(s.Diffs, func(path string) bool { return strings.HasPrefix(path, "vpcConfig") }) {
			return r.ofVersion(s)
		}
		if r.vpcGoes {
			return "" // that is told of the VPC
		}
		if r.clusterMoves {
			return "its subnets would be in another VPC than the one that it was created in: " + elsewhere
		}
		if len(r.zonesBefore) > 0 && len(r.zonesAfter) > 0 && !slices.Equal(r.zonesBefore, r.zonesAfter) {
			return fmt.Sprintf("its subnets stay in the zones that it was created with, %s, and would be in %s: keep the zones, or %s",
				list(r.zonesBefore), list(r.zonesAfter), elsewhere)
		}
		return r.ofVersion(s)
	}
	return ""
}

// ofVersion compares Kubernetes versions such as 1.34.
func (r refusals) ofVersion(s events.Step) string {
	if s.Old == nil || s.New == nil {
		return ""
	}
	before, after := s.Old.At("version").Text(), s.New.At("version").Text()
	was, errWas := strconv.Atoi(strings.TrimPrefix(before, "1."))
	is, errIs := strconv.Atoi(strings.TrimPrefix(after, "1."))
	switch {
	case errWas != nil || errIs != nil:
		return ""
	case is < was:
		return fmt.Sprintf("a cluster does not go back from Kubernetes %s to %s: stay at %s, or %s", before, after, before, elsewhere)
	case is > was+1:
		return fmt.Sprintf("a cluster goes up by one minor version at a time, not from Kubernetes %s to %s: deploy 1.%d first", before, after,
			was+1)
	}
	return ""
}

// ofSubnet holds the block of a new subnet against those that are there: the engine creates before it deletes.
func (r refusals) ofSubnet(s events.Step) string {
	if r.vpcGoes || s.New == nil || s.Op != events.OpReplace && s.Op != events.OpCreate {
		return ""
	}
	block, err := netip.ParsePrefix(s.New.At("cidrBlock").Text())
	if err != nil {
		return ""
	}
	for _, other := range r.subnets {
		if taken, err := netip.ParsePrefix(other.At("cidrBlock").Text()); err == nil && taken.Overlaps(block) &&
			other.At("vpcId").Text() == s.New.At("vpcId").Text() {
			return fmt.Sprintf("its block %s overlaps %s of %s, which is deleted only afterwards: append zones, and never reorder them", block,
				taken, resource.NameOf(other.URN))
		}
	}
	return ""
}

// kept is the value of a property that stays; "" where it changes or is not known.
func kept(s events.Step, key string) string {
	if s.Old == nil || s.New == nil || s.Old.At(key).Text() != s.New.At(key).Text() {
		return ""
	}
	return s.Old.At(key).Text()
}

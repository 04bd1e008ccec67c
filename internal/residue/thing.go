package residue

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/pricing"
)

// Tags by which things that controllers and EKS make know their cluster: as the value of a key, or as a key that has it.
var clusterTags = []string{naming.ClusterTag, "elbv2.k8s.aws/cluster", "eks:cluster-name", "aws:eks:cluster-name",
	"cluster.k8s.amazonaws.com/name"}

const (
	ownedTag = "kubernetes.io/cluster/"
	owned    = "owned"
)

// Tags are those by which the things of a cluster's environment are found, with their values.
func Tags(cluster string) map[string]string {
	tags := map[string]string{ownedTag + cluster: owned}
	for _, key := range clusterTags {
		tags[key] = cluster
	}
	return tags
}

// Thing is something in an account.
type Thing struct {
	// Type is that of Cloud Control, such as AWS::EC2::VPC; "" for what is not known here. ID identifies it there.
	Type string `json:"type"`
	ID   string `json:"id"`
	Arn  string `json:"arn,omitempty"`
	// Tags are its own.
	Tags map[string]string `json:"tags,omitempty"`
	// Parent is the id of the security group or network that it is part of; "" for none.
	Parent string `json:"parent,omitempty"`
	// Why says by what it is known to be the environment's.
	Why string `json:"why"`
	// Going says that it is gone already, or goes without anybody: its tags outlive it.
	Going bool `json:"going,omitempty"`
}

// IsCluster reports whether the thing is a cluster of EKS.
func (t Thing) IsCluster() bool { return t.Type == clusterType }

// OfArn is a thing with tags.
func OfArn(arn string, tags map[string]string) Thing {
	kind, id := ofArn(arn)
	return Thing{Type: kind.Type, ID: id, Arn: arn, Tags: tags}
}

// InRegion reports whether an ARN is of what an environment in a region has, or of no region. The call that told of it was made in another
// one, from: what that has for itself does not count, such as buckets, whose ARNs say no region, too.
func InRegion(arn, region, from string) bool {
	parts := strings.SplitN(arn, ":", 6)
	switch {
	case len(parts) < 6:
		return from == region
	case parts[3] != "":
		return parts[3] == region
	}
	return from == region || parts[2] != "s3"
}

// Kind is the kind of the thing; the zero value for one that is not known.
func (t Thing) Kind() Kind {
	k, _ := KindOf(t.Type)
	return k
}

// Owner says by what a thing belongs to a cluster's environment; "" where it does not. A thing that carries the tag of another environment
// is never this one's, whatever else it is called or tagged.
func (t Thing) Owner(cluster string) string {
	if t.ofAnother(cluster) {
		return ""
	}
	for _, key := range clusterTags {
		if t.Tags[key] == cluster && cluster != "" {
			return "tag " + key
		}
	}
	if t.Tags[ownedTag+cluster] == owned {
		return "tag " + ownedTag + cluster
	}
	// What EKS, Fargate and Lambda of the cluster write, and the alias of the cluster's key, have its name.
	switch {
	case t.foreign():
	case t.Type == LogGroup && strings.HasPrefix(t.ID, "/aws/eks/"+cluster+"/"):
		return "name " + t.ID
	case t.Type == Alias && t.ID == "alias/eks/"+cluster:
		return "name " + t.ID
	}
	return ""
}

// OfEnvironment reports whether no tag of the platform's own names another environment: one in another region may have a cluster of the
// same name, and roles are of no region.
func (t Thing) OfEnvironment(name string) bool {
	of := t.Tags[naming.EnvironmentTag]
	return of == "" || of == name
}

// ofAnother reports whether the platform's own tag names another cluster.
func (t Thing) ofAnother(cluster string) bool {
	own, tagged := t.Tags[naming.ClusterTag]
	return tagged && own != cluster
}

// foreign reports whether a tag names a cluster.
func (t Thing) foreign() bool {
	return slices.ContainsFunc(clusterTags, func(key string) bool { return t.Tags[key] != "" })
}

// Of picks the things of a cluster's environment, in the order in which they can go. With its networks go the attachments of their
// gateways.
func Of(cluster string, all []Thing) []Thing {
	var own []Thing
	networks := parentsOf(cluster, all)
	for _, t := range all {
		if t.Why = t.owner(cluster, networks); t.Why != "" {
			own = append(own, t)
		}
	}
	Sort(own)
	return slices.CompactFunc(own, func(a, b Thing) bool { return a.Type == b.Type && a.ID == b.ID })
}

// parentsOf are the ids of the networks and the security groups of a cluster's environment.
func parentsOf(cluster string, all []Thing) map[string]bool {
	networks := map[string]bool{}
	for _, t := range all {
		if (t.Type == Vpc || t.Type == Group) && t.Owner(cluster) != "" {
			networks[t.ID] = true
		}
	}
	return networks
}

// owner is Owner with what is part of one of the networks or security groups.
func (t Thing) owner(cluster string, networks map[string]bool) string {
	if part := t.Type == Attachment || t.Type == Ingress || t.Type == Egress; part && networks[t.Parent] && !t.ofAnother(cluster) {
		return "of " + t.Parent
	}
	return t.Owner(cluster)
}

// Sort puts things in the order in which they can go.
func Sort(things []Thing) {
	slices.SortStableFunc(things, func(a, b Thing) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), strings.Compare(a.Type, b.Type), strings.Compare(a.ID, b.ID))
	})
}

func (t Thing) rank() int {
	if t.Type == "" {
		return 100
	}
	return t.Kind().Rank
}

// Month is what a thing costs a month at list prices, as far as its kind alone tells; false where it is not known, or depends on more.
func (t Thing) Month(prices *pricing.Prices) (pricing.USD, bool) {
	if prices == nil {
		return 0, false
	}
	hourly := map[string]pricing.USD{
		"AWS::ElasticLoadBalancingV2::LoadBalancer": prices.LoadBalancerHour.USD,
		Address:             prices.PublicIPv4Hour.USD,
		"AWS::EKS::Cluster": prices.ControlPlaneHour.USD,
	}
	if hour, known := hourly[t.Type]; known {
		return hour * pricing.HoursPerMonth, true
	}
	priced, known := prices.OfType(t.Kind().Token)
	if !known {
		return 0, false
	}
	if priced.Per == pricing.Hour {
		return priced.USD * pricing.HoursPerMonth, true
	}
	return priced.USD, true
}

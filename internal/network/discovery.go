package network

// The kinds of subnets, which are also the values of Demand.Subnets.
const (
	// Private are the subnets of nodes and internal load balancers, and of pods where there are no pod subnets.
	Private = "private"
	// Pod are the subnets in NetworkArgs.PodCidr.
	Pod = "pod"
	// Public are the subnets of internet-facing load balancers and NAT gateways.
	Public = "public"
)

// subnetKinds lists the kinds in the order in which they are reported.
var subnetKinds = []string{Private, Pod, Public}

// RoleTags are how the load balancer controller finds subnets
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/). Pod subnets have none, so
// that load balancers take no addresses of pods.
var RoleTags = map[string]string{Private: "kubernetes.io/role/internal-elb", Public: "kubernetes.io/role/elb"}

// ClusterTag is the start of the tag that says which cluster a subnet is for.
const ClusterTag = "kubernetes.io/cluster/"

// DiscoveryTags are the tags by which subnets are found for a cluster.
func DiscoveryTags(kind, cluster string) map[string]string {
	tags := map[string]string{ClusterTag + cluster: "shared"}
	if role, ok := RoleTags[kind]; ok {
		tags[role] = "1"
	}
	return tags
}

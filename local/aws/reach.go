package aws

import (
	"net/netip"
	"slices"
)

// Unreachable returns those of some services of AWS that what runs in a subnet cannot reach: neither over a NAT gateway, nor over an
// internet gateway where addresses are public, nor by an endpoint
// (https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html). Services are named as in endpoints: ecr.api.
func (s *State) Unreachable(subnetID string, services ...string) (missing []string) {
	if s.reachesInternet(subnetID) {
		return nil
	}
	for _, service := range services {
		endpoints := s.Where(VpcEndpoint, "vpcId", s.Get(Subnet, subnetID).String("vpcId"))
		if !slices.ContainsFunc(endpoints, func(e *Resource) bool { return s.endpointService(e) == service && s.leadsTo(subnetID, e) }) {
			missing = append(missing, service)
		}
	}
	return missing
}

func (s *State) reachesInternet(subnetID string) bool {
	internet, nat := s.defaultRoutes(subnetID)
	return nat || internet && s.Get(Subnet, subnetID).Bool("mapPublicIpOnLaunch")
}

// leadsTo says whether a subnet's calls to a service go to an endpoint: over the routes of a gateway endpoint, or, where private DNS
// gives the service's name to an interface endpoint, over HTTPS that the endpoint's security groups let in.
func (s *State) leadsTo(subnetID string, endpoint *Resource) bool {
	if endpoint.String("vpcEndpointType") == "Gateway" {
		return slices.Contains(endpoint.Strings("routeTableIds"), s.routeTable(subnetID))
	}
	from, _ := block(s.Get(Subnet, subnetID))
	return endpoint.Bool("privateDnsEnabled") && slices.ContainsFunc(endpoint.Strings("securityGroupIds"), func(group string) bool {
		return s.admits(group, 443, from)
	})
}

// admits says whether a security group lets TCP connections to a port in from a block of addresses. A rule that names another
// group counts: which groups a caller has is not looked at.
func (s *State) admits(group string, port int, from netip.Prefix) bool {
	rules := s.Get(SecurityGroup, group).Objects("ingress")
	for _, r := range s.Where(SecurityGroupRule, "securityGroupId", group) {
		if r.String("type") == "ingress" {
			rules = append(rules, r.Inputs)
		}
	}
	return slices.ContainsFunc(rules, func(rule Properties) bool {
		protocol := rule.String("protocol")
		fits := protocol == "-1" || slices.Contains([]string{"tcp", "6"}, protocol) && rule.Int("fromPort") <= port && port <= rule.Int("toPort")
		others := rule.Has("sourceSecurityGroupId") || rule.Has("securityGroups")
		return fits && (others || slices.ContainsFunc(rule.Strings("cidrBlocks"), func(cidr string) bool {
			outer, err := netip.ParsePrefix(cidr)
			return err == nil && within(from, outer)
		}))
	})
}

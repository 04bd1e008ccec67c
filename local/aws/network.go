package aws

import (
	"fmt"
	"strings"
)

// zoneLetters lists the availability zones of the regions that have other than a, b and c
// (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html).
var zoneLetters = map[string]string{"us-east-1": "abcdef", "us-west-2": "abcd", "us-west-1": "ab", "ap-northeast-1": "acd", "ap-northeast-2": "abcd"}

// Zones returns the ids of the region's availability zones by their names.
func (s *State) Zones() map[string]string {
	letters := zoneLetters[s.region]
	if letters == "" {
		letters = "abc"
	}
	all := map[string]string{}
	parts := strings.Split(s.region, "-")
	for i, letter := range letters {
		all[s.region+string(letter)] = fmt.Sprintf("%s%s%s-az%d", parts[0], parts[1][:1], parts[len(parts)-1], i+1)
	}
	return all
}

// zonesOf returns the names of the zones that subnets are in.
func (s *State) zonesOf(subnets []string) []string {
	zones := map[string]bool{}
	for _, id := range subnets {
		zones[s.Get(Subnet, id).String("availabilityZone")] = true
	}
	return sortedKeys(zones)
}

// defaultRoutes says where the routes to 0.0.0.0/0 that a subnet uses lead to: an internet gateway, a NAT gateway.
func (s *State) defaultRoutes(subnetID string) (internet, nat bool) {
	subnet := s.Get(Subnet, subnetID)
	table := s.Get(Vpc, subnet.String("vpcId")).String("mainRouteTableId")
	for _, a := range s.Where(RouteTableAssociation, "subnetId", subnetID) {
		table = a.String("routeTableId")
	}
	for _, route := range s.Where(Route, "routeTableId", table) {
		if route.String("destinationCidrBlock") == "0.0.0.0/0" {
			gateway := s.Get(NatGateway, route.String("natGatewayId"))
			nat = nat || gateway != nil && gateway.Status == Active
			internet = internet || s.Get(InternetGateway, route.String("gatewayId")) != nil
		}
	}
	return internet, nat
}

// SubnetReachesAWS says whether what runs in a subnet can reach AWS's APIs and registries: by a NAT gateway, by an internet
// gateway where addresses are public, or by an interface endpoint for ECR.
func (s *State) SubnetReachesAWS(subnetID string) bool {
	internet, nat := s.defaultRoutes(subnetID)
	subnet := s.Get(Subnet, subnetID)
	if nat || internet && subnet.Bool("mapPublicIpOnLaunch") {
		return true
	}
	for _, e := range s.Where(VpcEndpoint, "vpcId", subnet.String("vpcId")) {
		if strings.HasSuffix(e.String("serviceName"), ".ecr.dkr") {
			return true
		}
	}
	return false
}

package aws

import (
	"fmt"
	"strings"
)

// zoneLetters lists the availability zones of the regions that have other than a, b and c
// (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html).
var zoneLetters = map[string]string{"us-east-1": "abcdef", "us-west-2": "abcd", "us-west-1": "ab", "ap-northeast-1": "acd",
	"ap-northeast-2": "abcd"}

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

// routeTable returns the id of the route table that a subnet uses: its own, or the main one of its VPC.
func (s *State) routeTable(subnetID string) string {
	for _, a := range s.Where(RouteTableAssociation, "subnetId", subnetID) {
		return a.String("routeTableId")
	}
	return s.Get(Vpc, s.Get(Subnet, subnetID).String("vpcId")).String("mainRouteTableId")
}

// defaultRoutes says where the routes to 0.0.0.0/0 that a subnet uses lead to: an internet gateway, a NAT gateway.
func (s *State) defaultRoutes(subnetID string) (internet, nat bool) {
	for _, route := range s.Where(Route, "routeTableId", s.routeTable(subnetID)) {
		if route.String("destinationCidrBlock") == "0.0.0.0/0" {
			gateway := s.Get(NatGateway, route.String("natGatewayId"))
			nat = nat || gateway != nil && gateway.Status == Active
			internet = internet || s.Get(InternetGateway, route.String("gatewayId")) != nil
		}
	}
	return internet, nat
}

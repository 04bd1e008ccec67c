package aws

import (
	"fmt"
	"strings"
)

// Zone is an availability zone.
type Zone struct{ Name, ID string }

// zones lists the availability zones, by letter, of the regions that have other than a, b and c, with the prefix of their zone ids
// (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html).
var zones = map[string]string{"us-east-1": "abcdef", "us-west-2": "abcd", "us-west-1": "ab", "ap-northeast-1": "acd", "ap-northeast-2": "abcd"}

// Zones returns the availability zones of the region.
func (s *State) Zones() []Zone {
	letters := zones[s.region]
	if letters == "" {
		letters = "abc"
	}
	var all []Zone
	parts := strings.Split(s.region, "-")
	for i, letter := range letters {
		all = append(all, Zone{s.region + string(letter), fmt.Sprintf("%s%s%s-az%d", parts[0], parts[1][:1], parts[len(parts)-1], i+1)})
	}
	return all
}

func zoneNames(all []Zone) []string {
	names := make([]string, len(all))
	for i, z := range all {
		names[i] = z.Name
	}
	return names
}

// sameNetwork refuses a pair of resources in different VPCs.
func (s *State) sameNetwork(a, b *Resource) error {
	if a == nil || b == nil || a.String("vpcId") == b.String("vpcId") {
		return nil
	}
	return refuse("InvalidParameterValue", "%s %s and %s %s belong to different networks", kinds[a.Type].Noun(), a.ID, kinds[b.Type].Noun(), b.ID)
}

var (
	routeDestinations = []string{"destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"}
	routeTargets      = []string{"carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId",
		"networkInterfaceId", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId"}
)

func checkRoute(in Properties) (faults []error) {
	for what, names := range map[string][]string{"destination": routeDestinations, "target": routeTargets} {
		var given []string
		for _, name := range names {
			if in.Has(name) {
				given = append(given, name)
			}
		}
		if len(given) > 1 {
			faults = append(faults, fmt.Errorf("a route has one %s: %s are given", what, strings.Join(given, " and ")))
		}
	}
	return append(faults, cidrCheck("destinationCidrBlock")(in)...)
}

func createRoute(s *State, r *Resource) error {
	if len(r.Strings("gatewayId"))+len(r.Strings("natGatewayId")) == 0 {
		return refuse("InvalidParameterCombination", "a route needs a target: the simulated AWS has gatewayId and natGatewayId")
	}
	table := s.Get(RouteTable, r.String("routeTableId"))
	if nat := s.Get(NatGateway, r.String("natGatewayId")); nat != nil {
		return s.sameNetwork(table, s.Get(Subnet, nat.String("subnetId")))
	}
	return s.sameNetwork(table, s.Get(InternetGateway, r.String("gatewayId")))
}

// defaultRoutes returns the targets of the routes to 0.0.0.0/0 that a subnet uses and that exist.
func (s *State) defaultRoutes(subnetID string) (internet, nat bool) {
	subnet := s.Get(Subnet, subnetID)
	if subnet == nil {
		return false, false
	}
	table := s.Get(Vpc, subnet.String("vpcId")).String("mainRouteTableId")
	for _, a := range s.Where(RouteTableAssociation, "subnetId", subnetID) {
		table = a.String("routeTableId")
	}
	look := func(route Properties, destination string) {
		if route.String(destination) != "0.0.0.0/0" {
			return
		}
		internet = internet || s.Get(InternetGateway, route.String("gatewayId")) != nil
		gateway := s.Get(NatGateway, route.String("natGatewayId"))
		nat = nat || gateway != nil && gateway.Status == Active
	}
	for _, r := range s.Where(Route, "routeTableId", table) {
		look(r.Inputs, "destinationCidrBlock")
	}
	for _, route := range s.Get(RouteTable, table).Objects("routes") {
		look(route, "cidrBlock")
	}
	return internet, nat
}

// SubnetIsPublic says whether a subnet has a route to an internet gateway.
func (s *State) SubnetIsPublic(subnetID string) bool {
	internet, _ := s.defaultRoutes(subnetID)
	return internet
}

// SubnetReachesAWS says whether what runs in a subnet can reach AWS's APIs and registries: by a NAT gateway, by an internet
// gateway where addresses are public, or by an interface endpoint for ECR.
func (s *State) SubnetReachesAWS(subnetID string) bool {
	internet, nat := s.defaultRoutes(subnetID)
	subnet := s.Get(Subnet, subnetID)
	if nat || internet && subnet.Bool("mapPublicIpOnLaunch") {
		return true
	}
	for _, e := range s.List(VpcEndpoint) {
		if subnet != nil && e.String("vpcId") == subnet.String("vpcId") && strings.HasSuffix(e.String("serviceName"), ".ecr.dkr") {
			return true
		}
	}
	return false
}

func createVpcEndpoint(s *State, r *Resource) error {
	service, known := strings.CutPrefix(r.String("serviceName"), "com.amazonaws."+s.region+".")
	if !known || service == "" {
		return refuse("InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist", r.String("serviceName"))
	}
	if r.String("vpcEndpointType") == "Gateway" {
		if service != "s3" && service != "dynamodb" {
			return refuse("InvalidParameter", "Endpoint type (Gateway) does not match available service types ([Interface]).")
		}
		return nil
	}
	vpc := s.Get(Vpc, r.String("vpcId"))
	if r.Bool("privateDnsEnabled") {
		if !vpc.Bool("enableDnsSupport") || !vpc.Bool("enableDnsHostnames") {
			return refuse("InvalidParameter", "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for %s", vpc.ID)
		}
		for _, o := range s.Where(VpcEndpoint, "serviceName", r.String("serviceName")) {
			if o.String("vpcId") == vpc.ID && o.Bool("privateDnsEnabled") {
				return refuse("InvalidParameter", "private-dns-enabled cannot be set because there is already a conflicting DNS domain for %s in the VPC %s", r.String("serviceName"), vpc.ID)
			}
		}
	}
	zones := map[string]bool{}
	var ids []any
	for _, id := range r.Strings("subnetIds") {
		zone := s.Get(Subnet, id).String("availabilityZone")
		if zones[zone] {
			return refuse("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone of %s. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.", id)
		}
		zones[zone] = true
		i, err := s.attach(id, "VPC Endpoint Interface "+r.ID, r.owner(), r.Strings("securityGroupIds")...)
		if err != nil {
			return err
		}
		ids = append(ids, i.ID)
	}
	r.Computed.set("networkInterfaceIds", ids)
	return nil
}

// updateVpcEndpoint makes the network interfaces anew where the subnets or security groups have changed.
func updateVpcEndpoint(s *State, r, old *Resource) error {
	if sameJSON(r.Strings("subnetIds"), old.Strings("subnetIds")) && sameJSON(r.Strings("securityGroupIds"), old.Strings("securityGroupIds")) {
		return nil
	}
	s.detachAll(r.owner())
	delete(s.Resources[VpcEndpoint], r.ID)
	defer s.add(r)
	return createVpcEndpoint(s, r)
}

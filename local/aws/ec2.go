package aws

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Types of EC2 resources.
const (
	Vpc                   = "aws:ec2/vpc:Vpc"
	Subnet                = "aws:ec2/subnet:Subnet"
	InternetGateway       = "aws:ec2/internetGateway:InternetGateway"
	NatGateway            = "aws:ec2/natGateway:NatGateway"
	Eip                   = "aws:ec2/eip:Eip"
	RouteTable            = "aws:ec2/routeTable:RouteTable"
	Route                 = "aws:ec2/route:Route"
	RouteTableAssociation = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	VpcEndpoint           = "aws:ec2/vpcEndpoint:VpcEndpoint"
	SecurityGroup         = "aws:ec2/securityGroup:SecurityGroup"
	SecurityGroupRule     = "aws:ec2/securityGroupRule:SecurityGroupRule"
	LaunchTemplate        = "aws:ec2/launchTemplate:LaunchTemplate"
)

// Codes and texts: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. Ids:
// the resource pages of the Terraform AWS provider, whose ids Pulumi keeps.
func init() {
	const arn = "arn:aws:ec2:{region}:{account}:"
	held := func(noun string) Refusal {
		return Refusal{"DependencyViolation", "The " + noun + " '{id}' has dependencies and cannot be deleted."}
	}
	register(
		Kind{Type: Vpc, Service: "ec2", ID: "vpc-{hex17}", Arn: arn + "vpc/{id}",
			Defaults: Properties{"enableDnsSupport": true, "enableDnsHostnames": false, "instanceTenancy": "default", "enableNetworkAddressUsageMetrics": false},
			Computed: map[string]string{"ownerId": "{account}", "dhcpOptionsId": "dopt-{hex17}", "defaultNetworkAclId": "acl-{hex17}"},
			NotFound: Refusal{"InvalidVpcID.NotFound", "The vpc ID '{value}' does not exist"}, InUse: held("vpc"),
			Check: cidrCheck("cidrBlock"), Create: createVpc},
		Kind{Type: Subnet, Service: "ec2", ID: "subnet-{hex17}", Arn: arn + "subnet/{id}",
			Defaults: Properties{"mapPublicIpOnLaunch": false, "assignIpv6AddressOnCreation": false, "privateDnsHostnameTypeOnLaunch": "ip-name"},
			Computed: map[string]string{"ownerId": "{account}"},
			NotFound: Refusal{"InvalidSubnetID.NotFound", "The subnet ID '{value}' does not exist"}, InUse: held("subnet"),
			Refs: []Ref{{"vpcId", Vpc, Block}}, Check: cidrCheck("cidrBlock"), Create: createSubnet},
		Kind{Type: InternetGateway, Service: "ec2", ID: "igw-{hex17}", Arn: arn + "internet-gateway/{id}",
			Computed: map[string]string{"ownerId": "{account}"},
			Unique:   []string{"vpcId"}, Duplicate: Refusal{"Resource.AlreadyAssociated", "resource {value} is already attached to network {vpcId}"},
			NotFound: Refusal{"InvalidInternetGatewayID.NotFound", "The internetGateway ID '{value}' does not exist"},
			Refs:     []Ref{{"vpcId", Vpc, Block}}, Delete: deleteInternetGateway},
		Kind{Type: Eip, Service: "ec2", Calls: [3]string{"AllocateAddress", "", "ReleaseAddress"}, ID: "eipalloc-{hex17}", Arn: arn + "elastic-ip/{id}",
			Defaults: Properties{"domain": "vpc", "publicIpv4Pool": "amazon"}, Allowed: map[string][]string{"domain": {"vpc"}},
			Computed: map[string]string{"allocationId": "{id}", "networkBorderGroup": "{region}"},
			NotFound: Refusal{"InvalidAllocationID.NotFound", "The allocation ID '{value}' does not exist"},
			InUse:    Refusal{"InvalidIPAddress.InUse", "Address {publicIp} is in use."},
			Create: func(s *State, r *Resource) error {
				r.Computed.set("publicIp", s.publicIP())
				r.Computed.set("publicDns", "ec2-"+strings.ReplaceAll(r.String("publicIp"), ".", "-")+".compute-1.amazonaws.com")
				return nil
			}},
		Kind{Type: NatGateway, Service: "ec2", ID: "nat-{hex17}", Arn: arn + "natgateway/{id}", Asynchronous: true,
			Defaults: Properties{"connectivityType": "public"}, Allowed: map[string][]string{"connectivityType": {"public", "private"}},
			Computed: map[string]string{"associationId": "eipassoc-{hex17}"},
			NotFound: Refusal{"NatGatewayNotFound", "The Nat Gateway {value} was not found"},
			Refs:     []Ref{{"subnetId", Subnet, Loose}, {"allocationId", Eip, Block}}, Create: createNatGateway},
		Kind{Type: RouteTable, Service: "ec2", ID: "rtb-{hex17}", Arn: arn + "route-table/{id}",
			Computed: map[string]string{"ownerId": "{account}"},
			NotFound: Refusal{"InvalidRouteTableID.NotFound", "The routeTable ID '{value}' does not exist"}, InUse: held("routeTable"),
			Refs: []Ref{{"vpcId", Vpc, Block}, {"routes.gatewayId", InternetGateway, Loose}, {"routes.natGatewayId", NatGateway, Loose}}},
		Kind{Type: Route, Service: "ec2", Calls: [3]string{"", "ReplaceRoute", ""}, ID: "r-{routeTableId}{hex10}",
			Computed:  map[string]string{"origin": "CreateRoute", "state": "active"},
			Unique:    []string{"routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"},
			Duplicate: Refusal{"RouteAlreadyExists", "The route identified by {destinationCidrBlock} already exists."},
			NotFound:  Refusal{"InvalidRoute.NotFound", "no route {value} in the route table"},
			Refs:      []Ref{{"routeTableId", RouteTable, Follow}, {"gatewayId", InternetGateway, Loose}, {"natGatewayId", NatGateway, Loose}},
			Check:     checkRoute, Create: createRoute, Update: func(s *State, r, _ *Resource) error { return createRoute(s, r) }},
		Kind{Type: RouteTableAssociation, Service: "ec2", Calls: [3]string{"AssociateRouteTable", "ReplaceRouteTableAssociation", "DisassociateRouteTable"},
			ID: "rtbassoc-{hex17}", Unique: []string{"subnetId"},
			Duplicate: Refusal{"Resource.AlreadyAssociated", "the specified association for route table {routeTableId} conflicts with an existing association"},
			NotFound:  Refusal{"InvalidAssociationID.NotFound", "The association ID '{value}' does not exist"},
			Refs:      []Ref{{"routeTableId", RouteTable, Block}, {"subnetId", Subnet, Follow}},
			Create: func(s *State, r *Resource) error {
				return s.sameNetwork(s.Get(RouteTable, r.String("routeTableId")), s.Get(Subnet, r.String("subnetId")))
			}},
		Kind{Type: VpcEndpoint, Service: "ec2", ID: "vpce-{hex17}", Arn: arn + "vpc-endpoint/{id}",
			Defaults: Properties{"vpcEndpointType": "Gateway", "ipAddressType": "ipv4"}, Computed: map[string]string{"ownerId": "{account}", "state": "available"},
			Required: []string{"serviceName"}, Allowed: map[string][]string{"vpcEndpointType": {"Gateway", "Interface"}},
			NotFound: Refusal{"InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id '{value}' does not exist"},
			Refs: []Ref{{"vpcId", Vpc, Block}, {"subnetIds", Subnet, Loose}, {"routeTableIds", RouteTable, Loose},
				{"securityGroupIds", SecurityGroup, Loose}},
			Create: createVpcEndpoint, Update: updateVpcEndpoint},
		Kind{Type: LaunchTemplate, Service: "ec2", Calls: [3]string{"", "CreateLaunchTemplateVersion", ""}, ID: "lt-{hex17}", Arn: arn + "launch-template/{id}",
			Name: "name", Unique: []string{"name"},
			Duplicate: Refusal{"InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use."},
			NotFound:  Refusal{"InvalidLaunchTemplateId.NotFound", "The specified launch template, with template ID {value}, does not exist."},
			Refs:      []Ref{{"vpcSecurityGroupIds", SecurityGroup, Loose}},
			Create: func(_ *State, r *Resource) error {
				r.Computed.set("latestVersion", 1)
				r.Computed.set("defaultVersion", 1)
				return nil
			},
			Update: func(_ *State, r, _ *Resource) error {
				r.Computed.set("latestVersion", r.Int("latestVersion")+1)
				return nil
			}},
	)
}

// cidrCheck refuses a block whose host bits are set, as the provider does before any call.
func cidrCheck(path string) func(Properties) []error {
	return func(in Properties) []error {
		v := in.String(path)
		if v == "" {
			return nil
		}
		p, err := netip.ParsePrefix(v)
		if err != nil {
			return []error{fmt.Errorf("%s is %q: want a CIDR block such as 10.0.0.0/16", path, v)}
		}
		if p != p.Masked() {
			return []error{fmt.Errorf("%s is %q: the network begins at %q", path, v, p.Masked())}
		}
		return nil
	}
}

func createVpc(s *State, r *Resource) error {
	if p, err := netip.ParsePrefix(r.String("cidrBlock")); err != nil || p.Bits() < 16 || p.Bits() > 28 {
		return refuse("InvalidVpc.Range", "The CIDR '%s' is invalid. Allowed are blocks from /16 to /28.", r.String("cidrBlock"))
	}
	table, err := s.internal(RouteTable, r, Properties{"vpcId": r.ID})
	if err != nil {
		return err
	}
	group, err := s.internal(SecurityGroup, r, Properties{"vpcId": r.ID, "name": "default", "description": "default VPC security group"})
	if err != nil {
		return err
	}
	r.Computed.set("mainRouteTableId", table.ID)
	r.Computed.set("defaultRouteTableId", table.ID)
	r.Computed.set("defaultSecurityGroupId", group.ID)
	return nil
}

// internal adds what AWS creates together with r.
func (s *State) internal(typ string, r *Resource, inputs Properties) (*Resource, error) {
	s.add(r)
	return s.CreateOwned(typ, r.owner(), inputs)
}

func createSubnet(s *State, r *Resource) error {
	zones := s.Zones()
	if r.String("availabilityZone") == "" {
		zone := first(zones)
		if i := slices.IndexFunc(zones, func(z Zone) bool { return z.ID == r.String("availabilityZoneId") }); i >= 0 {
			zone = zones[i]
		}
		r.Computed.set("availabilityZone", zone.Name)
	}
	i := slices.IndexFunc(zones, func(z Zone) bool { return z.Name == r.String("availabilityZone") })
	if i < 0 {
		return refuse("InvalidParameterValue", "Value (%s) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: %v.",
			r.String("availabilityZone"), zoneNames(zones))
	}
	r.Computed.set("availabilityZoneId", zones[i].ID)
	vpc := s.Get(Vpc, r.String("vpcId"))
	cidr, err := netip.ParsePrefix(r.String("cidrBlock"))
	outer := netip.MustParsePrefix(vpc.String("cidrBlock"))
	if err != nil || cidr.Bits() < 16 || cidr.Bits() > 28 || cidr.Bits() < outer.Bits() || !outer.Contains(cidr.Addr()) {
		return refuse("InvalidSubnet.Range", "The CIDR '%s' is invalid. Allowed are blocks from /16 to /28 inside %s of %s.", r.String("cidrBlock"), outer, vpc.ID)
	}
	for _, o := range s.Where(Subnet, "vpcId", vpc.ID) {
		if netip.MustParsePrefix(o.String("cidrBlock")).Overlaps(cidr) {
			return refuse("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet: %s has %s", cidr, o.ID, o.String("cidrBlock"))
		}
	}
	return nil
}

func deleteInternetGateway(s *State, r *Resource) error {
	for _, id := range sortedKeys(s.Interfaces) {
		if i := s.Interfaces[id]; i.VpcID == r.String("vpcId") && i.PublicIP != "" {
			return refuse("DependencyViolation", "Network %s has some mapped public address(es). Please unmap those public address(es) before detaching the gateway. %s has %s (%s).",
				i.VpcID, id, i.PublicIP, i.Description)
		}
	}
	return nil
}

func createNatGateway(s *State, r *Resource) error {
	subnet := s.Get(Subnet, r.String("subnetId"))
	address := s.Get(Eip, r.String("allocationId"))
	vpc := subnet.String("vpcId")
	if r.String("connectivityType") == "public" {
		switch {
		case address == nil:
			return refuse("MissingParameter", "The request must contain the parameter AllocationId")
		case len(s.Where(InternetGateway, "vpcId", vpc)) == 0:
			return refuse("Gateway.NotAttached", "Network %s has no Internet gateway attached", vpc)
		case len(s.Where(NatGateway, "allocationId", address.ID)) > 0:
			return refuse("Resource.AlreadyAssociated", "Elastic IP address [%s] is already associated", address.ID)
		}
	}
	i, err := s.attach(subnet.ID, "Interface for NAT Gateway "+r.ID, r.owner())
	if err != nil {
		return err
	}
	if address != nil {
		i.PublicIP = address.String("publicIp")
		r.Computed.set("publicIp", i.PublicIP)
	}
	r.Computed.set("networkInterfaceId", i.ID)
	r.Computed.set("privateIp", i.PrivateIP)
	return nil
}

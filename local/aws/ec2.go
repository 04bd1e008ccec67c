package aws

import "net/netip"

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

// Error codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. Ids:
// the resource pages of the Terraform AWS provider, whose ids Pulumi keeps.
func init() {
	const arn = "arn:aws:ec2:{region}:{account}:"
	inVpc := Ref{Path: "vpcId", To: Vpc, Hold: Block}
	register(ec2,
		Kind{Type: Vpc, ID: "vpc-{hex17}", Arn: arn + "vpc/{id}", Missing: "InvalidVpcID.NotFound",
			Defaults: Properties{"enableDnsSupport": true, "enableDnsHostnames": false}, Apply: applyVpc},
		Kind{Type: Subnet, ID: "subnet-{hex17}", Arn: arn + "subnet/{id}", Defaults: Properties{"mapPublicIpOnLaunch": false},
			Refs: []Ref{inVpc}, Apply: applySubnet},
		Kind{Type: InternetGateway, ID: "igw-{hex17}", Arn: arn + "internet-gateway/{id}",
			Unique: []string{"vpcId"}, Refs: []Ref{inVpc}, Delete: deleteInternetGateway},
		Kind{Type: Eip, ID: "eipalloc-{hex17}", Arn: arn + "elastic-ip/{id}", Calls: [3]string{"AllocateAddress", "", "ReleaseAddress"},
			Defaults: Properties{"domain": "vpc"}, Allowed: map[string]string{"domain": "vpc"},
			Computed: map[string]string{"allocationId": "{id}", "publicIp": "{address}"},
			Missing:  "InvalidAllocationID.NotFound", Held: "InvalidIPAddress.InUse"},
		Kind{Type: NatGateway, ID: "nat-{hex17}", Arn: arn + "natgateway/{id}", Asynchronous: true, Missing: "NatGatewayNotFound",
			Required: []string{"allocationId"}, Defaults: Properties{"connectivityType": "public"}, Allowed: map[string]string{"connectivityType": "public"},
			Unique: []string{"allocationId"}, Refs: []Ref{{Path: "subnetId", To: Subnet}, {Path: "allocationId", To: Eip, Hold: Block}}, Apply: applyNatGateway},
		Kind{Type: RouteTable, ID: "rtb-{hex17}", Arn: arn + "route-table/{id}", Refs: []Ref{inVpc}},
		Kind{Type: Route, ID: "r-{routeTableId}{hex10}", Calls: [3]string{"", "ReplaceRoute", ""},
			Missing: "InvalidRoute.NotFound", Taken: "RouteAlreadyExists", Unique: []string{"routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock"},
			Refs: []Ref{{Path: "routeTableId", To: RouteTable, Hold: Follow}, {Path: "gatewayId", To: InternetGateway}, {Path: "natGatewayId", To: NatGateway}},
			Apply: func(_ *State, r, _ *Resource) error {
				if len(r.Strings("gatewayId"))+len(r.Strings("natGatewayId")) != 1 {
					return refuse("InvalidParameterCombination", "a route has one target: the simulated AWS has gatewayId and natGatewayId")
				}
				return nil
			}},
		Kind{Type: RouteTableAssociation, ID: "rtbassoc-{hex17}", Missing: "InvalidAssociationID.NotFound",
			Calls:  [3]string{"AssociateRouteTable", "ReplaceRouteTableAssociation", "DisassociateRouteTable"},
			Unique: []string{"subnetId"}, Refs: []Ref{{Path: "routeTableId", To: RouteTable, Hold: Block}, {Path: "subnetId", To: Subnet, Hold: Follow}}},
		Kind{Type: VpcEndpoint, ID: "vpce-{hex17}", Arn: arn + "vpc-endpoint/{id}", Missing: "InvalidVpcEndpointId.NotFound",
			Required: []string{"serviceName"}, Allowed: map[string]string{"vpcEndpointType": "Gateway|Interface", "serviceName": `com\.amazonaws\..+`},
			Defaults: Properties{"vpcEndpointType": "Gateway"},
			Refs:     []Ref{inVpc, {Path: "subnetIds", To: Subnet}, {Path: "routeTableIds", To: RouteTable}, {Path: "securityGroupIds", To: SecurityGroup}},
			Apply: func(s *State, r, _ *Resource) error {
				return s.place(r.owner(), "VPC Endpoint Interface "+r.ID, r.Strings("subnetIds"), r.Strings("securityGroupIds")...)
			}},
		Kind{Type: SecurityGroup, ID: "sg-{hex17}", Arn: arn + "security-group/{id}", Name: "name", Required: []string{"vpcId"},
			Missing: "InvalidGroup.NotFound", Taken: "InvalidGroup.Duplicate", Unique: []string{"vpcId", "name"},
			Refs: []Ref{inVpc, {Path: "ingress.securityGroups", To: SecurityGroup, Hold: Block}, {Path: "egress.securityGroups", To: SecurityGroup, Hold: Block}}},
		Kind{Type: SecurityGroupRule, ID: "sgrule-{hex10}", Computed: map[string]string{"securityGroupRuleId": "sgr-{hex17}"},
			Calls:   [3]string{"AuthorizeSecurityGroupRule", "UpdateSecurityGroupRuleDescriptions", "RevokeSecurityGroupRule"},
			Allowed: map[string]string{"type": "ingress|egress"}, Missing: "InvalidPermission.NotFound", Taken: "InvalidPermission.Duplicate",
			Unique: []string{"securityGroupId", "type", "protocol", "fromPort", "toPort", "cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "sourceSecurityGroupId", "self"},
			Refs:   []Ref{{Path: "securityGroupId", To: SecurityGroup, Hold: Follow}, {Path: "sourceSecurityGroupId", To: SecurityGroup, Hold: Block}}},
		Kind{Type: LaunchTemplate, ID: "lt-{hex17}", Arn: arn + "launch-template/{id}", Calls: [3]string{"", "CreateLaunchTemplateVersion", ""},
			Name: "name", Unique: []string{"name"}, Defaults: Properties{"defaultVersion": 1},
			Missing: "InvalidLaunchTemplateId.NotFound", Taken: "InvalidLaunchTemplateName.AlreadyExistsException",
			Refs: []Ref{{Path: "vpcSecurityGroupIds", To: SecurityGroup}},
			Apply: func(_ *State, r, _ *Resource) error {
				r.Computed["latestVersion"] = r.Int("latestVersion") + 1
				return nil
			}},
	)
}

// block returns the addresses of a VPC or subnet, and whether they are a block that AWS allows: from /16 to /28, without host bits.
func block(r *Resource) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(r.String("cidrBlock"))
	return p, err == nil && p.Bits() >= 16 && p.Bits() <= 28 && p == p.Masked()
}

// internal adds what AWS creates together with r, and returns its id.
func (s *State) internal(r *Resource, typ string, inputs Properties) (string, error) {
	s.add(r)
	made, err := s.CreateOwned(typ, r.owner(), inputs)
	if err != nil {
		return "", err
	}
	return made.ID, nil
}

func applyVpc(s *State, r, old *Resource) error {
	if _, ok := block(r); !ok {
		return refuse("InvalidVpc.Range", "The CIDR '%s' is invalid. Allowed are blocks from /16 to /28.", r.String("cidrBlock"))
	}
	if old != nil {
		return nil
	}
	table, err := s.internal(r, RouteTable, Properties{"vpcId": r.ID})
	if err != nil {
		return err
	}
	group, err := s.internal(r, SecurityGroup, Properties{"vpcId": r.ID, "name": "default", "description": "default VPC security group"})
	r.Computed = Properties{"arn": r.String("arn"), "mainRouteTableId": table, "defaultRouteTableId": table, "defaultSecurityGroupId": group}
	return err
}

func applySubnet(s *State, r, _ *Resource) error {
	zones := s.Zones()
	if !r.has("availabilityZone") {
		r.Computed["availabilityZone"] = first(sortedKeys(zones))
	}
	zone := r.String("availabilityZone")
	if zones[zone] == "" {
		return refuse("InvalidParameterValue", "Value (%s) for parameter availabilityZone is invalid. Subnets can be created in %v.", zone, sortedKeys(zones))
	}
	r.Computed["availabilityZoneId"] = zones[zone]
	vpc := s.Get(Vpc, r.String("vpcId"))
	inner, ok := block(r)
	if outer, _ := block(vpc); !ok || inner.Bits() < outer.Bits() || !outer.Contains(inner.Addr()) {
		return refuse("InvalidSubnet.Range", "The CIDR '%s' is invalid. Allowed are blocks from /16 to /28 inside %s of %s.", r.String("cidrBlock"), outer, vpc.ID)
	}
	for _, o := range s.Where(Subnet, "vpcId", vpc.ID) {
		if theirs, _ := block(o); o.ID != r.ID && theirs.Overlaps(inner) {
			return refuse("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet: %s has %s", inner, o.ID, theirs)
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

func applyNatGateway(s *State, r, old *Resource) error {
	if vpc := s.network(r); len(s.Where(InternetGateway, "vpcId", vpc)) == 0 {
		return refuse("Gateway.NotAttached", "Network %s has no Internet gateway attached", vpc)
	}
	if err := s.place(r.owner(), "Interface for NAT Gateway "+r.ID, r.Strings("subnetId")); err != nil {
		return err
	}
	for _, i := range s.interfacesOf(r.owner()) {
		i.PublicIP = s.Get(Eip, r.String("allocationId")).String("publicIp")
		r.Computed["publicIp"] = i.PublicIP
		r.Computed["privateIp"] = i.PrivateIP
		r.Computed["networkInterfaceId"] = i.ID
	}
	return nil
}

package aws

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
	DefaultSecurityGroup  = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	SecurityGroupRule     = "aws:ec2/securityGroupRule:SecurityGroupRule"
	LaunchTemplate        = "aws:ec2/launchTemplate:LaunchTemplate"
	FlowLog               = "aws:ec2/flowLog:FlowLog"

	VpcIpv4CidrBlockAssociation = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
)

// Error codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. Ids:
// the resource pages of the Terraform AWS provider, whose ids Pulumi keeps.
func init() {
	inVpc := Ref{Path: "vpcId", To: Vpc, Hold: Block}
	register(ec2,
		Kind{Type: Vpc, Missing: "InvalidVpcID.NotFound",
			Defaults: Properties{"enableDnsSupport": true, "enableDnsHostnames": false}, Apply: applyVpc},
		Kind{Type: VpcIpv4CidrBlockAssociation, Required: []string{"cidrBlock"},
			Calls: [3]string{"AssociateVpcCidrBlock", "", "DisassociateVpcCidrBlock"}, Missing: "InvalidVpcCidrBlockAssociationID.NotFound",
			Refs: []Ref{{Path: "vpcId", To: Vpc, Hold: Follow}}, Apply: applyBlockAssociation, Delete: deleteBlockAssociation},
		Kind{Type: Subnet, Defaults: Properties{"mapPublicIpOnLaunch": false},
			Refs: []Ref{inVpc}, Apply: applySubnet},
		Kind{Type: InternetGateway,
			Unique: []string{"vpcId"}, Refs: []Ref{inVpc}, Delete: deleteInternetGateway},
		Kind{Type: Eip, Calls: [3]string{"AllocateAddress", "", "ReleaseAddress"},
			Defaults: Properties{"domain": "vpc"},
			Missing:  "InvalidAllocationID.NotFound", Held: "InvalidIPAddress.InUse"},
		Kind{Type: NatGateway, Asynchronous: true, Missing: "NatGatewayNotFound",
			Required: []string{"allocationId"}, Defaults: Properties{"connectivityType": "public"},
			Unique: []string{"allocationId"}, Refs: []Ref{{Path: "subnetId", To: Subnet}, {Path: "allocationId", To: Eip, Hold: Block}},
			Apply: applyNatGateway},
		Kind{Type: RouteTable, Refs: []Ref{inVpc}},
		Kind{Type: Route, Import: "{routeTableId}_{destinationCidrBlock}", Calls: [3]string{"", "ReplaceRoute", ""},
			Missing: "InvalidRoute.NotFound", Taken: "RouteAlreadyExists", Unique: []string{"routeTableId", "destinationCidrBlock",
				"destinationIpv6CidrBlock"},
			Refs: []Ref{{Path: "routeTableId", To: RouteTable, Hold: Follow}, {Path: "gatewayId", To: InternetGateway},
				{Path: "natGatewayId", To: NatGateway}},
			Apply: func(_ *State, r, _ *Resource) error {
				if len(r.Strings("gatewayId"))+len(r.Strings("natGatewayId")) != 1 {
					return refuse("InvalidParameterCombination", "a route has one target: the simulated AWS has gatewayId and natGatewayId")
				}
				return nil
			}},
		Kind{Type: RouteTableAssociation, Import: "{subnetId}/{routeTableId}", Missing: "InvalidAssociationID.NotFound",
			Calls:  [3]string{"AssociateRouteTable", "ReplaceRouteTableAssociation", "DisassociateRouteTable"},
			Unique: []string{"subnetId"}, Refs: []Ref{{Path: "routeTableId", To: RouteTable, Hold: Block}, {Path: "subnetId", To: Subnet,
				Hold: Follow}}},
		Kind{Type: VpcEndpoint, Missing: "InvalidVpcEndpointId.NotFound",
			Required: []string{"serviceName"},
			Defaults: Properties{"vpcEndpointType": "Gateway", "privateDnsEnabled": false},
			Refs: []Ref{inVpc, {Path: "subnetIds", To: Subnet}, {Path: "routeTableIds", To: RouteTable}, {Path: "securityGroupIds",
				To: SecurityGroup}},
			Check: endpointDocument.check("policy"), Apply: applyEndpoint},
		Kind{Type: FlowLog, Calls: [3]string{"CreateFlowLogs", "", "DeleteFlowLogs"},
			Defaults: Properties{"logDestinationType": toLogGroup, "maxAggregationInterval": 600}, Required: []string{"trafficType",
				"logDestination"},
			Missing: "InvalidFlowLogId.NotFound", Taken: "FlowLogAlreadyExists", Unique: []string{"logDestination", "trafficType", "vpcId",
				"subnetId", "eniId"},
			Refs: []Ref{{Path: "vpcId", To: Vpc, Hold: Follow}, {Path: "subnetId", To: Subnet, Hold: Follow}, {Path: "iamRoleArn", To: Role,
				Assume: "vpc-flow-logs.amazonaws.com"}},
			Apply: applyFlowLog, Health: flowLogHealth},
		Kind{Type: SecurityGroup, Required: []string{"vpcId"},
			Missing: "InvalidGroup.NotFound", Taken: "InvalidGroup.Duplicate", Unique: []string{"vpcId", "name"},
			Refs: []Ref{inVpc, {Path: "ingress.securityGroups", To: SecurityGroup, Hold: Block}, {Path: "egress.securityGroups", To: SecurityGroup,
				Hold: Block}}},
		Kind{Type: DefaultSecurityGroup, Calls: [3]string{"RevokeSecurityGroupIngress", "CreateTags", "DescribeSecurityGroups"},
			Required: []string{"vpcId"},
			Missing:  "InvalidGroup.NotFound", Taken: "InvalidGroup.Duplicate", Unique: []string{"vpcId"},
			Refs: []Ref{{Path: "vpcId", To: Vpc, Hold: Follow}}, Apply: applyDefaultGroup},
		Kind{Type: SecurityGroupRule,
			Calls:   [3]string{"AuthorizeSecurityGroupRule", "UpdateSecurityGroupRuleDescriptions", "RevokeSecurityGroupRule"},
			Missing: "InvalidPermission.NotFound", Taken: "InvalidPermission.Duplicate",
			Unique: []string{"securityGroupId", "type", "protocol", "fromPort", "toPort", "cidrBlocks", "ipv6CidrBlocks", "prefixListIds",
				"sourceSecurityGroupId", "self"},
			Refs: []Ref{{Path: "securityGroupId", To: SecurityGroup, Hold: Follow}, {Path: "sourceSecurityGroupId", To: SecurityGroup,
				Hold: Block}}},
		Kind{Type: LaunchTemplate, Calls: [3]string{"", "CreateLaunchTemplateVersion", ""},
			Unique: []string{"name"}, Defaults: Properties{"defaultVersion": 1},
			Missing: "InvalidLaunchTemplateId.NotFound", Taken: "InvalidLaunchTemplateName.AlreadyExistsException",
			Refs:  []Ref{{Path: "vpcSecurityGroupIds", To: SecurityGroup}},
			Check: checkLaunchTemplate, Apply: applyLaunchTemplate},
	)
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

func deleteInternetGateway(s *State, r *Resource) error {
	for _, id := range sortedKeys(s.Interfaces) {
		if i := s.Interfaces[id]; i.VpcID == r.String("vpcId") && i.PublicIP != "" {
			return refuse("DependencyViolation", "Network %s has some mapped public address(es). Please unmap those public address(es) before "+
				"detaching the gateway. %s has %s (%s).",
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

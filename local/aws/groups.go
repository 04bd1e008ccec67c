package aws

// exactly is one of some properties, and upTo at most one of them.
func exactly(paths ...string) group { return group{1, paths, 1} }
func upTo(paths ...string) group    { return group{0, paths, 1} }

// groups holds which properties a resource must have, and cannot have together: AtLeastOneOf, ExactlyOneOf and ConflictsWith of the schemas
// that [ranges] names.
var groups = map[string][]group{
	Vpc:                         {upTo("cidrBlock", "ipv4NetmaskLength")},
	VpcIpv4CidrBlockAssociation: {upTo("cidrBlock", "ipv4NetmaskLength")},
	Subnet:                      {upTo("availabilityZone", "availabilityZoneId")},
	NatGateway:                  {upTo("secondaryPrivateIpAddressCount", "secondaryPrivateIpAddresses")},
	Route: {exactly("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"),
		exactly("carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId",
			"networkInterfaceId", "transitGatewayId",
			"vpcEndpointId", "vpcPeeringConnectionId")},
	RouteTableAssociation: {exactly("gatewayId", "subnetId")},
	FlowLog: {exactly("eniId", "subnetId", "transitGatewayAttachmentId", "transitGatewayId", "vpcId"), upTo("logDestination",
		"logGroupName")},
	SecurityGroup: {upTo("name", "namePrefix")},
	SecurityGroupRule: {{1, []string{"cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "self", "sourceSecurityGroupId"}, 5},
		upTo("cidrBlocks", "self", "sourceSecurityGroupId"), upTo("ipv6CidrBlocks", "self", "sourceSecurityGroupId")},
	LaunchTemplate: {upTo("name", "namePrefix"), upTo("instanceType", "instanceRequirements"), upTo("defaultVersion", "updateDefaultVersion"),
		upTo("iamInstanceProfile.arn", "iamInstanceProfile.name"), upTo("securityGroupNames", "vpcSecurityGroupIds")},
	Role:       {upTo("name", "namePrefix")},
	Policy:     {upTo("name", "namePrefix")},
	RolePolicy: {upTo("name", "namePrefix")},
	Alias:      {upTo("name", "namePrefix")},
	LogGroup:   {upTo("name", "namePrefix")},
	NodeGroup: {upTo("nodeGroupName", "nodeGroupNamePrefix"), upTo("launchTemplate.id", "launchTemplate.name"),
		upTo("updateConfig.maxUnavailable", "updateConfig.maxUnavailablePercentage")},
	BucketV2:    {upTo("bucket", "bucketPrefix")},
	Certificate: {exactly("domainName", "privateKey"), upTo("certificateAuthorityArn", "validationMethod")},
	Zone:        {upTo("vpcs", "delegationSetId")},
	Record:      {exactly("aliases", "records"), upTo("aliases", "ttl")},
	Budget:      {upTo("name", "namePrefix")},

	DBInstance:       {upTo("identifier", "identifierPrefix"), exactly("password", "manageMasterUserPassword"), upTo("dbName", "name")},
	DBSubnetGroup:    {upTo("name", "namePrefix")},
	DBParameterGroup: {upTo("name", "namePrefix")},
}

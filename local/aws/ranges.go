package aws

// Forms that several properties share.
var (
	roleName    = `[\w+=,.@-]`
	iamPath     = all(length(1, 512), pattern(`/([\x21-\x7e]+/)?`))
	iamText     = all(length(0, 1000), pattern(`[\t\n\r\x20-\x7e\xa1-\xff]*`))
	clusterName = pattern(`[0-9A-Za-z][0-9A-Za-z_-]{0,99}`)
	ruleText    = pattern(`[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]{0,255}`)
	days        = between(1, 2147483647)
)

// ranges holds what one value of a property can be: the pattern, length, range or list that the Terraform AWS provider checks when it plans
// (the ValidateFunc of each property in https://github.com/hashicorp/terraform-provider-aws/tree/v5.100.0/internal/service), by type and path. What
// only AWS refuses is in [Kind.Allowed].
var ranges = map[string]map[string]bound{
	Vpc: {"cidrBlock": addressBlock(16, 28, 4), "instanceTenancy": among("default dedicated"), "ipv4NetmaskLength": between(16, 28)},

	VpcIpv4CidrBlockAssociation: {"cidrBlock": addressBlock(16, 28, 4), "ipv4NetmaskLength": between(16, 28)},

	Subnet: {"cidrBlock": anyNetwork, "ipv6CidrBlock": anyNet6, "privateDnsHostnameTypeOnLaunch": among("ip-name resource-name"),
		"outpostArn": anArn, "enableLniAtDeviceIndex": between(1, 15)},
	Eip:        {"domain": among("vpc standard"), "associateWithPrivateIp": anAddress},
	NatGateway: {"connectivityType": among("private public"), "privateIp": anAddress, "secondaryPrivateIpAddressCount": between(1, 31)},
	RouteTable: {"routes.cidrBlock": anyNetwork, "routes.ipv6CidrBlock": anyNet6},
	Route:      {"destinationCidrBlock": anyNetwork, "destinationIpv6CidrBlock": anyNet6},
	VpcEndpoint: {"vpcEndpointType": among("Gateway Interface GatewayLoadBalancer Resource ServiceNetwork"), "policy": aDocument,
		"ipAddressType": among("ipv4 dualstack ipv6"), "dnsOptions.dnsRecordIpType": among("ipv4 dualstack ipv6 service-defined")},
	FlowLog: {"trafficType": among("ACCEPT REJECT ALL"), "logDestinationType": among("cloud-watch-logs s3 kinesis-data-firehose"),
		"maxAggregationInterval": func(v any) string {
			if n := (Properties{"n": v}).Int("n"); n == 60 || n == 600 {
				return ""
			}
			return "60, 600"
		},
		"destinationOptions.fileFormat": among("plain-text parquet"), "iamRoleArn": anArn, "logDestination": anArn, "deliverCrossAccountRole": anArn},
	SecurityGroup: {"name": all(length(1, 255), pattern(`[^s].*|s|s[^g].*|sg|sg[^-].*`)), "namePrefix": length(0, 229), "description": ruleText,
		"ingress.fromPort": aPort, "ingress.toPort": aPort, "egress.fromPort": aPort, "egress.toPort": aPort, "ingress.cidrBlocks": anyNetwork,
		"egress.cidrBlocks": anyNetwork, "ingress.ipv6CidrBlocks": anyNet6, "egress.ipv6CidrBlocks": anyNet6, "ingress.description": ruleText,
		"egress.description": ruleText},
	SecurityGroupRule: {"type": among("ingress egress"), "fromPort": aPort, "toPort": aPort, "cidrBlocks": anyNetwork, "ipv6CidrBlocks": anyNet6,
		"description": ruleText, "protocol": pattern(`-1|[0-9]{1,3}|[A-Za-z0-9-]+`)},
	LaunchTemplate: {"name": pattern(`[0-9A-Za-z()./_-]{3,125}`), "namePrefix": pattern(`[0-9A-Za-z()./_-]{0,99}`), "description": length(0, 255),
		"blockDeviceMappings.ebs.volumeType": among("standard io1 io2 gp2 sc1 st1 gp3"), "blockDeviceMappings.ebs.throughput": between(125, 1000),
		"blockDeviceMappings.ebs.kmsKeyId": anArn, "metadataOptions.httpEndpoint": among("enabled disabled"), "metadataOptions.httpTokens": among("optional required"),
		"metadataOptions.httpPutResponseHopLimit": between(1, 64), "metadataOptions.httpProtocolIpv6": among("enabled disabled"),
		"metadataOptions.instanceMetadataTags": among("enabled disabled"), "instanceInitiatedShutdownBehavior": among("stop terminate"),
		"creditSpecification.cpuCredits": among("standard unlimited"), "iamInstanceProfile.arn": anArn,
		"tagSpecifications.resourceType": among("instance volume network-interface elastic-gpu spot-instances-request")},

	Role: {"name": pattern(roleName + `{1,64}`), "namePrefix": pattern(roleName + `{1,38}`), "description": iamText, "path": iamPath,
		"maxSessionDuration": between(3600, 43200), "assumeRolePolicy": anObject, "permissionsBoundary": anArn, "managedPolicyArns": anArn},
	Policy:                {"name": pattern(roleName + `{1,128}`), "namePrefix": pattern(roleName + `{1,102}`), "description": iamText, "path": iamPath, "policy": anObject},
	RolePolicyAttachment:  {"policyArn": anArn},
	RolePolicy:            {"name": pattern(roleName + `{1,128}`), "namePrefix": pattern(roleName + `{1,102}`), "policy": anObject},
	OpenIdConnectProvider: {"url": pattern(`https://.+`), "clientIdLists": length(1, 255), "thumbprintLists": length(40, 40)},

	Key: {"description": length(0, 8192), "deletionWindowInDays": between(7, 30), "rotationPeriodInDays": between(90, 2560), "policy": anObject,
		"keyUsage": among("ENCRYPT_DECRYPT SIGN_VERIFY GENERATE_VERIFY_MAC KEY_AGREEMENT"),
		"customerMasterKeySpec": among(`SYMMETRIC_DEFAULT RSA_2048 RSA_3072 RSA_4096 HMAC_224 HMAC_256 HMAC_384 HMAC_512 ECC_NIST_P256 ECC_NIST_P384
			ECC_NIST_P521 ECC_SECG_P256K1 SM2`)},
	Alias: {"name": pattern(`alias/[a-zA-Z0-9/_-]{1,250}`)},
	LogGroup: {"name": pattern(`[0-9A-Za-z_./#-]{1,512}`), "namePrefix": pattern(`[0-9A-Za-z_./#-]{1,486}`), "kmsKeyId": anArn,
		"logGroupClass": among("STANDARD INFREQUENT_ACCESS DELIVERY")},

	Cluster: {"name": clusterName, "roleArn": anArn, "vpcConfig.publicAccessCidrs": eitherNet, "encryptionConfig.resources": among("secrets"),
		"kubernetesNetworkConfig.serviceIpv4Cidr": privateNetwork(12, 24), "kubernetesNetworkConfig.ipFamily": among("ipv4 ipv6"),
		"enabledClusterLogTypes":          among("api audit authenticator controllerManager scheduler"),
		"accessConfig.authenticationMode": among("API API_AND_CONFIG_MAP CONFIG_MAP"), "upgradePolicy.supportType": among("STANDARD EXTENDED")},
	Addon: {"clusterName": clusterName, "serviceAccountRoleArn": anArn, "podIdentityAssociations.roleArn": anArn,
		"resolveConflictsOnCreate": among("NONE OVERWRITE"), "resolveConflictsOnUpdate": among("NONE OVERWRITE PRESERVE")},
	FargateProfile: {"clusterName": clusterName, "podExecutionRoleArn": anArn, "fargateProfileName": length(1, 100), "selectors.namespace": length(1, 63)},
	NodeGroup: {"clusterName": clusterName, "nodeGroupName": length(1, 63), "nodeGroupNamePrefix": length(0, 37), "taints.key": length(1, 63),
		"taints.value": length(0, 63), "taints.effect": among("NO_SCHEDULE NO_EXECUTE PREFER_NO_SCHEDULE"), "capacityType": among("ON_DEMAND SPOT CAPACITY_BLOCK"),
		"scalingConfig.minSize": between(0, 2147483647), "scalingConfig.desiredSize": between(0, 2147483647), "scalingConfig.maxSize": between(1, 2147483647),
		"updateConfig.maxUnavailable": between(1, 100), "updateConfig.maxUnavailablePercentage": between(1, 100),
		"launchTemplate.id": pattern(`lt-[0-9a-z]{1,252}`), "launchTemplate.name": pattern(`[0-9A-Za-z()./_-]{3,125}`), "launchTemplate.version": length(1, 255)},
	AccessEntry:             {"clusterName": clusterName, "principalArn": anArn},
	AccessPolicyAssociation: {"clusterName": clusterName, "principalArn": anArn, "policyArn": anArn, "accessScope.type": among("cluster namespace")},
	PodIdentityAssociation:  {"roleArn": anArn},

	BucketV2:                {"bucket": length(1, 63), "bucketPrefix": length(0, 37)},
	BucketOwnershipControls: {"rule.objectOwnership": among("BucketOwnerPreferred ObjectWriter BucketOwnerEnforced")},
	BucketServerSideEncryptionConfigurationV2: {"expectedBucketOwner": anAccount,
		"rules.applyServerSideEncryptionByDefault.sseAlgorithm": among("AES256 aws:kms aws:kms:dsse")},
	BucketVersioningV2: {"expectedBucketOwner": anAccount, "versioningConfiguration.status": among("Enabled Suspended Disabled"),
		"versioningConfiguration.mfaDelete": among("Enabled Disabled")},
	BucketLifecycleConfigurationV2: {"expectedBucketOwner": anAccount, "rules.id": length(1, 255), "rules.status": among("Enabled Disabled"),
		"rules.expiration.days": days, "rules.noncurrentVersionExpiration.noncurrentDays": days, "rules.abortIncompleteMultipartUpload.daysAfterInitiation": days,
		"rules.transitions.days":         between(0, 2147483647),
		"rules.transitions.storageClass": among("DEEP_ARCHIVE GLACIER GLACIER_IR INTELLIGENT_TIERING ONEZONE_IA STANDARD_IA")},
	BucketPolicy: {"policy": anObject},

	Certificate: {"domainName": all(length(1, 253), pattern(`.*[^.]`)), "subjectAlternativeNames": all(length(1, 253), pattern(`.*[^.]`)),
		"validationMethod": among("DNS EMAIL"), "certificateAuthorityArn": anArn,
		"keyAlgorithm": among("RSA_1024 RSA_2048 RSA_3072 RSA_4096 EC_prime256v1 EC_secp384r1 EC_secp521r1")},
	CertificateValidation: {"certificateArn": anArn},
	Zone:                  {"name": length(1, 1024), "comment": length(0, 256), "delegationSetId": length(0, 32)},
	Record: {"type": among("A AAAA CAA CNAME DS HTTPS MX NAPTR NS PTR SOA SPF SRV SSHFP SVCB TLSA TXT"), "ttl": between(0, 2147483647),
		"setIdentifier": length(1, 128), "aliases.name": length(1, 1024), "aliases.zoneId": length(1, 32)},

	Repository: {"name": length(2, 256), "imageTagMutability": among("MUTABLE IMMUTABLE"), "encryptionConfigurations.encryptionType": among("AES256 KMS"),
		"encryptionConfigurations.kmsKey": anArn},
	LifecyclePolicy:  {"policy": anObject},
	RepositoryPolicy: {"policy": anObject},
	Budget: {"accountId": anAccount, "name": length(1, 100), "timeUnit": among("DAILY MONTHLY QUARTERLY ANNUALLY"), "notifications.threshold": between(0, 1e9),
		"notifications.comparisonOperator": among("GREATER_THAN LESS_THAN EQUAL_TO"), "notifications.notificationType": among("ACTUAL FORECASTED"),
		"notifications.thresholdType": among("PERCENTAGE ABSOLUTE_VALUE"), "notifications.subscriberSnsTopicArns": anArn},
}

// exactly is one of some properties, and upTo at most one of them.
func exactly(paths ...string) group { return group{1, paths, 1} }
func upTo(paths ...string) group    { return group{0, paths, 1} }

// groups holds which properties a resource must have, and cannot have together: AtLeastOneOf, ExactlyOneOf and ConflictsWith of the same provider.
var groups = map[string][]group{
	Vpc:                         {upTo("cidrBlock", "ipv4NetmaskLength")},
	VpcIpv4CidrBlockAssociation: {upTo("cidrBlock", "ipv4NetmaskLength")},
	Route: {exactly("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"),
		exactly("carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId", "networkInterfaceId", "transitGatewayId",
			"vpcEndpointId", "vpcPeeringConnectionId")},
	RouteTableAssociation: {exactly("gatewayId", "subnetId")},
	FlowLog:               {exactly("eniId", "subnetId", "transitGatewayAttachmentId", "transitGatewayId", "vpcId")},
	SecurityGroup:         {upTo("name", "namePrefix")},
	SecurityGroupRule: {{1, []string{"cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "self", "sourceSecurityGroupId"}, 5},
		upTo("cidrBlocks", "self", "sourceSecurityGroupId"), upTo("ipv6CidrBlocks", "self", "sourceSecurityGroupId")},
	LaunchTemplate: {upTo("name", "namePrefix"), upTo("instanceType", "instanceRequirements")},
	Role:           {upTo("name", "namePrefix")},
	Policy:         {upTo("name", "namePrefix")},
	RolePolicy:     {upTo("name", "namePrefix")},
	Alias:          {upTo("name", "namePrefix")},
	LogGroup:       {upTo("name", "namePrefix")},
	NodeGroup:      {upTo("nodeGroupName", "nodeGroupNamePrefix"), upTo("launchTemplate.id", "launchTemplate.name")},
	BucketV2:       {upTo("bucket", "bucketPrefix")},
	Certificate:    {exactly("domainName", "privateKey"), upTo("certificateAuthorityArn", "validationMethod")},
	Zone:           {upTo("vpcs", "delegationSetId")},
	Record:         {exactly("aliases", "records"), upTo("aliases", "ttl")},
	Budget:         {upTo("name", "namePrefix")},
}

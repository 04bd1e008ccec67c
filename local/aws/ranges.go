package aws

import (
	"strings"
)

// Forms that several properties share.
var (
	roleName    = `[\w+=,.@-]`                                      // iam/validate.go:validResourceName
	iamPath     = all(length(1, 512), pattern(`/([\x21-\x7e]+/)?`)) // iam/role.go; AWS: the pattern
	iamText     = all(length(0, 1000), pattern(`[\t\n\r\x20-\x7e\xa1-\xff]*`))
	clusterName = pattern(`[0-9A-Za-z][0-9A-Za-z_-]{0,99}`)             // eks/validate.go:validClusterName
	ruleText    = pattern(`[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]{0,255}`) // ec2/validate.go:validSecurityGroupRuleDescription
	// verify/validate.go:ValidLaunchTemplateName and logs/validate.go:validLogGroupName
	templateName, groupName = `[0-9A-Za-z()./_-]`, `[0-9A-Za-z_./#-]`

	days = between(1, 2147483647)
	// ACM's DomainNameString, without names of one part (acm/certificate.go: no period at the end).
	domain = all(length(1, 253), pattern(`(\*\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]`))
	// Times of a day, and days, of RDS (verify/validate.go:ValidOnceADayWindowFormat, ValidOnceAWeekWindowFormat).
	clock, weekday = "([01][0-9]|2[0-3]):[0-5][0-9]", "(mon|tue|wed|thu|fri|sat|sun)"
	// A time as the provider writes it (budgets/budget.go:validTimePeriodTimestamp).
	timePeriod = pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9]{2}:[0-9]{2}")
)

// ranges holds what one value of a property can be, by type and path: the pattern, length, range or list that the Terraform AWS provider
// checks when it plans (verify.ValidARN, validation.StringInSlice and the like in the schema of each resource), and what AWS refuses at the
// call, which is marked so. The file of a resource is named before its row: it is in
// https://github.com/hashicorp/terraform-provider-aws/tree/v5.100.0/internal/service, and verify beside that folder. AWS's own are those of
// the API reference of the action that creates the resource.
var ranges = map[string]map[string]bound{
	// ec2/vpc_.go
	Vpc: {"cidrBlock": addressBlock(16, 28, 4), "instanceTenancy": among("default dedicated"), "ipv4NetmaskLength": between(16, 28)},
	// ec2/vpc_ipv4_cidr_block_association.go
	VpcIpv4CidrBlockAssociation: {"cidrBlock": addressBlock(16, 28, 4), "ipv4NetmaskLength": between(16, 28)},
	// ec2/vpc_subnet.go
	Subnet: {"cidrBlock": anyNetwork, "ipv6CidrBlock": anyNet6, "privateDnsHostnameTypeOnLaunch": among("ip-name resource-name"),
		"outpostArn": anArn, "enableLniAtDeviceIndex": between(1, 2147483647)},
	// ec2/ec2_eip.go; AWS: domain standard went with EC2-Classic
	Eip: {"domain": among("vpc"), "associateWithPrivateIp": anAddress},
	// ec2/vpc_nat_gateway.go; private ones are not simulated
	NatGateway: {"connectivityType": among("public"), "privateIp": anAddress, "secondaryPrivateIpAddressCount": between(1, 31)},
	// ec2/vpc_route_table.go, ec2/vpc_route.go: verify.ValidIPv4CIDRNetworkAddress
	RouteTable: {"routes.cidrBlock": anyNetwork, "routes.ipv6CidrBlock": anyNet6},
	Route:      {"destinationCidrBlock": anyNetwork, "destinationIpv6CidrBlock": anyNet6},
	// ec2/vpc_endpoint.go; other types are not simulated
	VpcEndpoint: {"vpcEndpointType": among("Gateway Interface"), "serviceName": pattern(`com\.amazonaws\..+`), "policy": aDocument,
		"ipAddressType": among("ipv4 dualstack ipv6"), "dnsOptions.dnsRecordIpType": among("ipv4 dualstack ipv6 service-defined")},
	// ec2/vpc_flow_log.go; streams of Firehose are not simulated
	FlowLog: {"trafficType": among("ACCEPT REJECT ALL"), "logDestinationType": among(toLogGroup + " " + toBucket),
		"maxAggregationInterval":        among("60 600"),
		"destinationOptions.fileFormat": among("plain-text parquet"), "iamRoleArn": anArn, "logDestination": anArn,
		"deliverCrossAccountRole": anArn},
	// ec2/vpc_security_group.go; AWS: the characters of a description, and ports
	SecurityGroup: {"name": all(length(1, 255), without("sg-")), "namePrefix": all(length(0, 229), without("sg-")), "description": ruleText,
		"ingress.fromPort": aPort, "ingress.toPort": aPort, "egress.fromPort": aPort, "egress.toPort": aPort, "ingress.cidrBlocks": anyNetwork,
		"egress.cidrBlocks": anyNetwork, "ingress.ipv6CidrBlocks": anyNet6, "egress.ipv6CidrBlocks": anyNet6, "ingress.description": ruleText,
		"egress.description": ruleText},
	// ec2/vpc_security_group_rule.go; AWS: ports and protocols
	SecurityGroupRule: {"type": among("ingress egress"), "fromPort": aPort, "toPort": aPort, "cidrBlocks": anyNetwork,
		"ipv6CidrBlocks": anyNet6,
		"description":    ruleText, "protocol": pattern(`-1|[0-9]{1,3}|(?i:all|tcp|udp|icmp|icmpv6)`)},
	// ec2/ec2_launch_template.go; names: verify/validate.go:ValidLaunchTemplateName
	LaunchTemplate: {"name": pattern(templateName + `{3,125}`), "namePrefix": pattern(templateName + `{3,99}`), "description": length(0, 255),
		"blockDeviceMappings.ebs.volumeType": among("standard io1 io2 gp2 sc1 st1 gp3"), "blockDeviceMappings.ebs.throughput": between(125, 1000),
		"blockDeviceMappings.ebs.kmsKeyId": anArn, "metadataOptions.httpEndpoint": among("enabled disabled"),
		"metadataOptions.httpTokens":              among("optional required"),
		"metadataOptions.httpPutResponseHopLimit": between(1, 64), "metadataOptions.httpProtocolIpv6": among("enabled disabled"),
		"metadataOptions.instanceMetadataTags": among("enabled disabled"), "instanceInitiatedShutdownBehavior": among("stop terminate"),
		"creditSpecification.cpuCredits": among("standard unlimited"), "iamInstanceProfile.arn": anArn,
		"tagSpecifications.resourceType": among("instance volume network-interface elastic-gpu spot-instances-request")},

	// iam/role.go; documents: verify/validate.go:ValidIAMPolicyJSON
	Role: {"name": pattern(roleName + `{1,64}`), "namePrefix": pattern(roleName + `{1,38}`), "description": iamText, "path": iamPath,
		"maxSessionDuration": between(3600, 43200), "assumeRolePolicy": anObject, "permissionsBoundary": anArn, "managedPolicyArns": anArn},
	// iam/policy.go
	Policy: {"name": pattern(roleName + `{1,128}`), "namePrefix": pattern(roleName + `{1,102}`), "description": iamText, "path": iamPath,
		"policy": anObject},
	// AWS: AttachRolePolicy
	RolePolicyAttachment: {"policyArn": anArn},
	// iam/role_policy.go
	RolePolicy: {"name": pattern(roleName + `{1,128}`), "namePrefix": pattern(roleName + `{1,102}`), "policy": anObject},
	// iam/openid_connect_provider.go, iam/validate.go:validOpenIDURL; AWS: at most 255 characters, and hexadecimal digits
	OpenIdConnectProvider: {"url": pattern(`https://[^?\s]{1,247}`), "clientIdLists": length(1, 255),
		"thumbprintLists": pattern(`[0-9a-fA-F]{40}`)},

	// kms/key.go; AWS: an array is not a policy
	Key: {"description": length(0, 8192), "deletionWindowInDays": between(7, 30), "rotationPeriodInDays": between(90, 2560),
		"policy":   anObject,
		"keyUsage": among("ENCRYPT_DECRYPT SIGN_VERIFY GENERATE_VERIFY_MAC KEY_AGREEMENT"),
		"customerMasterKeySpec": among(`SYMMETRIC_DEFAULT RSA_2048 RSA_3072 RSA_4096 HMAC_224 HMAC_256 HMAC_384 HMAC_512
			ECC_NIST_P256 ECC_NIST_P384 ECC_NIST_P521 ECC_SECG_P256K1 SM2`)},
	// kms/validate.go:validNameForResource; AWS: at most 256 characters
	Alias: {"name": all(pattern(`alias/[a-zA-Z0-9/_-]{1,250}`), without("alias/aws/"))},
	// logs/group.go, logs/validate.go:validLogGroupName, validLogGroupNamePrefix
	LogGroup: {"name": pattern(groupName + `{1,512}`), "namePrefix": pattern(groupName + `{1,483}`), "kmsKeyId": anArn,
		"logGroupClass":   among("STANDARD INFREQUENT_ACCESS DELIVERY"),
		"retentionInDays": among("0 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653")},

	// eks/cluster.go; versions: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
	Cluster: {"name": clusterName, "version": pattern(`1\.3[1-7]`), "roleArn": anArn, "vpcConfig.publicAccessCidrs": eitherNet,
		"encryptionConfig.resources":              among("secrets"),
		"kubernetesNetworkConfig.serviceIpv4Cidr": privateNetwork(12, 24), "kubernetesNetworkConfig.ipFamily": among("ipv4 ipv6"),
		"enabledClusterLogTypes":          among("api audit authenticator controllerManager scheduler"),
		"accessConfig.authenticationMode": among("API API_AND_CONFIG_MAP CONFIG_MAP"), "upgradePolicy.supportType": among("STANDARD EXTENDED")},
	// eks/addon.go; AWS: names, and the form of a version
	Addon: {"clusterName": clusterName, "addonName": among(strings.Join(sortedKeys(addons), " ")),
		"addonVersion":          pattern(`v\d+\.\d+\.\d+-eksbuild\.\d+`),
		"serviceAccountRoleArn": anArn, "podIdentityAssociations.roleArn": anArn,
		"resolveConflictsOnCreate": among("NONE OVERWRITE"), "resolveConflictsOnUpdate": among("NONE OVERWRITE PRESERVE")},
	// eks/fargate_profile.go: validation.NoZeroValues; the rest is AWS's
	FargateProfile: {"clusterName": clusterName, "podExecutionRoleArn": anArn, "fargateProfileName": clusterName,
		"selectors.namespace": length(1, 63)},
	// eks/node_group.go; templates: verify/validate.go:ValidLaunchTemplateID; AWS: names, images and the form of a type
	NodeGroup: {"clusterName": clusterName, "nodeGroupName": pattern(`[0-9A-Za-z][0-9A-Za-z_-]{0,62}`), "nodeGroupNamePrefix": length(0, 37),
		"amiType": pattern(amiTypes), "instanceTypes": pattern(`[a-z][a-z0-9-]*\.[a-z0-9-]+`),
		"capacityType": among("ON_DEMAND SPOT CAPACITY_BLOCK"),
		"taints.key":   length(1, 63), "taints.value": length(0, 63), "taints.effect": among("NO_SCHEDULE NO_EXECUTE PREFER_NO_SCHEDULE"),
		"scalingConfig.minSize": between(0, 2147483647), "scalingConfig.desiredSize": between(0, 2147483647),
		"scalingConfig.maxSize":       between(1, 2147483647),
		"updateConfig.maxUnavailable": between(1, 100), "updateConfig.maxUnavailablePercentage": between(1, 100),
		"launchTemplate.id": pattern(`lt-[0-9a-z]{1,252}`), "launchTemplate.name": pattern(templateName + `{3,125}`),
		"launchTemplate.version": length(1, 255)},
	// eks/access_entry.go, eks/access_policy_association.go; AWS: whose ARN
	AccessEntry: {"clusterName": clusterName, "principalArn": pattern(`arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+`),
		"type": among("STANDARD EC2_LINUX EC2_WINDOWS FARGATE_LINUX EC2 HYBRID_LINUX")},
	AccessPolicyAssociation: {"clusterName": clusterName, "principalArn": anArn, "accessScope.type": among("cluster namespace"),
		"policyArn": pattern(`arn:aws[a-z-]*:eks::aws:cluster-access-policy/AmazonEKS(ClusterAdmin|Admin|Edit|View|AdminView|AutoNode)Policy`)},
	// eks/pod_identity_association.go
	PodIdentityAssociation: {"roleArn": anArn},

	// s3/bucket.go; AWS: the characters of a name
	BucketV2: {"bucket": pattern(`[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]`), "bucketPrefix": pattern(`[a-z0-9][a-z0-9.-]{0,36}`)},
	// s3/bucket_ownership_controls.go, s3/bucket_server_side_encryption_configuration.go, s3/bucket_versioning.go
	BucketOwnershipControls: {"rule.objectOwnership": among("BucketOwnerPreferred ObjectWriter BucketOwnerEnforced")},
	BucketServerSideEncryptionConfigurationV2: {"expectedBucketOwner": anAccount,
		"rules.applyServerSideEncryptionByDefault.sseAlgorithm": among("AES256 aws:kms aws:kms:dsse")},
	BucketVersioningV2: {"expectedBucketOwner": anAccount, "versioningConfiguration.status": among("Enabled Suspended Disabled"),
		"versioningConfiguration.mfaDelete": among("Enabled Disabled")},
	// s3/bucket_lifecycle_configuration.go; AWS: days of an expiration and of uploads
	BucketLifecycleConfigurationV2: {"expectedBucketOwner": anAccount, "rules.id": length(1, 255), "rules.status": among("Enabled Disabled"),
		"rules.expiration.days": days, "rules.noncurrentVersionExpiration.noncurrentDays": days,
		"rules.abortIncompleteMultipartUpload.daysAfterInitiation": days,
		"rules.transitions.days":                                   between(0, 2147483647),
		"rules.transitions.storageClass": among(`DEEP_ARCHIVE GLACIER GLACIER_IR INTELLIGENT_TIERING
			ONEZONE_IA STANDARD_IA`)},
	// s3/bucket_policy.go; AWS: an array is not a policy
	BucketPolicy: {"policy": anObject},

	// acm/certificate.go; AWS: the form of a name
	Certificate: {"domainName": domain, "subjectAlternativeNames": domain, "validationMethod": among("DNS EMAIL"),
		"certificateAuthorityArn": anArn,
		"keyAlgorithm":            among("RSA_1024 RSA_2048 RSA_3072 RSA_4096 EC_prime256v1 EC_secp384r1 EC_secp521r1")},
	// acm/certificate_validation.go
	CertificateValidation: {"certificateArn": anArn},
	// route53/zone.go, route53/record.go; AWS: at most 255 characters of a zone's name
	Zone: {"name": pattern(`[^.].{0,253}`), "comment": length(0, 256), "delegationSetId": length(0, 32)},
	Record: {"type": among("A AAAA CAA CNAME DS HTTPS MX NAPTR NS PTR SOA SPF SRV SSHFP SVCB TLSA TXT"), "ttl": between(0, 2147483647),
		"setIdentifier": length(1, 128), "aliases.name": length(1, 1024), "aliases.zoneId": length(1, 32)},

	// ecr/repository.go; AWS: names
	Repository: {"name": all(length(2, 256), pattern(`(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`)),
		"imageTagMutability": among("MUTABLE IMMUTABLE"), "encryptionConfigurations.encryptionType": among("AES256 KMS"),
		"encryptionConfigurations.kmsKey": anArn},
	// ecr/lifecycle_policy.go, ecr/repository_policy.go; AWS: an array is not a policy
	LifecyclePolicy:  {"policy": anObject},
	RepositoryPolicy: {"policy": anObject},
	// rds/subnet_group.go, rds/validate.go:validSubnetGroupName
	DBSubnetGroup: {"name": all(pattern(`[0-9a-z. _-]{1,255}`), except("default")), "namePrefix": pattern(`[0-9a-z. _-]{1,229}`)},
	// rds/parameter_group.go, rds/validate.go:validParamGroupName; AWS: families
	DBParameterGroup: {"name": identifier(255), "namePrefix": prefix(255), "family": among("mysql8.0 mysql8.4"),
		"parameters.applyMethod": among("immediate pending-reboot")},
	// rds/instance.go, rds/validate.go:validIdentifier; AWS: classes, sizes, days, and names of schemas and users. Engines besides MySQL are
	// not simulated
	DBInstance: {"identifier": identifier(63), "identifierPrefix": prefix(63), "finalSnapshotIdentifier": identifier(255),
		"engine": among("mysql"), "engineVersion": pattern(`8\.(0|4)(\.[0-9]+)?`),
		"engineLifecycleSupport": among("open-source-rds-extended-support open-source-rds-extended-support-disabled"),
		"instanceClass":          pattern(`db\.(t4g\.(micro|small|medium|x?large|2xlarge)|m[67]g\.(large|([248]|12|16)?xlarge))`),
		"allocatedStorage":       between(20, 65536), "maxAllocatedStorage": between(0, 65536),
		"storageType": among("standard gp2 gp3 io1 io2"), "kmsKeyId": anArn, "backupRetentionPeriod": between(0, 35),
		"backupWindow": pattern(clock + "-" + clock), "maintenanceWindow": pattern(weekday + ":" + clock + "-" + weekday + ":" + clock),
		"dbName": pattern(`[A-Za-z][0-9A-Za-z_]{0,63}`), "username": pattern(`[A-Za-z][0-9A-Za-z_]{0,15}`),
		"password": pattern(`[!#-.0-?A-~]{8,41}`), "port": between(1150, 65535)},
	DBSnapshot: {"dbSnapshotIdentifier": identifier(255)},
	// budgets/budget.go; AWS: names, amounts and addresses
	Budget: {"accountId": anAccount, "name": pattern(`[^:\\]{1,100}`), "timeUnit": among("DAILY MONTHLY QUARTERLY ANNUALLY"),
		"limitAmount":     pattern(`[0-9]+(\.[0-9]+)?`),
		"budgetType":      among("USAGE COST RI_UTILIZATION RI_COVERAGE SAVINGS_PLANS_UTILIZATION SAVINGS_PLANS_COVERAGE"),
		"timePeriodStart": timePeriod, "timePeriodEnd": timePeriod, "notifications.threshold": between(0, 1e9),
		"notifications.comparisonOperator":       among("GREATER_THAN LESS_THAN EQUAL_TO"),
		"notifications.notificationType":         among("ACTUAL FORECASTED"),
		"notifications.thresholdType":            among("PERCENTAGE ABSOLUTE_VALUE"),
		"notifications.subscriberEmailAddresses": pattern(`[^@\s]+@[^@\s]+`), "notifications.subscriberSnsTopicArns": pattern(`arn:aws:sns:.+`)},
}

package recorder

import "strings"

// awsAnswers give ids, ARNs and outputs of the shape that the AWS provider returns. A type that is missing here is
// identified by its name.
var awsAnswers = map[string]func(answerer) (string, map[string]any){
	"aws:ec2/vpc:Vpc": ec2("vpc", "vpc", func(a answerer) map[string]any {
		return map[string]any{"defaultSecurityGroupId": a.id("sg"), "mainRouteTableId": a.id("rtb"), "ownerId": Account}
	}),
	"aws:ec2/subnet:Subnet":                               ec2("subnet", "subnet", nil),
	"aws:ec2/securityGroup:SecurityGroup":                 ec2("sg", "security-group", nil),
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":   ec2("sg", "security-group", nil),
	"aws:ec2/internetGateway:InternetGateway":             ec2("igw", "internet-gateway", nil),
	"aws:ec2/routeTable:RouteTable":                       ec2("rtb", "route-table", nil),
	"aws:ec2/routeTableAssociation:RouteTableAssociation": ec2("rtbassoc", "", nil),
	"aws:ec2/route:Route":                                 ec2("r", "", nil),
	"aws:ec2/vpcEndpoint:VpcEndpoint":                     ec2("vpce", "vpc-endpoint", nil),
	"aws:ec2/flowLog:FlowLog":                             ec2("fl", "vpc-flow-log", nil),

	"aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": ec2("vpc-cidr-assoc", "", nil),
	"aws:ec2/securityGroupRule:SecurityGroupRule": func(a answerer) (string, map[string]any) {
		return "sgrule-" + a.hex[:10], map[string]any{"securityGroupRuleId": a.id("sgr")}
	},
	"aws:ec2/eip:Eip": ec2("eipalloc", "elastic-ip", func(a answerer) map[string]any {
		return map[string]any{"allocationId": a.id("eipalloc"), "publicIp": "203.0.113.7"}
	}),
	"aws:ec2/natGateway:NatGateway": ec2("nat", "natgateway", func(answerer) map[string]any {
		return map[string]any{"publicIp": "203.0.113.7", "privateIp": "10.0.192.7"}
	}),
	"aws:ec2/launchTemplate:LaunchTemplate": ec2("lt", "launch-template", func(a answerer) map[string]any {
		return map[string]any{"name": a.name("name"), "latestVersion": 1, "defaultVersion": 1}
	}),
	"aws:iam/role:Role": func(a answerer) (string, map[string]any) {
		name := a.name("name")
		return name, map[string]any{
			"name": name, "arn": "arn:aws:iam::" + Account + ":role" + a.path() + name, "uniqueId": "AROA" + strings.ToUpper(a.hex[:17]),
		}
	},
	"aws:iam/policy:Policy": func(a answerer) (string, map[string]any) {
		name := a.name("name")
		arn := "arn:aws:iam::" + Account + ":policy" + a.path() + name
		return arn, map[string]any{"name": name, "arn": arn, "policyId": "ANPA" + strings.ToUpper(a.hex[:17])}
	},
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment": func(a answerer) (string, map[string]any) {
		return a.input("role") + "-" + a.hex[:26], nil
	},
	"aws:iam/rolePolicy:RolePolicy": func(a answerer) (string, map[string]any) {
		return a.input("role") + ":" + a.name("name"), map[string]any{"name": a.name("name")}
	},
	"aws:iam/openIdConnectProvider:OpenIdConnectProvider": func(a answerer) (string, map[string]any) {
		arn := "arn:aws:iam::" + Account + ":oidc-provider/" + strings.TrimPrefix(a.input("url"), "https://")
		return arn, map[string]any{"arn": arn}
	},
	"aws:acm/certificate:Certificate": func(a answerer) (string, map[string]any) {
		arn := a.arn("acm", "certificate/"+a.hex[:8]+"-0000-4000-8000-"+a.hex[8:20])
		return arn, map[string]any{"arn": arn, "domainValidationOptions": []any{map[string]any{
			"domainName": a.input("domainName"), "resourceRecordName": "_" + a.hex[:32] + "." + strings.TrimPrefix(a.input("domainName"), "*.") + ".",
			"resourceRecordType": "CNAME", "resourceRecordValue": "_" + a.hex[:32] + ".acm-validations.aws.",
		}}}
	},
	"aws:acm/certificateValidation:CertificateValidation": func(a answerer) (string, map[string]any) {
		return "2026-01-02 03:04:05 +0000 UTC", map[string]any{"certificateArn": a.input("certificateArn")}
	},
	"aws:route53/record:Record": func(a answerer) (string, map[string]any) {
		return a.input("zoneId") + "_" + a.input("name") + "_" + a.input("type"), map[string]any{"fqdn": strings.TrimSuffix(a.input("name"), ".")}
	},
	"aws:s3/bucketV2:BucketV2": func(a answerer) (string, map[string]any) {
		name := a.name("bucket")
		return name, map[string]any{"bucket": name, "arn": "arn:aws:s3:::" + name}
	},
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     settingOf("bucket"),
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     settingOf("bucket"),
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": settingOf("bucket"),
	"aws:s3/bucketVersioningV2:BucketVersioningV2":                                               settingOf("bucket"),
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":                       settingOf("bucket"),
	"aws:s3/bucketPolicy:BucketPolicy":                                                           settingOf("bucket"),
	"aws:ecr/lifecyclePolicy:LifecyclePolicy":                                                    settingOf("repository"),
	"aws:ecr/repositoryPolicy:RepositoryPolicy":                                                  settingOf("repository"),
	"aws:route53/zone:Zone": func(a answerer) (string, map[string]any) {
		id := "Z" + strings.ToUpper(a.hex[:20])
		return id, map[string]any{"zoneId": id, "arn": "arn:aws:route53:::hostedzone/" + id}
	},
	"aws:budgets/budget:Budget": func(a answerer) (string, map[string]any) {
		name := a.name("name")
		return Account + ":" + name, map[string]any{"name": name, "arn": "arn:aws:budgets::" + Account + ":budget/" + name}
	},
	"aws:ecr/repository:Repository": func(a answerer) (string, map[string]any) {
		name := a.name("name")
		return name, map[string]any{
			"name": name, "arn": a.arn("ecr", "repository/"+name), "registryId": Account,
			"repositoryUrl": Account + ".dkr.ecr." + a.region + ".amazonaws.com/" + name,
		}
	},
	"aws:kms/key:Key": func(a answerer) (string, map[string]any) {
		id := a.hex[:8] + "-" + a.hex[8:12] + "-4" + a.hex[13:16] + "-8" + a.hex[17:20] + "-" + a.hex[20:32]
		return id, map[string]any{"arn": a.arn("kms", "key/"+id), "keyId": id}
	},
	"aws:kms/alias:Alias": func(a answerer) (string, map[string]any) {
		return a.name("name"), map[string]any{"arn": a.arn("kms", a.name("name"))}
	},
	"aws:cloudwatch/logGroup:LogGroup": func(a answerer) (string, map[string]any) {
		return a.name("name"), map[string]any{"name": a.name("name"), "arn": a.arn("logs", "log-group:"+a.name("name"))}
	},
	"aws:eks/cluster:Cluster": eksCluster,
	"aws:eks/addon:Addon": func(a answerer) (string, map[string]any) {
		id := a.input("clusterName") + ":" + a.input("addonName")
		return id, map[string]any{
			"arn":          a.arn("eks", "addon/"+a.input("clusterName")+"/"+a.input("addonName")+"/"+a.hex[:8]),
			"addonVersion": "v1.0.0-eksbuild.1",
		}
	},
	"aws:eks/podIdentityAssociation:PodIdentityAssociation": func(a answerer) (string, map[string]any) {
		id := a.id("a")
		return id, map[string]any{"associationId": id, "associationArn": a.arn("eks", "podidentityassociation/"+a.input("clusterName")+"/"+id)}
	},
	"aws:eks/accessEntry:AccessEntry": func(a answerer) (string, map[string]any) {
		return a.input("clusterName") + ":" + a.input("principalArn"), map[string]any{
			"accessEntryArn": a.arn("eks", "access-entry/"+a.input("clusterName")+"/"+a.hex[:8]), "userName": a.input("principalArn"),
		}
	},
	"aws:eks/accessPolicyAssociation:AccessPolicyAssociation": func(a answerer) (string, map[string]any) {
		return a.input("clusterName") + "#" + a.input("principalArn") + "#" + a.input("policyArn"), nil
	},
	"aws:eks/fargateProfile:FargateProfile": func(a answerer) (string, map[string]any) {
		name := a.name("fargateProfileName")
		return a.input("clusterName") + ":" + name, map[string]any{
			"arn":                a.arn("eks", "fargateprofile/"+a.input("clusterName")+"/"+name+"/"+a.hex[:8]),
			"fargateProfileName": name, "status": "ACTIVE",
		}
	},
	"aws:eks/nodeGroup:NodeGroup": func(a answerer) (string, map[string]any) {
		name := a.name("nodeGroupName")
		return a.input("clusterName") + ":" + name, map[string]any{
			"arn":           a.arn("eks", "nodegroup/"+a.input("clusterName")+"/"+name+"/"+a.hex[:8]),
			"nodeGroupName": name, "status": "ACTIVE",
			"resources": []any{map[string]any{"autoscalingGroups": []any{map[string]any{"name": "eks-" + name}}}},
		}
	},
}

// settingOf answers for a setting whose id is the name of what it is a setting of.
func settingOf(key string) func(answerer) (string, map[string]any) {
	return func(a answerer) (string, map[string]any) { return a.input(key), nil }
}

// ec2 answers for a resource with an EC2 id; an empty arnPath leaves the ARN out, and more adds outputs.
func ec2(prefix, arnPath string, more func(answerer) map[string]any) func(answerer) (string, map[string]any) {
	return func(a answerer) (string, map[string]any) {
		id := a.id(prefix)
		computed := map[string]any{}
		if more != nil {
			computed = more(a)
		}
		if arnPath != "" {
			computed["arn"] = a.arn("ec2", arnPath+"/"+id)
		}
		return id, computed
	}
}

func eksCluster(a answerer) (string, map[string]any) {
	name := a.name("name")
	issuer := "https://oidc.eks." + a.region + ".amazonaws.com/id/" + strings.ToUpper(a.hex[:32])
	return name, map[string]any{
		"name": name, "arn": a.arn("eks", "cluster/"+name), "status": "ACTIVE",
		"endpoint":             "https://" + strings.ToUpper(a.hex[:32]) + ".gr7." + a.region + ".eks.amazonaws.com",
		"certificateAuthority": map[string]any{"data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="},
		"identities":           []any{map[string]any{"oidcs": []any{map[string]any{"issuer": issuer}}}},
		"platformVersion":      "eks.1",
		"vpcConfig":            map[string]any{"clusterSecurityGroupId": a.id("sg"), "vpcId": a.id("vpc")},
	}
}

func (a answerer) path() string {
	if path := a.input("path"); path != "" {
		return path
	}
	return "/"
}

package residue

import (
	"slices"
	"strings"
)

// Kind is a kind of thing that an environment can leave behind.
type Kind struct {
	// Type is the type in Cloud Control, such as AWS::EC2::VPC.
	Type string
	// Token is the type in Pulumi, by which a price is known; "" for none.
	Token string
	// Arn is how ARNs of the kind go on after the partition, without region and account: ec2:vpc/.
	Arn string
	// Rank orders deletions: lower ones go first.
	Rank int
	// Whole says that the identifier is the ARN; otherwise it is what follows Arn.
	Whole bool
	// Join has the identifier of a thing of a cluster begin with the cluster's name, and this between that and its own.
	Join string
	// With is what the kind goes with, so that nothing deletes it.
	With string
	// Data says that it holds data that cannot be made again: it is deleted only where that is asked for.
	Data bool
	// Command deletes one where Cloud Control cannot, with %s for the identifier.
	Command string
}

// Types that are looked for by name, since no tag leads to them.
const (
	Role       = "AWS::IAM::Role"
	LogGroup   = "AWS::Logs::LogGroup"
	Alias      = "AWS::KMS::Alias"
	Address    = "AWS::EC2::EIP"
	Attachment = "AWS::EC2::VPCGatewayAttachment"
	Vpc        = "AWS::EC2::VPC"
	Group      = "AWS::EC2::SecurityGroup"
	Ingress    = "AWS::EC2::SecurityGroupIngress"
	Egress     = "AWS::EC2::SecurityGroupEgress"
)

// kinds are all kinds. Nodes and pods go before what they stand on, load balancers before their security groups, and networks last.
var kinds = []Kind{
	{Type: "AWS::ElasticLoadBalancingV2::LoadBalancer", Token: "aws:lb/loadBalancer:LoadBalancer", Arn: "elasticloadbalancing:loadbalancer/",
		Rank: 10, Whole: true},
	{Type: "AWS::EKS::Nodegroup", Token: "aws:eks/nodeGroup:NodeGroup", Arn: "eks:nodegroup/", Rank: 10, Join: "/"},
	{Type: "AWS::EKS::FargateProfile", Token: "aws:eks/fargateProfile:FargateProfile", Arn: "eks:fargateprofile/", Rank: 10, Join: "|"},
	{Type: "AWS::RDS::DBInstance", Token: "aws:rds/instance:Instance", Arn: "rds:db:", Rank: 10, Data: true},
	{Type: "AWS::APS::Workspace", Token: "aws:amp/workspace:Workspace", Arn: "aps:workspace/", Rank: 10, Whole: true, Data: true},
	{Type: "AWS::EC2::Instance", Arn: "ec2:instance/", Rank: 15},
	{Type: "AWS::ElasticLoadBalancingV2::TargetGroup", Arn: "elasticloadbalancing:targetgroup/", Rank: 20, Whole: true},
	{Type: "AWS::EC2::VPCEndpoint", Token: "aws:ec2/vpcEndpoint:VpcEndpoint", Arn: "ec2:vpc-endpoint/", Rank: 20},
	{Type: "AWS::EC2::NatGateway", Token: "aws:ec2/natGateway:NatGateway", Arn: "ec2:natgateway/", Rank: 20},
	{Type: "AWS::EC2::FlowLog", Token: "aws:ec2/flowLog:FlowLog", Arn: "ec2:vpc-flow-log/", Rank: 20},
	{Type: "AWS::EKS::Addon", Token: "aws:eks/addon:Addon", Arn: "eks:addon/", Rank: 25, Join: "|", With: "the cluster"},
	{Type: "AWS::EKS::AccessEntry", Token: "aws:eks/accessEntry:AccessEntry", Arn: "eks:access-entry/", Rank: 25, With: "the cluster"},
	{Type: "AWS::EKS::PodIdentityAssociation", Token: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
		Arn: "eks:podidentityassociation/", Rank: 25, Whole: true, With: "the cluster"},
	{Type: "AWS::EKS::Cluster", Token: "aws:eks/cluster:Cluster", Arn: "eks:cluster/", Rank: 30},
	{Type: Alias, Arn: "kms:alias/", Rank: 30},
	{Type: Address, Token: "aws:ec2/eip:Eip", Arn: "ec2:elastic-ip/", Rank: 40},
	{Type: "AWS::EC2::LaunchTemplate", Token: "aws:ec2/launchTemplate:LaunchTemplate", Arn: "ec2:launch-template/", Rank: 40},
	{Type: "AWS::IAM::OIDCProvider", Token: "aws:iam/openIdConnectProvider:OpenIdConnectProvider", Arn: "iam:oidc-provider/", Rank: 40,
		Whole: true},
	{Type: "AWS::RDS::DBSubnetGroup", Token: "aws:rds/subnetGroup:SubnetGroup", Arn: "rds:subgrp:", Rank: 40},
	{Type: "AWS::RDS::DBParameterGroup", Token: "aws:rds/parameterGroup:ParameterGroup", Arn: "rds:pg:", Rank: 40},
	{Type: "AWS::EC2::NetworkInterface", Arn: "ec2:network-interface/", Rank: 50},
	{Type: "AWS::EC2::Volume", Arn: "ec2:volume/", Rank: 50, Data: true},
	// Groups whose rules name each other hold each other.
	{Type: Ingress, Rank: 55},
	{Type: Egress, Rank: 55},
	{Type: Group, Token: "aws:ec2/securityGroup:SecurityGroup", Arn: "ec2:security-group/", Rank: 60},
	{Type: "AWS::EC2::Subnet", Token: "aws:ec2/subnet:Subnet", Arn: "ec2:subnet/", Rank: 60},
	{Type: Attachment, Rank: 65},
	{Type: Role, Token: "aws:iam/role:Role", Arn: "iam:role/", Rank: 60},
	{Type: "AWS::EC2::RouteTable", Token: "aws:ec2/routeTable:RouteTable", Arn: "ec2:route-table/", Rank: 70},
	{Type: "AWS::EC2::InternetGateway", Token: "aws:ec2/internetGateway:InternetGateway", Arn: "ec2:internet-gateway/", Rank: 70},
	{Type: "AWS::IAM::ManagedPolicy", Token: "aws:iam/policy:Policy", Arn: "iam:policy/", Rank: 70, Whole: true},
	{Type: Vpc, Token: "aws:ec2/vpc:Vpc", Arn: "ec2:vpc/", Rank: 80},
	{Type: "AWS::KMS::Key", Token: "aws:kms/key:Key", Arn: "kms:key/", Rank: 80},
	{Type: LogGroup, Token: "aws:cloudwatch/logGroup:LogGroup", Arn: "logs:log-group:", Rank: 80},
	{Type: "AWS::S3::Bucket", Token: "aws:s3/bucketV2:BucketV2", Arn: "s3:", Rank: 90, Data: true},
	{Type: "AWS::ECR::Repository", Token: "aws:ecr/repository:Repository", Arn: "ecr:repository/", Rank: 90, Data: true},
	{Type: "AWS::SecretsManager::Secret", Token: "aws:secretsmanager/secret:Secret", Arn: "secretsmanager:secret:", Rank: 90, Whole: true,
		Data: true},
	// Cloud Control does not have these.
	{Type: "AWS::EC2::Snapshot", Arn: "ec2:snapshot/", Rank: 90, Data: true, Command: "aws ec2 delete-snapshot --snapshot-id %s"},
	{Type: "AWS::RDS::DBSnapshot", Arn: "rds:snapshot:", Rank: 90, Data: true,
		Command: "aws rds delete-db-snapshot --db-snapshot-identifier %s"},
	{Type: "AWS::CertificateManager::Certificate", Token: "aws:acm/certificate:Certificate", Arn: "acm:certificate/", Rank: 90, Whole: true,
		Command: "aws acm delete-certificate --certificate-arn %s"},
}

// Kinds lists all kinds.
func Kinds() []Kind { return slices.Clone(kinds) }

// KindOf returns the kind of a type.
func KindOf(typ string) (Kind, bool) {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Type == typ })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}

// ofArn finds the kind of an ARN, and the identifier that Cloud Control has for it.
func ofArn(arn string) (Kind, string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return Kind{}, arn
	}
	text := parts[2] + ":" + parts[5]
	for _, k := range kinds {
		rest, is := strings.CutPrefix(text, k.Arn)
		if !is || k.Arn == "" {
			continue
		}
		switch {
		case k.Whole:
			return k, arn
		case k.Join != "":
			if names := strings.Split(rest, "/"); len(names) > 1 {
				return k, names[0] + k.Join + names[1]
			}
		case k.Type == Role: // after the path
			return k, rest[strings.LastIndex(rest, "/")+1:]
		case k.Type == Alias:
			return k, "alias/" + rest
		case k.Type == LogGroup:
			return k, strings.TrimSuffix(rest, ":*")
		}
		return k, rest
	}
	return Kind{}, arn
}

package awsprovider

import (
	"reflect"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/amp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/budgets"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/modelway/modelway/local/aws"
)

// schema is a resource type as the Pulumi AWS provider declares it. The types of its Go SDK are the schema: an input that
// has no field does not exist.
type schema struct {
	inputs  reflect.Type
	outputs reflect.Type
	// replace lists the properties whose change needs a new resource, "*" being all but tags. It follows ForceNew in the Terraform AWS
	// provider 5.100 (https://github.com/hashicorp/terraform-provider-aws/tree/v5.100.0/internal/service).
	replace []string
	// nested lists the computed properties inside objects that are also inputs.
	nested []string
	// deleteFirst says that a replacement is only created when the old resource has gone.
	deleteFirst bool
}

// elementTyped is what the argument structs of the SDK have: the type of their plain values.
type elementTyped interface{ ElementType() reflect.Type }

func of(args elementTyped, resource any, replace ...string) schema {
	return schema{inputs: args.ElementType(), outputs: reflect.TypeOf(resource), replace: replace}
}

func (s schema) computes(paths ...string) schema {
	s.nested = paths
	return s
}

// goingFirst is for what the Pulumi AWS provider deletes before it is replaced:
// https://github.com/pulumi/pulumi-aws/blob/v6.83.2/provider/resources.go.
func (s schema) goingFirst() schema {
	s.deleteFirst = true
	return s
}

// schemas is the list of resource types. A new type is an entry here and one in package aws.
var schemas = map[string]schema{
	aws.Vpc: of(ec2.VpcArgs{}, ec2.Vpc{}, "cidrBlock", "instanceTenancy", "ipv4IpamPoolId", "ipv4NetmaskLength"),
	aws.Subnet: of(ec2.SubnetArgs{}, ec2.Subnet{}, "vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "outpostArn",
		"ipv6Native"),
	aws.InternetGateway: of(ec2.InternetGatewayArgs{}, ec2.InternetGateway{}),
	aws.NatGateway:      of(ec2.NatGatewayArgs{}, ec2.NatGateway{}, "allocationId", "connectivityType", "privateIp", "subnetId"),
	aws.Eip: of(ec2.EipArgs{}, ec2.Eip{}, "address", "domain", "vpc", "publicIpv4Pool", "customerOwnedIpv4Pool",
		"networkBorderGroup", "ipamPoolId"),
	aws.RouteTable: of(ec2.RouteTableArgs{}, ec2.RouteTable{}, "vpcId"),
	aws.Route: of(ec2.RouteArgs{}, ec2.Route{}, "routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock",
		"destinationPrefixListId"),
	aws.RouteTableAssociation: of(ec2.RouteTableAssociationArgs{}, ec2.RouteTableAssociation{}, "subnetId", "gatewayId"),
	aws.VpcEndpoint: of(ec2.VpcEndpointArgs{}, ec2.VpcEndpoint{}, "vpcId", "serviceName", "serviceRegion", "vpcEndpointType",
		"serviceNetworkArn", "resourceConfigurationArn"),
	aws.SecurityGroup:        of(ec2.SecurityGroupArgs{}, ec2.SecurityGroup{}, "name", "namePrefix", "description", "vpcId"),
	aws.DefaultSecurityGroup: of(ec2.DefaultSecurityGroupArgs{}, ec2.DefaultSecurityGroup{}, "vpcId"),
	aws.SecurityGroupRule: of(ec2.SecurityGroupRuleArgs{}, ec2.SecurityGroupRule{}, "type", "fromPort", "toPort", "protocol", "cidrBlocks",
		"ipv6CidrBlocks",
		"prefixListIds", "securityGroupId", "sourceSecurityGroupId", "self"),
	aws.LaunchTemplate: of(ec2.LaunchTemplateArgs{}, ec2.LaunchTemplate{}, "name", "namePrefix"),
	aws.Key: of(kms.KeyArgs{}, kms.Key{}, "customerMasterKeySpec", "keyUsage", "customKeyStoreId", "multiRegion",
		"xksKeyId"),
	aws.Alias:                 of(kms.AliasArgs{}, kms.Alias{}, "name", "namePrefix"),
	aws.LogGroup:              of(cloudwatch.LogGroupArgs{}, cloudwatch.LogGroup{}, "name", "namePrefix", "logGroupClass"),
	aws.Role:                  of(iam.RoleArgs{}, iam.Role{}, "name", "namePrefix", "path"),
	aws.Policy:                of(iam.PolicyArgs{}, iam.Policy{}, "name", "namePrefix", "path", "description"),
	aws.RolePolicyAttachment:  of(iam.RolePolicyAttachmentArgs{}, iam.RolePolicyAttachment{}, "*"),
	aws.RolePolicy:            of(iam.RolePolicyArgs{}, iam.RolePolicy{}, "name", "namePrefix", "role"),
	aws.OpenIdConnectProvider: of(iam.OpenIdConnectProviderArgs{}, iam.OpenIdConnectProvider{}, "url"),
	aws.Cluster: of(eks.ClusterArgs{}, eks.Cluster{}, "name", "roleArn", "bootstrapSelfManagedAddons",
		"accessConfig.bootstrapClusterCreatorAdminPermissions",
		"encryptionConfig.provider", "encryptionConfig.resources", "kubernetesNetworkConfig.ipFamily", "kubernetesNetworkConfig.serviceIpv4Cidr",
		"outpostConfig").computes("vpcConfig.vpcId", "vpcConfig.clusterSecurityGroupId"),
	aws.Addon:          of(eks.AddonArgs{}, eks.Addon{}, "clusterName", "addonName"),
	aws.FargateProfile: of(eks.FargateProfileArgs{}, eks.FargateProfile{}, "*"),
	aws.NodeGroup: of(eks.NodeGroupArgs{}, eks.NodeGroup{}, "clusterName", "nodeGroupName", "nodeGroupNamePrefix", "amiType", "capacityType",
		"diskSize",
		"instanceTypes", "nodeRoleArn", "subnetIds", "remoteAccess", "launchTemplate.id", "launchTemplate.name"),
	aws.AccessEntry:             of(eks.AccessEntryArgs{}, eks.AccessEntry{}, "clusterName", "principalArn", "type"),
	aws.AccessPolicyAssociation: of(eks.AccessPolicyAssociationArgs{}, eks.AccessPolicyAssociation{}, "*"),
	aws.PodIdentityAssociation: of(eks.PodIdentityAssociationArgs{}, eks.PodIdentityAssociation{}, "clusterName", "namespace",
		"serviceAccount"),

	aws.VpcIpv4CidrBlockAssociation: of(ec2.VpcIpv4CidrBlockAssociationArgs{}, ec2.VpcIpv4CidrBlockAssociation{}, "*"),
	aws.FlowLog:                     of(ec2.FlowLogArgs{}, ec2.FlowLog{}, "*"),

	aws.BucketV2:                of(s3.BucketV2Args{}, s3.BucketV2{}, "bucket", "bucketPrefix", "objectLockEnabled"),
	aws.BucketPublicAccessBlock: of(s3.BucketPublicAccessBlockArgs{}, s3.BucketPublicAccessBlock{}, "bucket"),
	aws.BucketOwnershipControls: of(s3.BucketOwnershipControlsArgs{}, s3.BucketOwnershipControls{}, "bucket"),
	aws.BucketServerSideEncryptionConfigurationV2: of(s3.BucketServerSideEncryptionConfigurationV2Args{},
		s3.BucketServerSideEncryptionConfigurationV2{},
		"bucket", "expectedBucketOwner"),
	aws.BucketVersioningV2: of(s3.BucketVersioningV2Args{}, s3.BucketVersioningV2{}, "bucket", "expectedBucketOwner"),
	aws.BucketLifecycleConfigurationV2: of(s3.BucketLifecycleConfigurationV2Args{}, s3.BucketLifecycleConfigurationV2{}, "bucket",
		"expectedBucketOwner"),
	aws.BucketPolicy: of(s3.BucketPolicyArgs{}, s3.BucketPolicy{}, "bucket"),

	aws.Certificate: of(acm.CertificateArgs{}, acm.Certificate{}, "certificateAuthorityArn", "domainName", "keyAlgorithm",
		"subjectAlternativeNames",
		"validationMethod", "validationOptions"),
	aws.CertificateValidation: of(acm.CertificateValidationArgs{}, acm.CertificateValidation{}, "*"),
	aws.Zone:                  of(route53.ZoneArgs{}, route53.Zone{}, "name", "delegationSetId"),
	aws.Record:                of(route53.RecordArgs{}, route53.Record{}, "name", "zoneId"),

	aws.Repository:       of(ecr.RepositoryArgs{}, ecr.Repository{}, "name", "encryptionConfigurations"),
	aws.LifecyclePolicy:  of(ecr.LifecyclePolicyArgs{}, ecr.LifecyclePolicy{}, "*").goingFirst(),
	aws.RepositoryPolicy: of(ecr.RepositoryPolicyArgs{}, ecr.RepositoryPolicy{}, "repository"),
	aws.DBSubnetGroup:    of(rds.SubnetGroupArgs{}, rds.SubnetGroup{}, "name", "namePrefix", "description"),
	aws.DBParameterGroup: of(rds.ParameterGroupArgs{}, rds.ParameterGroup{}, "name", "namePrefix", "description", "family"),
	aws.DBInstance: of(rds.InstanceArgs{}, rds.Instance{}, "availabilityZone", "characterSetName", "customIamInstanceProfile", "dbName",
		"engine", "engineLifecycleSupport", "identifier", "identifierPrefix", "kmsKeyId", "name", "ncharCharacterSetName",
		"restoreToPointInTime", "s3Import", "snapshotIdentifier", "storageEncrypted", "timezone", "username"),
	aws.DBSnapshot: of(rds.SnapshotArgs{}, rds.Snapshot{}, "dbInstanceIdentifier", "dbSnapshotIdentifier"),
	aws.Workspace:  of(amp.WorkspaceArgs{}, amp.Workspace{}, "kmsKeyArn"),
	aws.Budget:     of(budgets.BudgetArgs{}, budgets.Budget{}, "accountId", "name", "namePrefix"),
}

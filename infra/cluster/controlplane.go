package cluster

import (
	"context"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-eks/sdk/v2/go/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// pluginVersion is the version of pulumi-eks; it equals the version of its SDK in go.mod, as a test checks.
const pluginVersion = "2.8.1"

// controlPlane is the remote component eks:index:Cluster, reduced to the output that is read. The SDK's own type cannot
// be used: in authentication mode API its `core` output fails to decode in Go
// (https://github.com/pulumi/pulumi-eks/issues/1435, fixed only in v3).
type controlPlane struct {
	pulumi.ResourceState

	EksCluster awseks.ClusterOutput `pulumi:"eksCluster"`
}

func (c *Cluster) newControlPlane(ctx *pulumi.Context, name string, args *ClusterArgs, key *kms.Key, logs *cloudwatch.LogGroup) (*controlPlane, error) {
	cp := &controlPlane{}
	err := ctx.RegisterRemoteComponentResource("eks:index:Cluster", name, &eks.ClusterArgs{
		Name:                   pulumi.String(args.Name),
		Version:                pulumi.String(args.KubernetesVersion),
		VpcId:                  args.VpcId.ToStringOutput().ToStringPtrOutput(),
		SubnetIds:              args.SubnetIds,
		EndpointPrivateAccess:  pulumi.Bool(true),
		EndpointPublicAccess:   pulumi.Bool(args.EndpointPublicAccess),
		PublicAccessCidrs:      pulumi.ToStringArray(args.PublicAccessCidrs),
		EnabledClusterLogTypes: pulumi.ToStringArray(LogTypes),
		EncryptionConfigKeyArn: key.Arn,
		AuthenticationMode:     ptr(eks.AuthenticationModeApi),
		AccessEntries:          adminEntries(args),
		// Compute, the VPC CNI and the OpenID Connect provider are components of their own.
		SkipDefaultNodeGroup: ptr(true),
		UseDefaultVpcCni:     ptr(true),
		CreateOidcProvider:   pulumi.Bool(false),
		Tags:                 pulumi.ToStringMap(args.Tags),
	}, cp,
		pulumi.Parent(c),
		pulumi.Version(pluginVersion),
		pulumi.DependsOn([]pulumi.Resource{key, logs}),
		pulumi.Protect(args.Protect),
		pulumi.Transforms([]pulumi.ResourceTransform{completeCluster}),
	)
	return cp, err
}

// adminEntries grants each admin role the cluster-wide admin policy
// (https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html).
func adminEntries(args *ClusterArgs) map[string]eks.AccessEntryArgs {
	entries := make(map[string]eks.AccessEntryArgs, len(args.AdminRoleArns))
	for _, arn := range args.AdminRoleArns {
		entries[entryName(arn)] = eks.AccessEntryArgs{
			PrincipalArn: pulumi.String(arn),
			Tags:         pulumi.ToStringMap(args.Tags),
			AccessPolicies: map[string]eks.AccessPolicyAssociationInput{
				"admin": eks.AccessPolicyAssociationArgs{
					PolicyArn:   pulumi.String("arn:" + partition(arn) + ":eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"),
					AccessScope: awseks.AccessPolicyAssociationAccessScopeArgs{Type: pulumi.String("cluster")},
				},
			},
		}
	}
	return entries
}

// completeCluster sets on the component's aws:eks/cluster:Cluster what pulumi-eks v2 has no argument for: a version that
// leaves standard support is upgraded instead of billed at six times the price
// (https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html), EKS installs no add-ons outside the
// add-on API, and zonal shift is available.
func completeCluster(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	if args.Type != "aws:eks/cluster:Cluster" {
		return nil
	}
	args.Props["upgradePolicy"] = pulumi.Map{"supportType": pulumi.String("STANDARD")}
	args.Props["bootstrapSelfManagedAddons"] = pulumi.Bool(false)
	args.Props["zonalShiftConfig"] = pulumi.Map{"enabled": pulumi.Bool(true)}
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}

func ptr[T any](v T) *T { return &v }

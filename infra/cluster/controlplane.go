package cluster

import (
	"context"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-eks/sdk/v2/go/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/cluster"
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

func (c *Cluster) newControlPlane(ctx *pulumi.Context, name string, args *ClusterArgs, key *kms.Key,
	logs *cloudwatch.LogGroup) (*controlPlane, error) {
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
		AccessEntries:          accessEntries(args),
		// Compute, the VPC CNI and the OpenID Connect provider are components of their own. Without a list of instance roles pulumi-eks
		// makes one that nothing uses, and an access entry with which any instance that has it joins the cluster
		// (https://github.com/pulumi/pulumi-eks/blob/v2.8.1/nodejs/eks/cluster.ts). EKS makes the entries of managed node groups and Fargate.
		InstanceRoles:        iam.RoleArray{},
		SkipDefaultNodeGroup: ptr(true),
		UseDefaultVpcCni:     ptr(true),
		CreateOidcProvider:   pulumi.Bool(false),
		Tags:                 pulumi.ToStringMap(args.Tags),
	}, cp,
		pulumi.Parent(c),
		pulumi.Version(pluginVersion),
		pulumi.DependsOn([]pulumi.Resource{key, logs}),
		pulumi.Protect(args.Protect),
		pulumi.Transforms([]pulumi.ResourceTransform{complete(name, args)}),
	)
	return cp, err
}

// accessEntries are the entries of all principals, each with one access policy.
func accessEntries(args *ClusterArgs) map[string]eks.AccessEntryArgs {
	made := map[string]eks.AccessEntryArgs{}
	for name, entry := range cluster.AllEntries(args.AdminRoleArns, args.AccessEntries) {
		parsed, _ := cluster.ParsePrincipal(entry.PrincipalArn)
		granted := entry.Grant(parsed.Partition)
		made[name] = eks.AccessEntryArgs{
			PrincipalArn: pulumi.String(entry.PrincipalArn),
			Tags:         pulumi.ToStringMap(args.Tags),
			AccessPolicies: map[string]eks.AccessPolicyAssociationInput{
				entry.Policy: eks.AccessPolicyAssociationArgs{PolicyArn: pulumi.String(granted.PolicyArn), AccessScope: accessScope(granted)},
			},
		}
	}
	return made
}

// providerVersion is the version of the AWS provider that makes the cluster and its access entries; it equals the version of its SDK in
// go.mod, as a test checks.
const providerVersion = "6.83.2"

// complete sets on the component's children what pulumi-eks v2 has no argument for. It also moves the children of EKS to the program's
// own version of the AWS provider: pulumi-eks v2.8.1 asks for 6.45.0 (nodejs/eks/yarn.lock), which knows neither upgradePolicy nor
// zonalShiftConfig. Access entries keep the resources of their former names. The role and the security groups stay as they are: a
// transform would turn their references to resources into URNs.
func complete(name string, args *ClusterArgs) pulumi.ResourceTransform {
	former := cluster.FormerNames(name, args.AdminRoleArns, args.AccessEntries)
	return func(_ context.Context, child *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
		if !strings.HasPrefix(child.Type, "aws:eks/") {
			return nil
		}
		child.Opts.Version = providerVersion
		keepFormer(former, child)
		switch child.Type {
		case "aws:eks/cluster:Cluster":
			completeCluster(child.Props, args)
		case "aws:eks/accessPolicyAssociation:AccessPolicyAssociation":
			// A change of namespaces replaces the association under the same id. The old one goes first: deleted last, it
			// would take the new one along.
			child.Opts.DeleteBeforeReplace = true
		}
		return &pulumi.ResourceTransformResult{Props: child.Props, Opts: child.Opts}
	}
}

// completeCluster says what happens when the version leaves standard support
// (https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html), keeps EKS from installing add-ons outside
// the add-on API, makes zonal shift available, and gives the cluster's creator no access entry that nobody sees in the
// program (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessConfigRequest.html). The last is true in
// pulumi-eks, which ignores changes to it: it counts when a cluster is created, and no later change replaces the cluster.
func completeCluster(props pulumi.Map, args *ClusterArgs) {
	props["upgradePolicy"] = pulumi.Map{"supportType": pulumi.String(args.supportType())}
	props["bootstrapSelfManagedAddons"] = pulumi.Bool(false)
	props["zonalShiftConfig"] = pulumi.Map{"enabled": pulumi.Bool(true)}
	props["accessConfig"] = pulumi.Map{
		"authenticationMode":                      pulumi.String(string(eks.AuthenticationModeApi)),
		"bootstrapClusterCreatorAdminPermissions": pulumi.Bool(false),
	}
}

func ptr[T any](v T) *T { return &v }

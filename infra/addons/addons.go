// Package addons installs EKS add-ons, in two steps: those that nodes need to become ready, and those that need somewhere
// to run.
package addons

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
)

// Token is the component's type token.
const Token = "modelway:addons:Addons"

// overwrite lets the add-on take over what it finds: EKS creates clusters with unmanaged copies of some, and what someone
// changed by hand is put right.
const overwrite = "OVERWRITE"

// AddonsArgs describe a set of add-ons.
type AddonsArgs struct {
	// ClusterName is the name of the EKS cluster. Required.
	ClusterName pulumi.StringInput
	// KubernetesVersion is the cluster's minor version, for example 1.36; it decides the versions of the add-ons. Required.
	KubernetesVersion string
	// Addons are installed concurrently. Plain, because each becomes a resource. Usually BeforeCompute or AfterCompute; may
	// be empty.
	Addons []addons.Addon
	// Versions pins add-ons, by name, for example v1.20.4-eksbuild.2. Default the version that EKS calls its default for
	// KubernetesVersion.
	Versions map[string]string
	// Configurations replace the Configuration of add-ons, by name. Default those of Addons.
	Configurations map[string]pulumi.StringInput
	// Roles are the IAM roles of add-ons that call AWS, by name. Default none: such an add-on has the rights of its node.
	Roles map[string]Role
	// DependsOn is what must exist before the add-ons, and until they are gone: compute for those that run pods.
	DependsOn []pulumi.Resource
	// Tags are put on every add-on. Default none.
	Tags map[string]string
}

// Role is the IAM role of an add-on's service account.
type Role struct {
	// Arn is the ARN of the role. Required.
	Arn pulumi.StringInput
	// PodIdentity gives the role to the service account with an EKS Pod Identity association, which the add-on makes and deletes
	// (https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html). Default IAM roles for service accounts.
	PodIdentity bool
	// Ready is the role with its policies. The add-on is deleted before them.
	Ready []pulumi.Resource
}

// Addons is a set of add-ons.
type Addons struct {
	pulumi.ResourceState

	// Resources are the add-ons, in the order of AddonsArgs.Addons.
	Resources []pulumi.Resource
}

// NewAddons registers add-ons.
func NewAddons(ctx *pulumi.Context, name string, args *AddonsArgs, opts ...pulumi.ResourceOption) (*Addons, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking add-ons %q: %w", name, err)
	}
	a := &Addons{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), a, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	for _, addon := range args.Addons {
		version, err := a.version(ctx, addon.Name, args)
		if err != nil {
			return nil, err
		}
		after := pulumi.DependsOn(slices.Concat(args.DependsOn, args.Roles[addon.Name].Ready))
		resource, err := eks.NewAddon(ctx, name+"-"+addon.Name, args.addon(addon, version), pulumi.Parent(a), after)
		if err != nil {
			return nil, fmt.Errorf("registering add-on %q of %q: %w", addon.Name, name, err)
		}
		a.Resources = append(a.Resources, resource)
	}
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{})
}

// addon is the input of one add-on.
func (a *AddonsArgs) addon(addon addons.Addon, version string) *eks.AddonArgs {
	resource := &eks.AddonArgs{
		ClusterName:              a.ClusterName,
		AddonName:                pulumi.String(addon.Name),
		AddonVersion:             pulumi.String(version),
		ResolveConflictsOnCreate: pulumi.String(overwrite),
		ResolveConflictsOnUpdate: pulumi.String(overwrite),
		Tags:                     pulumi.ToStringMap(a.Tags),
	}
	if addon.Preserve {
		resource.Preserve = pulumi.Bool(true)
	}
	if addon.Configuration != "" {
		resource.ConfigurationValues = pulumi.String(addon.Configuration)
	}
	if replaced := a.Configurations[addon.Name]; replaced != nil {
		resource.ConfigurationValues = replaced.ToStringOutput().ToStringPtrOutput()
	}
	switch role := a.Roles[addon.Name]; {
	case role.Arn == nil:
	case role.PodIdentity:
		resource.PodIdentityAssociations = eks.AddonPodIdentityAssociationArray{eks.AddonPodIdentityAssociationArgs{
			RoleArn: role.Arn, ServiceAccount: pulumi.String(addon.ServiceAccount),
		}}
	default:
		resource.ServiceAccountRoleArn = role.Arn.ToStringOutput().ToStringPtrOutput()
	}
	return resource
}

func (a *AddonsArgs) inputs() pulumi.Map {
	list := pulumi.Array{}
	for _, addon := range a.Addons {
		described := pulumi.Map{
			"name": pulumi.String(addon.Name), "version": pulumi.String(a.Versions[addon.Name]),
			"configuration": pulumi.String(addon.Configuration), "preserve": pulumi.Bool(addon.Preserve),
		}
		if replaced := a.Configurations[addon.Name]; replaced != nil {
			described["configuration"] = replaced
		}
		list = append(list, described)
	}
	return pulumi.Map{
		"clusterName": a.ClusterName, "kubernetesVersion": pulumi.String(a.KubernetesVersion), "addons": list, "tags": pulumi.ToStringMap(a.Tags),
	}
}

// Package addons installs EKS add-ons, in two steps: those that nodes need to become ready, and those that need somewhere
// to run.
package addons

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
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
	// Addons are installed concurrently. Plain, because each becomes a resource. Usually BeforeCompute or AfterCompute; may
	// be empty.
	Addons []Addon
	// ServiceAccountRoleArns are IAM roles by add-on name, for add-ons that call AWS with a role of their own. Default none.
	ServiceAccountRoleArns map[string]pulumi.StringInput
	// DependsOn is what must exist before the add-ons, and until they are gone: compute for those that run pods, policy
	// attachments of their roles.
	DependsOn []pulumi.Resource
	// Tags are put on every add-on. Default none.
	Tags map[string]string
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
		resource, err := eks.NewAddon(ctx, name+"-"+addon.Name, args.addon(addon), pulumi.Parent(a), pulumi.DependsOn(args.DependsOn))
		if err != nil {
			return nil, fmt.Errorf("registering add-on %q of %q: %w", addon.Name, name, err)
		}
		a.Resources = append(a.Resources, resource)
	}
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{})
}

// addon is the input of one add-on.
func (a *AddonsArgs) addon(addon Addon) *eks.AddonArgs {
	resource := &eks.AddonArgs{
		ClusterName:              a.ClusterName,
		AddonName:                pulumi.String(addon.Name),
		ResolveConflictsOnCreate: pulumi.String(overwrite),
		ResolveConflictsOnUpdate: pulumi.String(overwrite),
		Tags:                     pulumi.ToStringMap(a.Tags),
	}
	if addon.Preserve {
		resource.Preserve = pulumi.Bool(true)
	}
	if addon.Version != "" {
		resource.AddonVersion = pulumi.String(addon.Version)
	}
	if addon.Configuration != "" {
		resource.ConfigurationValues = pulumi.String(addon.Configuration)
	}
	if role := a.ServiceAccountRoleArns[addon.Name]; role != nil {
		resource.ServiceAccountRoleArn = role.ToStringOutput().ToStringPtrOutput()
	}
	return resource
}

// addonName is the form of add-on names in the EKS API.
var addonName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// validate reports every fault of the arguments together.
func (a *AddonsArgs) validate() error {
	var faults []error
	if a.ClusterName == nil {
		faults = append(faults, errors.New("ClusterName is missing: pass the name of the EKS cluster"))
	}
	var names []string
	for _, addon := range a.Addons {
		if !addonName.MatchString(addon.Name) {
			faults = append(faults, fmt.Errorf("Addons has the name %q: use the add-on's name in EKS, such as %s", addon.Name, VpcCni))
		}
		if slices.Contains(names, addon.Name) {
			faults = append(faults, fmt.Errorf("Addons has %q twice: name each add-on once", addon.Name))
		}
		names = append(names, addon.Name)
		if addon.Configuration != "" && !json.Valid([]byte(addon.Configuration)) {
			faults = append(faults, fmt.Errorf("the Configuration of add-on %q is not JSON: %s", addon.Name, addon.Configuration))
		}
	}
	for name := range a.ServiceAccountRoleArns {
		if !slices.Contains(names, name) {
			faults = append(faults, fmt.Errorf("ServiceAccountRoleArns has %q, which is not among Addons: use one of %q", name, names))
		}
	}
	return errors.Join(faults...)
}

func (a *AddonsArgs) inputs() pulumi.Map {
	list := pulumi.Array{}
	for _, addon := range a.Addons {
		list = append(list, pulumi.Map{
			"name": pulumi.String(addon.Name), "version": pulumi.String(addon.Version),
			"configuration": pulumi.String(addon.Configuration), "preserve": pulumi.Bool(addon.Preserve),
		})
	}
	return pulumi.Map{"clusterName": a.ClusterName, "addons": list, "tags": pulumi.ToStringMap(a.Tags)}
}

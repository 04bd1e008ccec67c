package addons

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
)

// version is the pinned version of an add-on, or the one that EKS calls its default for the cluster's Kubernetes version.
// Set, it is what moves the add-on when the cluster is upgraded or AWS changes the default; EKS itself never does
// (https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html). A pin is said in each preview.
func (a *Addons) version(ctx *pulumi.Context, addon string, args *AddonsArgs) (string, error) {
	found, err := eks.GetAddonVersion(ctx, &eks.GetAddonVersionArgs{
		AddonName: addon, KubernetesVersion: args.KubernetesVersion, MostRecent: pulumi.BoolRef(false),
	}, pulumi.Parent(a))
	if err != nil {
		return "", fmt.Errorf("looking up the version of add-on %s for Kubernetes %s: %w", addon, args.KubernetesVersion, err)
	}
	pin, pinned := args.Versions[addon]
	if !pinned {
		return found.Version, nil
	}
	if ctx.DryRun() {
		err = ctx.Log.Info(addons.PinNote(addon, pin, found.Version, args.KubernetesVersion), &pulumi.LogArgs{Resource: a})
	}
	return pin, err
}

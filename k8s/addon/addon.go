// Package addon installs Helm add-ons: whatever a row of the table of Helm add-ons describes.
package addon

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/podsecurity"
	"github.com/modelway/modelway/internal/rule"
	"github.com/modelway/modelway/k8s/inputs"
	"github.com/modelway/modelway/k8s/release"
)

// AddonArgs describe an installation. Row is required, and what Row.Places asks for.
type AddonArgs struct {
	// Row says what is installed. Plain, because it decides which resources there are.
	Row Row
	// Facts are those of the cluster. Region is required: on Fargate there is no instance metadata to find it in. So is KubernetesVersion
	// where it decides which image runs.
	Facts Facts
	// ClusterName is the EKS cluster's name, and VpcId its VPC.
	ClusterName, VpcId pulumi.StringInput
	// RoleArn is the IAM role of the service account Row.ServiceAccount. Leave it out where the add-on does not call AWS, or where a Pod
	// Identity association gives the role.
	RoleArn pulumi.StringInput
	// RoleArns are the IAM roles of the service accounts Row.Accounts by their key. Leave out those that do not call AWS, or that a Pod
	// Identity association gives the role.
	RoleArns map[string]pulumi.StringInput
	// Replicas is the number of pods of each workload, at least 1; default the row's.
	Replicas int
	// ImageMirror is the registry, with a path or without, that the images come from; default "", their own registries.
	ImageMirror string
	// Chart is the path or address of a chart to install in place of the pinned one; default "", the pinned one. It must
	// answer to the same values.
	Chart string
	// Values are laid over the row's, as Helm lays one values file over another; default none. They cannot change what the other
	// fields say.
	Values map[string]any
	// DependsOn is what the add-on needs to run and must not outlive: the role, its policy attachments and its association, the compute,
	// DNS, the CNI add-on and the routes to AWS. On destroy they stay until the add-on is gone.
	DependsOn []pulumi.Resource
}

// Addon is an installed Helm add-on.
type Addon struct {
	pulumi.ResourceState

	// Release is the Helm release. What the add-on serves depends on it: webhooks must answer before objects are created, and finalizers
	// must be removed before it goes.
	Release *release.Release
}

// NewAddon registers an add-on, as a component of the row's type.
func NewAddon(ctx *pulumi.Context, name string, args *AddonArgs, opts ...pulumi.ResourceOption) (*Addon, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking add-on %q: %w", name, err)
	}
	a := &Addon{}
	if err := ctx.RegisterComponentResourceV2(args.Row.TypeToken(), name, args.inputs(), a, opts...); err != nil {
		return nil, err
	}
	after := slices.Clone(args.DependsOn)
	if args.Row.MakesNamespace() {
		namespace, err := a.newNamespace(ctx, name, args)
		if err != nil {
			return nil, fmt.Errorf("registering the namespace of %q: %w", name, err)
		}
		after = append(after, namespace)
	}
	for _, password := range args.Row.Passwords {
		made, err := a.newPassword(ctx, name, args, password, after)
		if err != nil {
			return nil, fmt.Errorf("registering the Secret %s of %q: %w", password.Secret, name, err)
		}
		after = append(after, made)
	}
	installed, err := release.NewRelease(ctx, name+"-release", args.Row.Chart, args.Chart, args.values(), pulumi.Parent(a),
		pulumi.DependsOn(after))
	if err != nil {
		return nil, fmt.Errorf("registering the release of %q: %w", name, err)
	}
	a.Release = installed
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{"status": installed.Status})
}

// newNamespace registers the add-on's own namespace. Helm would not delete it.
func (a *Addon) newNamespace(ctx *pulumi.Context, name string, args *AddonArgs) (*corev1.Namespace, error) {
	return corev1.NewNamespace(ctx, name+"-namespace", &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:   pulumi.String(args.Row.Chart.Namespace),
			Labels: pulumi.ToStringMap(podsecurity.Namespace(args.Row.SecurityStandard())),
		},
	}, pulumi.Parent(a), pulumi.DependsOn(args.DependsOn))
}

func (a *AddonArgs) validate() error {
	if a == nil || a.Row.Key == "" {
		return errors.New("AddonArgs.Row is required: take it from Rows")
	}
	var faults []error
	places := a.Row.Places
	for _, field := range []struct {
		name         string
		asked, given bool
	}{
		{"ClusterName", places.ClusterName != "", a.ClusterName != nil},
		{"Facts.Region", places.Region != "", a.Facts.Region != ""},
		{"VpcId", places.VpcId != "", a.VpcId != nil},
	} {
		if field.asked && !field.given {
			faults = append(faults, fmt.Errorf("AddonArgs.%s is required", field.name))
		}
	}
	if err := a.Row.Check(a.Facts); err != nil {
		faults = append(faults, fmt.Errorf("AddonArgs.Facts.KubernetesVersion: %w", err))
	}
	if a.Replicas < 0 {
		faults = append(faults, fmt.Errorf("AddonArgs.Replicas is %d: it must be at least 1, or 0 for the default", a.Replicas))
	}
	faults = append(faults, rule.Join(addons.CheckMirror(rule.Path{"ImageMirror"}, a.ImageMirror, "")))
	return errors.Join(faults...)
}

func (a *AddonArgs) inputs() pulumi.Map {
	in := pulumi.Map{
		"region":      pulumi.String(a.Facts.Region),
		"imageMirror": pulumi.String(a.ImageMirror),
		"chart":       pulumi.String(a.Chart),
		"values":      inputs.Map(a.Values),
	}
	for name, input := range map[string]pulumi.StringInput{"clusterName": a.ClusterName, "vpcId": a.VpcId, "roleArn": a.RoleArn} {
		if input != nil {
			in[name] = input
		}
	}
	if a.Row.ByVersion() {
		in["kubernetesVersion"] = pulumi.String(a.Facts.KubernetesVersion)
	}
	if len(a.Row.Workloads) > 0 {
		in["replicas"] = pulumi.Int(cmp.Or(a.Replicas, a.Row.Workloads[0].Replicas))
	}
	return in
}

func (a *AddonArgs) values() pulumi.Map {
	in := addons.Install{Facts: a.Facts, Replicas: a.Replicas, Mirror: a.ImageMirror, Values: a.Values, RoleArns: map[string]any{}}
	for field, input := range map[*any]pulumi.StringInput{&in.ClusterName: a.ClusterName, &in.VpcId: a.VpcId, &in.RoleArn: a.RoleArn} {
		if input != nil {
			*field = input
		}
	}
	for key, input := range a.RoleArns {
		if input != nil {
			in.RoleArns[key] = input
		}
	}
	return inputs.Map(a.Row.ValuesOf(in))
}

// Package autoscaler installs the Cluster Autoscaler, which resizes the node groups by what their pods ask for.
package autoscaler

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/k8s/charts"
	"github.com/modelway/modelway/k8s/release"
)

const (
	// Token is the component's type token.
	Token = "modelway:autoscaler:Autoscaler"
	// DefaultReplicas are a leader and a standby, which takes over within a minute.
	DefaultReplicas = 2
)

// AutoscalerArgs describe the autoscaler. ClusterName, Region and KubernetesVersion are required.
type AutoscalerArgs struct {
	// ClusterName is the EKS cluster's name. It is part of the tag by which the autoscaler finds the node groups, and which
	// EKS puts on each of them (https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html).
	ClusterName pulumi.StringInput
	// Region is the AWS region of the cluster.
	Region pulumi.StringInput
	// KubernetesVersion is the cluster's minor version, such as 1.36. It decides which image runs, so it is a plain value.
	KubernetesVersion string
	// RoleArn is the IAM role of the autoscaler's service account, which is charts.ClusterAutoscalerServiceAccount in the
	// chart's namespace. Leave it out where a Pod Identity association gives the role.
	RoleArn pulumi.StringInput
	// Replicas is the number of autoscaler pods, at least 1; default DefaultReplicas.
	Replicas int
	// ImageMirror is the registry, with a path or without, that the image comes from, as charts.Mirror has it; default "",
	// its own registry.
	ImageMirror string
	// Chart is the path or address of a chart to install in place of the pinned one; default "", the pinned one. It must
	// answer to the same values.
	Chart string
	// Values are laid over the chart's values, as charts.Merge does; default none. They may name a newer image.tag than
	// KubernetesVersion gives, and cannot change what the other fields say.
	Values map[string]any
	// DependsOn is what the autoscaler needs to run and must not outlive: the role and its policy attachment or association,
	// the compute, DNS, the CNI add-on and the routes to AWS. With the node groups among it, a destroy deletes the autoscaler
	// before them, so that nothing grows a group that is being deleted.
	DependsOn []pulumi.Resource
}

// Autoscaler is a running Cluster Autoscaler.
type Autoscaler struct {
	pulumi.ResourceState

	// Release is the Helm release.
	Release *release.Release
}

// NewAutoscaler registers the autoscaler.
func NewAutoscaler(ctx *pulumi.Context, name string, args *AutoscalerArgs, opts ...pulumi.ResourceOption) (*Autoscaler, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking autoscaler %q: %w", name, err)
	}
	a := &Autoscaler{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), a, opts...); err != nil {
		return nil, err
	}
	installed, err := release.NewRelease(ctx, name+"-release", release.Pinned(charts.ClusterAutoscaler(), args.Chart, args.values()), pulumi.Parent(a), pulumi.DependsOn(args.DependsOn))
	if err != nil {
		return nil, fmt.Errorf("registering the release of %q: %w", name, err)
	}
	a.Release = installed
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{"status": installed.Status})
}

func (a *AutoscalerArgs) validate() error {
	if a == nil {
		return errors.New("AutoscalerArgs is nil: ClusterName, Region and KubernetesVersion are required")
	}
	var faults []error
	for _, field := range []struct {
		name  string
		input pulumi.StringInput
	}{{"ClusterName", a.ClusterName}, {"Region", a.Region}} {
		if field.input == nil {
			faults = append(faults, fmt.Errorf("AutoscalerArgs.%s is required", field.name))
		}
	}
	if _, err := charts.ClusterAutoscalerTag(a.KubernetesVersion); err != nil {
		faults = append(faults, fmt.Errorf("AutoscalerArgs.KubernetesVersion: %w", err))
	}
	if a.Replicas < 0 {
		faults = append(faults, fmt.Errorf("AutoscalerArgs.Replicas is %d: it must be at least 1, or 0 for the default of %d", a.Replicas, DefaultReplicas))
	}
	if err := charts.CheckMirror(a.ImageMirror); err != nil {
		faults = append(faults, fmt.Errorf("AutoscalerArgs.ImageMirror: %w", err))
	}
	return errors.Join(faults...)
}

func (a *AutoscalerArgs) replicas() int {
	if a.Replicas == 0 {
		return DefaultReplicas
	}
	return a.Replicas
}

func (a *AutoscalerArgs) inputs() pulumi.Map {
	in := pulumi.Map{
		"clusterName":       a.ClusterName,
		"region":            a.Region,
		"kubernetesVersion": pulumi.String(a.KubernetesVersion),
		"replicas":          pulumi.Int(a.replicas()),
		"imageMirror":       pulumi.String(a.ImageMirror),
		"chart":             pulumi.String(a.Chart),
		"values":            pulumi.ToMap(a.Values),
	}
	if a.RoleArn != nil {
		in["roleArn"] = a.RoleArn
	}
	return in
}

// values are the chart's values: the pinned ones, the caller's over them, and over those what belongs to the cluster.
func (a *AutoscalerArgs) values() pulumi.Map {
	tag, _ := charts.ClusterAutoscalerTag(a.KubernetesVersion)
	values := charts.ClusterAutoscalerValues(tag, a.replicas())
	for _, over := range []map[string]any{a.Values, charts.MirrorValues(charts.ClusterAutoscaler(), a.ImageMirror), a.clusterValues()} {
		values = charts.Merge(values, over)
	}
	return pulumi.ToMap(values)
}

func (a *AutoscalerArgs) clusterValues() map[string]any {
	return map[string]any{
		"awsRegion":     a.Region,
		"autoDiscovery": map[string]any{"clusterName": a.ClusterName},
		"rbac":          map[string]any{"serviceAccount": release.ServiceAccount(charts.ClusterAutoscalerServiceAccount, a.RoleArn)},
	}
}

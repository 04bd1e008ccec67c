// Package controller installs the AWS Load Balancer Controller, which makes an Application Load Balancer of the Ingresses
// of an IngressClass.
package controller

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/k8s/charts"
	"github.com/modelway/modelway/k8s/release"
)

const (
	// Token is the component's type token.
	Token = "modelway:controller:Controller"
	// DefaultReplicas are a leader and a standby, so that the webhooks answer while one pod is replaced.
	DefaultReplicas = 2
)

// ControllerArgs describe the controller. ClusterName, Region and VpcId are required: on Fargate there is no instance
// metadata to find region and VPC in.
type ControllerArgs struct {
	// ClusterName is the EKS cluster's name, with which the controller tags what it makes.
	ClusterName pulumi.StringInput
	// Region is the AWS region of the cluster.
	Region pulumi.StringInput
	// VpcId is the VPC of the cluster.
	VpcId pulumi.StringInput
	// RoleArn is the IAM role of the controller's service account, which is
	// charts.LoadBalancerControllerServiceAccount in the chart's namespace. Leave it out where a Pod Identity association gives
	// the role.
	RoleArn pulumi.StringInput
	// Replicas is the number of controller pods, at least 1; default DefaultReplicas.
	Replicas int
	// ImageMirror is the registry, with a path or without, that the image comes from, as charts.Mirror has it; default "",
	// its own registry.
	ImageMirror string
	// Chart is the path or address of a chart to install in place of the pinned one; default "", the pinned one. It must
	// answer to the same values.
	Chart string
	// Values are laid over the chart's values, as charts.Merge does; default none. They cannot change what the other
	// fields say.
	Values map[string]any
	// DependsOn is what the controller needs to run and must not outlive: the role, its policy attachments and its association,
	// the compute, DNS, the CNI add-on and the routes to AWS. On destroy they stay until the controller is gone.
	DependsOn []pulumi.Resource
}

// Controller is a running AWS Load Balancer Controller.
type Controller struct {
	pulumi.ResourceState

	// Release is the Helm release. Ingresses, IngressClasses and IngressClassParams depend on it: its webhooks must answer
	// before they are created, and it must remove their finalizers before it goes.
	Release *release.Release
}

// NewController registers the controller.
func NewController(ctx *pulumi.Context, name string, args *ControllerArgs, opts ...pulumi.ResourceOption) (*Controller, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking controller %q: %w", name, err)
	}
	c := &Controller{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), c, opts...); err != nil {
		return nil, err
	}
	installed, err := release.NewRelease(ctx, name+"-release", release.Pinned(charts.LoadBalancerController(), args.Chart, args.values()), pulumi.Parent(c), pulumi.DependsOn(args.DependsOn))
	if err != nil {
		return nil, fmt.Errorf("registering the release of %q: %w", name, err)
	}
	c.Release = installed
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"status": installed.Status})
}

func (a *ControllerArgs) validate() error {
	if a == nil {
		return errors.New("ControllerArgs is nil: ClusterName, Region and VpcId are required")
	}
	var faults []error
	for _, field := range []struct {
		name  string
		input pulumi.StringInput
	}{{"ClusterName", a.ClusterName}, {"Region", a.Region}, {"VpcId", a.VpcId}} {
		if field.input == nil {
			faults = append(faults, fmt.Errorf("ControllerArgs.%s is required", field.name))
		}
	}
	if a.Replicas < 0 {
		faults = append(faults, fmt.Errorf("ControllerArgs.Replicas is %d: it must be at least 1, or 0 for the default of %d", a.Replicas, DefaultReplicas))
	}
	if err := charts.CheckMirror(a.ImageMirror); err != nil {
		faults = append(faults, fmt.Errorf("ControllerArgs.ImageMirror: %w", err))
	}
	return errors.Join(faults...)
}

func (a *ControllerArgs) replicas() int {
	if a.Replicas == 0 {
		return DefaultReplicas
	}
	return a.Replicas
}

func (a *ControllerArgs) inputs() pulumi.Map {
	in := pulumi.Map{
		"clusterName": a.ClusterName,
		"region":      a.Region,
		"vpcId":       a.VpcId,
		"replicas":    pulumi.Int(a.replicas()),
		"imageMirror": pulumi.String(a.ImageMirror),
		"chart":       pulumi.String(a.Chart),
		"values":      pulumi.ToMap(a.Values),
	}
	if a.RoleArn != nil {
		in["roleArn"] = a.RoleArn
	}
	return in
}

// values are the chart's values: the pinned ones, the caller's over them, and over those what belongs to the cluster.
func (a *ControllerArgs) values() pulumi.Map {
	merged := charts.Merge(charts.LoadBalancerControllerValues(a.replicas()), a.Values)
	values := pulumi.ToMap(charts.Merge(merged, charts.MirrorValues(charts.LoadBalancerController(), a.ImageMirror)))
	values["clusterName"] = a.ClusterName
	values["region"] = a.Region
	values["vpcId"] = a.VpcId
	values["serviceAccount"] = pulumi.ToMap(release.ServiceAccount(charts.LoadBalancerControllerServiceAccount, a.RoleArn))
	return values
}

// Package schedule stops all models of an environment at times when nobody needs them, and starts them again.
package schedule

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/rule"
	"github.com/modelway/modelway/internal/schedule"
)

// Token is the component's type token.
const Token = "modelway:schedule:Schedule"

// Spec gives the times at which models stop and start.
type Spec = schedule.Spec

// computeKinds are the allowed values of ScheduleArgs.Compute: GPU nodes are for models.
var computeKinds = []string{modelspec.ComputeFargate, modelspec.ComputeNodes}

// ScheduleArgs say when the models stop and start. Namespace, Stop, Start, Compute and KubernetesVersion are required.
type ScheduleArgs struct {
	// Namespace of the models, which must exist.
	Namespace pulumi.StringInput
	// Spec gives the times. At least one Stop belongs between two of Start: models that already run fall back to one replica, until
	// their autoscalers raise them.
	schedule.Spec
	// Compute is what the jobs run on: fargate or nodes. A Fargate profile that takes models of this compute takes the jobs too.
	Compute string
	// KubernetesVersion is the minor version of the cluster, such as 1.36. It decides which kubectl runs.
	KubernetesVersion string
	// ImageMirror is the registry, with a path or without, that the image comes from, as charts.Mirror has it; default "",
	// its own registry.
	ImageMirror string
	// Keda says that the cluster has KEDA, which would raise models that it scales to their minimum while they are stopped. Default false.
	Keda bool
	// DependsOn is what the jobs need to run: compute, the CNI add-on, routes to the image registry, and whatever admits pods
	// to the namespace. Every object depends on each of them directly.
	DependsOn []pulumi.Resource
}

// Schedule is two CronJobs that scale the Deployments of all models, canaries too. While a Deployment has no replicas its
// autoscaler does nothing. From one replica on it takes over, and raises them to its minimum
// (https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation).
//
// An update leaves the number of replicas as it finds it, since no Deployment of a model sets it. One that changes a model
// while it is stopped ends at once, without having tried the new version, which starts with the others. A model that is new
// has a replica from the first, and runs until the next stop. To remove the schedule starts nothing: models that are stopped
// then have to be scaled up by hand.
//
// A job fails where there is no model at all, since kubectl takes that for a mistake. Without models, register none.
type Schedule struct {
	pulumi.ResourceState

	// Stop and Start are the CronJobs.
	Stop, Start *batchv1.CronJob
}

// builder registers the children of one schedule.
type builder struct {
	ctx      *pulumi.Context
	name     string
	args     *ScheduleArgs
	schedule *Schedule
	// needs are what a job depends on besides ScheduleArgs.DependsOn: its rights and its way to the API server.
	needs []pulumi.Resource
}

// NewSchedule registers the times. There is one schedule in a namespace: the names of its objects are fixed.
func NewSchedule(ctx *pulumi.Context, name string, args *ScheduleArgs, opts ...pulumi.ResourceOption) (*Schedule, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking schedule %q: %w", name, err)
	}
	s := &Schedule{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), s, opts...); err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, args: args, schedule: s}
	for _, step := range []struct {
		noun     string
		register func() error
	}{
		{"rights", b.newAccess},
		{"network policy", b.newNetworkPolicy},
		{"CronJobs", b.newCronJobs},
	} {
		if err := step.register(); err != nil {
			return nil, fmt.Errorf("registering the %s of %q: %w", step.noun, name, err)
		}
	}
	return s, ctx.RegisterResourceOutputs(s, pulumi.Map{"stop": s.Stop.Metadata.Name(), "start": s.Start.Metadata.Name()})
}

func (a *ScheduleArgs) validate() error {
	if a == nil {
		return errors.New("ScheduleArgs is nil: Namespace, Stop, Start, Compute and KubernetesVersion are required")
	}
	var faults []error
	fault := func(format string, values ...any) {
		faults = append(faults, fmt.Errorf("ScheduleArgs."+format, values...))
	}
	if a.Namespace == nil {
		fault("Namespace is required")
	}
	if !a.Given() {
		fault("Stop and Start are required")
	}
	faults = append(faults, rule.Join(a.WithDefaults().Check()), rule.Join(addons.CheckMirror(rule.Path{"ImageMirror"}, a.ImageMirror, "")))
	if !slices.Contains(computeKinds, a.Compute) {
		fault("Compute is %q: it must be one of %s", a.Compute, strings.Join(computeKinds, ", "))
	}
	if _, err := addons.Kubectl(a.KubernetesVersion); err != nil {
		fault("KubernetesVersion: %w", err)
	}
	return errors.Join(faults...)
}

func (a *ScheduleArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace": a.Namespace,
		"stop":      pulumi.String(a.Stop),
		"start":     pulumi.String(a.Start),
		"timeZone":  pulumi.String(a.WithDefaults().TimeZone),
		"compute":   pulumi.String(a.Compute),
		"image":     pulumi.String(a.image()),
	}
}

func (a *ScheduleArgs) image() string {
	image, _ := addons.Kubectl(a.KubernetesVersion)
	return addons.Mirror(image.String(), a.ImageMirror)
}

// Package kserve completes an installed KServe: what downloads files of models, the runtimes of the platform's own formats, and a second
// pod of the controller.
package kserve

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	names "github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/rule"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/inputs"
)

// Token is the component's type token.
const Token = "modelway:kserve:Serving"

// ServingArgs describe what KServe serves with.
type ServingArgs struct {
	// Region is the AWS region of the buckets that files come from. Required: EKS Pod Identity tells pods of none.
	Region string
	// ImageMirror is the registry, with a path or without, that images come from; default "", their own registries.
	ImageMirror string
	// Unpropagated are annotations of InferenceServices that their pods do not get: a change of one would replace the pods. Default none but
	// KServe's own (https://github.com/kserve/kserve/blob/v0.20.0/pkg/constants/constants.go).
	Unpropagated []string
	// Revision is that of the release of KServe's controller, which has its ConfigMap. Required with Unpropagated.
	Revision pulumi.StringInput
	// DependsOn are the releases of KServe: its webhooks admit what is made here, and its definitions must outlive it. Required.
	DependsOn []pulumi.Resource
}

// Serving is what models with files need beside KServe's charts.
type Serving struct {
	pulumi.ResourceState

	// Resources are the objects. Models depend on them, so that they go first.
	Resources []pulumi.Resource
}

// NewServing registers the objects. There is one in a cluster: their names are fixed.
func NewServing(ctx *pulumi.Context, name string, args *ServingArgs, opts ...pulumi.ResourceOption) (*Serving, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking KServe's objects %q: %w", name, err)
	}
	s := &Serving{}
	inputs := pulumi.Map{"region": pulumi.String(args.Region), "imageMirror": pulumi.String(args.ImageMirror),
		"version": pulumi.String(names.Version)}
	if err := ctx.RegisterComponentResourceV2(Token, name, inputs, s, opts...); err != nil {
		return nil, err
	}
	for _, register := range []func(*pulumi.Context, string, *ServingArgs) error{s.newConfiguration, s.newDownloads, s.newRuntimes,
		s.newAvailability} {
		if err := register(ctx, name, args); err != nil {
			return nil, fmt.Errorf("registering KServe's objects %q: %w", name, err)
		}
	}
	return s, ctx.RegisterResourceOutputs(s, pulumi.Map{})
}

func (a *ServingArgs) validate() error {
	if a == nil {
		return errors.New("ServingArgs are required")
	}
	var faults []error
	if a.Region == "" {
		faults = append(faults, errors.New("ServingArgs.Region is empty: name the region of the buckets, such as us-east-1"))
	}
	if len(a.DependsOn) == 0 {
		faults = append(faults, errors.New("ServingArgs.DependsOn is empty: name the releases of KServe"))
	}
	if len(a.Unpropagated) > 0 && a.Revision == nil {
		faults = append(faults, errors.New("ServingArgs.Revision is missing: give that of the release, or its next one takes Unpropagated back"))
	}
	faults = append(faults, rule.Join(addons.CheckMirror(rule.Path{"ImageMirror"}, a.ImageMirror, "")))
	return errors.Join(faults...)
}

// newDownloads registers the container that downloads the files of models.
func (s *Serving) newDownloads(ctx *pulumi.Context, name string, args *ServingArgs) error {
	image := addons.Mirror(addons.StorageInitializer().String(), args.ImageMirror)
	return s.newObject(ctx, name+"-storage-container", "ClusterStorageContainer", names.StorageContainer, serving.StorageContainer(image,
		args.Region), args)
}

// newRuntimes registers the runtimes of the platform.
func (s *Serving) newRuntimes(ctx *pulumi.Context, name string, args *ServingArgs) error {
	for _, runtime := range serving.Runtimes(args.ImageMirror) {
		if err := s.newObject(ctx, name+"-runtime-"+runtime.Name, "ClusterServingRuntime", runtime.Name, runtime.Spec, args); err != nil {
			return err
		}
	}
	return nil
}

// newObject registers an object of the whole cluster, whose spec is where KServe's other kinds have theirs.
func (s *Serving) newObject(ctx *pulumi.Context, resource, kind, name string, spec map[string]any, args *ServingArgs) error {
	object, err := apiextensions.NewCustomResource(ctx, resource, &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String(names.RuntimeVersion),
		Kind:       pulumi.String(kind),
		Metadata: &metav1.ObjectMetaArgs{
			Name: pulumi.String(name), Labels: pulumi.StringMap{labels.PartOf: pulumi.String(labels.Modelway)},
		},
		OtherFields: kubernetes.UntypedArgs{"spec": inputs.Map(spec)},
	}, pulumi.Parent(s), pulumi.DependsOn(args.DependsOn))
	s.Resources = append(s.Resources, object)
	return err
}

// newAvailability registers a second pod of the controller, and a budget that keeps one of the two: its webhooks admit the pods of models.
// The number is a patch, which the API server lays over the Deployment, since the chart has no value for it, and Helm leaves alone what its
// manifest does not say. By force, as the one who created the Deployment owns the number that the API server filled in
// (https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts).
func (s *Serving) newAvailability(ctx *pulumi.Context, name string, args *ServingArgs) error {
	pods := controller()
	patch, err := appsv1.NewDeploymentPatch(ctx, name+"-controller-replicas", &appsv1.DeploymentPatchArgs{
		Metadata: &metav1.ObjectMetaPatchArgs{
			Name: pulumi.String(names.Controller), Namespace: pulumi.String(names.Namespace),
			Annotations: pulumi.StringMap{"pulumi.com/patchForce": pulumi.String("true")},
		},
		Spec: &appsv1.DeploymentSpecPatchArgs{Replicas: pulumi.Int(pods.Replicas)},
	}, pulumi.Parent(s), pulumi.DependsOn(args.DependsOn))
	if err != nil {
		return err
	}
	budget, err := policyv1.NewPodDisruptionBudget(ctx, name+"-controller-budget", &policyv1.PodDisruptionBudgetArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name: pulumi.String(names.Controller), Namespace: pulumi.String(names.Namespace),
			Labels: pulumi.StringMap{labels.PartOf: pulumi.String(labels.Modelway)},
		},
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable:             pulumi.Int(1),
			Selector:                   &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(pods.Selector())},
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, pulumi.Parent(s), pulumi.DependsOn(args.DependsOn))
	s.Resources = slices.Concat(s.Resources, []pulumi.Resource{patch, budget})
	return err
}

// controller are the pods of KServe's controller.
func controller() addons.Workload { return addons.KServe().Workloads[0] }

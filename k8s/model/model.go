// Package model runs one model and puts it behind a shared load balancer: service account, Deployment, Service,
// autoscaler, disruption budget and Ingress, in a namespace that all models share.
package model

import (
	"errors"
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Token is the component's type token.
const Token = "modelway:model:Model"

// ModelArgs describe a model in a cluster. All fields but Capacity are required.
type ModelArgs struct {
	// Model is the model's file, with defaults filled in and checked. Plain, because its route shapes the Ingress.
	Model Spec
	// Namespace of every object of the model, which must exist; see NewNamespace.
	Namespace pulumi.StringInput
	// ClassName is the IngressClass of the load balancer.
	ClassName pulumi.StringInput
	// Domain of the load balancer: the model answers on api.<domain>, or on a host of its own below it.
	Domain string
	// ListenPorts is the load balancer's value of the annotation listen-ports.
	ListenPorts string
	// Prerequisites are what must be there while the Ingress is made, changed and deleted: the controller's release, its role
	// and each policy attachment, the compute it runs on, the CNI add-on, the routes to AWS, and the load balancer's class,
	// params and anchor. The Ingress depends on each of them directly.
	Prerequisites []pulumi.Resource
	// Capacity is what pods need before they can start: compute, the CNI add-on, DNS, routes to the image registry. The
	// Deployment depends on each of them directly. Default Prerequisites.
	Capacity []pulumi.Resource
}

// Model is a model that answers requests.
type Model struct {
	pulumi.ResourceState

	// Host that the model answers on.
	Host string
	// PredictPath is the path that takes predictions.
	PredictPath string
}

// NewModel registers a model.
func NewModel(ctx *pulumi.Context, name string, args *ModelArgs, opts ...pulumi.ResourceOption) (*Model, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking model %q: %w", name, err)
	}
	m := &Model{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), m, opts...); err != nil {
		return nil, err
	}
	account, err := m.newServiceAccount(ctx, name, args)
	if err != nil {
		return nil, fmt.Errorf("registering the service account of %q: %w", name, err)
	}
	deployment, err := m.newDeployment(ctx, name, args, account)
	if err != nil {
		return nil, fmt.Errorf("registering the Deployment of %q: %w", name, err)
	}
	if err := m.newScaling(ctx, name, args, deployment); err != nil {
		return nil, fmt.Errorf("registering the scaling of %q: %w", name, err)
	}
	service, err := m.newService(ctx, name, args)
	if err != nil {
		return nil, fmt.Errorf("registering the Service of %q: %w", name, err)
	}
	if err := m.newIngress(ctx, name, args, service, deployment); err != nil {
		return nil, fmt.Errorf("registering the Ingress of %q: %w", name, err)
	}
	m.Host, m.PredictPath = args.Model.Host(args.Domain), args.Model.PredictPath()
	return m, ctx.RegisterResourceOutputs(m, pulumi.Map{"host": pulumi.String(m.Host), "predictPath": pulumi.String(m.PredictPath)})
}

// newServiceAccount gives the model an identity of its own, without a token: a model has no business with the API server.
func (m *Model) newServiceAccount(ctx *pulumi.Context, name string, args *ModelArgs) (*corev1.ServiceAccount, error) {
	return corev1.NewServiceAccount(ctx, name+"-account", &corev1.ServiceAccountArgs{
		Metadata:                     args.metadata(),
		AutomountServiceAccountToken: pulumi.Bool(false),
	}, pulumi.Parent(m))
}

// metadata names an object after the model.
func (a *ModelArgs) metadata() *metav1.ObjectMetaArgs {
	return &metav1.ObjectMetaArgs{
		Name:      pulumi.String(a.Model.Name),
		Namespace: a.Namespace,
		Labels:    pulumi.ToStringMap(objectLabels(a.Model)),
	}
}

func (a *ModelArgs) selector() *metav1.LabelSelectorArgs {
	return &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(selector(a.Model))}
}

func (a *ModelArgs) capacity() []pulumi.Resource {
	if a.Capacity == nil {
		return a.Prerequisites
	}
	return a.Capacity
}

func (a *ModelArgs) validate() error {
	if a == nil {
		return errors.New("ModelArgs is nil: Model, Namespace, ClassName, Domain, ListenPorts and Prerequisites are required")
	}
	var faults []error
	require := func(given bool, field, fix string) {
		if !given {
			faults = append(faults, fmt.Errorf("%s is required: %s", field, fix))
		}
	}
	require(a.Model.Name != "", "Model.Name", "load the model with modelspec.Load, which checks it")
	require(a.Model.Image != "", "Model.Image", "load the model with modelspec.Load, which checks it")
	require(a.Namespace != nil, "Namespace", "give the models' namespace")
	require(a.ClassName != nil, "ClassName", "give the ClassName of a load balancer")
	require(a.Domain != "", "Domain", "give the domain of the load balancer")
	require(a.ListenPorts != "", "ListenPorts", "give the ListenPorts of the load balancer")
	require(len(a.Prerequisites) > 0, "Prerequisites", "without the controller's release, role and compute a destroy would hang on the Ingress")
	return errors.Join(faults...)
}

func (a *ModelArgs) inputs() pulumi.Map {
	spec := a.Model
	return pulumi.Map{
		"name":        pulumi.String(spec.Name),
		"image":       pulumi.String(spec.Image),
		"minReplicas": pulumi.Int(spec.Replicas.Min),
		"maxReplicas": pulumi.Int(spec.Replicas.Max),
		"cpu":         pulumi.String(spec.Resources.CPU),
		"memory":      pulumi.String(spec.Resources.Memory),
		"compute":     pulumi.String(spec.Compute),
		"port":        pulumi.Int(spec.Port),
		"host":        pulumi.String(spec.Host(a.Domain)),
		"namespace":   a.Namespace,
		"className":   a.ClassName,
	}
}

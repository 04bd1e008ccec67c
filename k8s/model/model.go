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

const (
	// StoreUriVariable is the environment variable that tells a model server where its model's files are.
	StoreUriVariable = "MODEL_STORE_URI"
	// roleAnnotation names the IAM role whose credentials the pods of a service account get
	// (https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html).
	roleAnnotation = "eks.amazonaws.com/role-arn"
)

// ModelArgs describe a model in a cluster. Model, Namespace, ClassName, Domain, ListenPorts and Prerequisites are required.
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
	// JwtValidation is the load balancer's value of the annotation jwt-validation; default none.
	JwtValidation string
	// RoleArn is the IAM role that the pods assume with their service account's token (IRSA). Default none: they have no role, or
	// one through EKS Pod Identity, which needs nothing here.
	RoleArn pulumi.StringInput
	// RoleReady is what must be there before a pod starts, for it to get credentials: the role, its policy and their attachment, and
	// the Pod Identity association. The Deployment depends on each of them. Default none.
	RoleReady []pulumi.Resource
	// StoreUri is where the model's files are, such as s3://bucket/churn/; the container gets it as MODEL_STORE_URI. Default none.
	StoreUri pulumi.StringInput
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
// EKS mounts the token for its IAM role all the same, since that is another one.
func (m *Model) newServiceAccount(ctx *pulumi.Context, name string, args *ModelArgs) (*corev1.ServiceAccount, error) {
	metadata := args.metadata()
	if args.RoleArn != nil {
		metadata.Annotations = pulumi.StringMap{roleAnnotation: args.RoleArn}
	}
	return corev1.NewServiceAccount(ctx, name+"-account", &corev1.ServiceAccountArgs{
		Metadata:                     metadata,
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
	if _, given := a.Model.Env[StoreUriVariable]; given && a.StoreUri != nil {
		faults = append(faults, fmt.Errorf("Model.Env has %s while StoreUri is set: remove it from the model's env", StoreUriVariable))
	}
	return errors.Join(faults...)
}

func (a *ModelArgs) inputs() pulumi.Map {
	spec := a.Model
	inputs := pulumi.Map{
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
	for name, value := range map[string]pulumi.StringInput{"roleArn": a.RoleArn, "storeUri": a.StoreUri} {
		if value != nil {
			inputs[name] = value
		}
	}
	return inputs
}

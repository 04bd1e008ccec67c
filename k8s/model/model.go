// Package model runs one model and puts it behind load balancers: service account, network policy, and for each version
// Deployment and Service, or an InferenceService for files, autoscaler and disruption budget, with an Ingress per host, in a namespace
// that all models share.
package model

import (
	"fmt"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/identity"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// Token is the component's type token.
const Token = "modelway:model:Model"

const (
	// StoreUriVariable is the environment variable that tells a model server where its model's files are.
	StoreUriVariable = modelspec.EnvStoreURI
)

// Model is a model that answers requests.
type Model struct {
	pulumi.ResourceState

	// Hosts that the model answers on.
	Hosts []string
	// PredictPath is the path that takes predictions.
	PredictPath string
	// Accounts are the service accounts of the model, and of what trains it.
	Accounts []pulumi.Resource
}

// builder registers the children of one model.
type builder struct {
	ctx  *pulumi.Context
	name string
	args *ModelArgs
	// model is their parent.
	model *Model
	// account is the model's, trainer that of what trains it; nil where the cluster does not.
	account, trainer *corev1.ServiceAccount
	// serving are the Deployments and Services that Ingresses lead to, or the InferenceServices that KServe makes them for.
	serving []pulumi.Resource
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
	b := &builder{ctx: ctx, name: name, args: args, model: m}
	for _, step := range []struct {
		noun      string
		register  func() error
		delivered bool
	}{
		{"service account", b.newServiceAccount, false},
		{"account of training", b.newTrainingAccount, false},
		{"network policy", b.newNetworkPolicy, true},
		{"versions", b.newVersions, true},
		{"Ingresses", b.newIngresses, true},
		{"training", b.newTraining, true},
	} {
		if step.delivered && args.ByGit {
			continue
		}
		if err := step.register(); err != nil {
			return nil, fmt.Errorf("registering the %s of %q: %w", step.noun, name, err)
		}
	}
	m.PredictPath = args.Model.PredictPath()
	for _, route := range args.Routes {
		m.Hosts = append(m.Hosts, route.Entrance.Host)
	}
	return m, ctx.RegisterResourceOutputs(m, pulumi.Map{
		"hosts": pulumi.ToStringArray(m.Hosts), "predictPath": pulumi.String(m.PredictPath),
	})
}

// newServiceAccount gives the model an identity of its own. Without a reason a model has no business with the API server, so it gets no
// token for it. EKS mounts the token for its IAM role all the same, since that is another one.
func (b *builder) newServiceAccount() (err error) {
	metadata := b.metadata(serving.StableVersion(b.args.Model))
	if b.args.RoleArn != nil {
		metadata.Annotations = pulumi.StringMap{identity.RoleAnnotation: b.args.RoleArn}
	}
	b.account, err = corev1.NewServiceAccount(b.ctx, b.name+"-account", &corev1.ServiceAccountArgs{
		Metadata:                     metadata,
		AutomountServiceAccountToken: pulumi.Bool(b.args.Model.ServiceAccountToken),
	}, pulumi.Parent(b.model))
	b.model.Accounts = append(b.model.Accounts, b.account)
	return err
}

// newVersions registers what runs. A canary that ends is deleted after the Ingresses have been told.
func (b *builder) newVersions() error {
	for _, v := range serving.Versions(b.args.Model) {
		register := b.newImageVersion
		if v.Files.Given() {
			register = b.newFilesVersion
		}
		if err := register(v); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) newImageVersion(v serving.Version) error {
	deployment, err := b.newDeployment(v)
	if err != nil {
		return err
	}
	if err := b.newScaling(v, deployment); err != nil {
		return err
	}
	service, err := b.newService(v)
	b.serving = append(b.serving, deployment, service)
	return err
}

func (b *builder) newFilesVersion(v serving.Version) error {
	made, err := b.newInferenceService(v)
	if err != nil {
		return err
	}
	b.serving = append(b.serving, made)
	return b.newScaling(v, made)
}

// beforePods is what must be there before a pod starts.
func (b *builder) beforePods() []pulumi.Resource {
	return slices.Concat(b.args.capacity(), b.args.RoleReady)
}

func (b *builder) parent() pulumi.ResourceOption {
	return pulumi.Composite(pulumi.Parent(b.model), pulumi.RetainOnDelete(b.args.Retained))
}

// child is the name of a resource of a version.
func (b *builder) child(v serving.Version, kind string) string {
	if v.Name == v.Model.Name {
		return b.name + "-" + kind
	}
	return b.name + modelspec.CanarySuffix + "-" + kind
}

// metadata names an object after a version.
func (b *builder) metadata(v serving.Version) *metav1.ObjectMetaArgs {
	return b.annotated(&metav1.ObjectMetaArgs{
		Name:      pulumi.String(v.Name),
		Namespace: b.args.Namespace,
		Labels:    pulumi.ToStringMap(v.Labels()),
	}, nil)
}

// annotated is metadata with annotations, and with what every object has that Argo CD has written.
func (b *builder) annotated(metadata *metav1.ObjectMetaArgs, annotations map[string]string) *metav1.ObjectMetaArgs {
	all := pulumi.ToStringMap(annotations)
	if b.args.Shared {
		all[gitops.Force] = pulumi.String("true")
	}
	if len(all) > 0 {
		metadata.Annotations = all
	}
	return metadata
}

// Package pipelines registers Kubeflow Pipelines: the objects of its release that run, as package internal/pipelines changes them.
package pipelines

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	names "github.com/modelway/modelway/internal/pipelines"
	"github.com/modelway/modelway/internal/podsecurity"
	"github.com/modelway/modelway/internal/rule"
	"github.com/modelway/modelway/k8s/inputs"
	"github.com/modelway/modelway/k8s/release"
)

// Token is the component's type token.
const Token = names.Token

// Database is the server that runs and metadata are kept in.
type Database struct {
	// Host is its address, and SecretArn that of the secret with its user and password.
	Host, SecretArn pulumi.StringInput
	// Certificates are those of who signs the database's own, in PEM; "" to take any. Default "".
	Certificates string
}

// PipelinesArgs describe an installation. Region, Release, Database, Bucket and DependsOn are required.
type PipelinesArgs struct {
	// Region is the AWS region of the bucket.
	Region string
	// Release are the objects of the release, as internal/pipelines reads them.
	Release []names.Object
	// Database is where runs are kept.
	Database Database
	// Bucket is the name of the bucket for artifacts.
	Bucket pulumi.StringInput
	// RoleArns are the IAM roles of service accounts by name. Leave out those that a Pod Identity association gives the role.
	RoleArns map[string]pulumi.StringInput
	// Mlflow is the address of MLflow's server inside of the cluster, to which runs are told; "" for none. Default "".
	Mlflow string
	// Blocks are the addresses that requests of the load balancer of tools come from, as CIDR blocks; default none.
	Blocks []string
	// ImageMirror is the registry, with a path or without, that images come from; default "", their own registries.
	ImageMirror string
	// Operator is what the objects that bring the password must not outlive: the External Secrets Operator, its role and its compute. Without
	// it they are not made, and somebody else has to make the Secret names.DatabaseSecret. Default none.
	Operator []pulumi.Resource
	// DependsOn is what the parts need to run and must not outlive: database, bucket, roles, cert-manager, compute, DNS and routes to AWS.
	DependsOn []pulumi.Resource
}

// Pipelines is an installed Kubeflow Pipelines.
type Pipelines struct {
	pulumi.ResourceState

	// Resources are its Deployments and webhooks. What asks it depends on them.
	Resources []pulumi.Resource
}

// NewPipelines registers the objects. There is one installation in a cluster: their names are fixed.
func NewPipelines(ctx *pulumi.Context, name string, args *PipelinesArgs, opts ...pulumi.ResourceOption) (*Pipelines, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking pipelines %q: %w", name, err)
	}
	objects, err := names.Overlay(args.Release, args.install())
	if err != nil {
		return nil, fmt.Errorf("checking pipelines %q: %w", name, err)
	}
	p := &Pipelines{}
	in := pulumi.Map{"version": pulumi.String(names.Version), "region": pulumi.String(args.Region), "bucket": args.Bucket,
		"mlflow": pulumi.String(args.Mlflow), "imageMirror": pulumi.String(args.ImageMirror)}
	if err := ctx.RegisterComponentResourceV2(Token, name, in, p, opts...); err != nil {
		return nil, err
	}
	namespace, err := p.newNamespace(ctx, name, args)
	if err != nil {
		return nil, fmt.Errorf("registering the namespace of %q: %w", name, err)
	}
	password, err := p.newPassword(ctx, name, namespace, args)
	if err != nil {
		return nil, fmt.Errorf("registering the password of %q: %w", name, err)
	}
	if err := p.newObjects(ctx, name, objects, append(password, namespace), args); err != nil {
		return nil, fmt.Errorf("registering the objects of %q: %w", name, err)
	}
	return p, ctx.RegisterResourceOutputs(p, pulumi.Map{})
}

func (a *PipelinesArgs) validate() error {
	if a == nil {
		return errors.New("PipelinesArgs are required")
	}
	var faults []error
	for _, field := range []struct {
		name, meaning string
		given         bool
	}{
		{"Region", "name that of the bucket", a.Region != ""},
		{"Release", "read the manifests with internal/pipelines", len(a.Release) > 0},
		{"Database", "give its host and the ARN of its secret", a.Database.Host != nil && a.Database.SecretArn != nil},
		{"Bucket", "name the bucket for artifacts", a.Bucket != nil},
		{"DependsOn", "name the database, the roles and the compute", len(a.DependsOn) > 0},
	} {
		if !field.given {
			faults = append(faults, fmt.Errorf("PipelinesArgs.%s is empty: %s", field.name, field.meaning))
		}
	}
	faults = append(faults, rule.Join(addons.CheckMirror(rule.Path{"ImageMirror"}, a.ImageMirror, "")))
	return errors.Join(faults...)
}

func (a *PipelinesArgs) install() names.Install {
	in := names.Install{
		Region: a.Region, Host: a.Database.Host, Bucket: a.Bucket, Accounts: map[string]any{}, Mlflow: a.Mlflow,
		Authorities: a.Database.Certificates, Blocks: a.Blocks,
		Format: func(format string, args ...any) any { return pulumi.Sprintf(format, args...) },
		Image:  func(image string) string { return addons.Mirror(image, a.ImageMirror) },
	}
	for account, arn := range a.RoleArns {
		if arn != nil {
			in.Accounts[account] = arn
		}
	}
	return in
}

func (p *Pipelines) newNamespace(ctx *pulumi.Context, name string, args *PipelinesArgs) (*corev1.Namespace, error) {
	return corev1.NewNamespace(ctx, name+"-namespace", &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:   pulumi.String(names.Namespace),
			Labels: pulumi.ToStringMap(podsecurity.Namespace(podsecurity.Restricted)),
		},
	}, pulumi.Parent(p), pulumi.DependsOn(args.DependsOn))
}

// object is one of the release, of any kind.
type object struct{ pulumi.CustomResourceState }

// newPassword registers what brings the password of the database, where there is the operator that does so.
func (p *Pipelines) newPassword(ctx *pulumi.Context, name string, namespace pulumi.Resource, args *PipelinesArgs) ([]pulumi.Resource,
	error) {
	if len(args.Operator) == 0 {
		return nil, nil
	}
	made, after := []pulumi.Resource(nil), slices.Concat([]pulumi.Resource{namespace}, args.Operator, args.DependsOn)
	for _, o := range names.Password(args.Region, args.Database.SecretArn) {
		registered, err := p.register(ctx, name, o, slices.Concat(after, made))
		if err != nil {
			return nil, err
		}
		made = append(made, registered)
	}
	return made, nil
}

// newObjects registers the objects: definitions first, then what the Deployments read, the Deployments, and last the webhooks that they
// answer, so that a destroy takes the webhooks away before those who answer them.
func (p *Pipelines) newObjects(ctx *pulumi.Context, name string, objects []names.Object, needs []pulumi.Resource,
	args *PipelinesArgs) error {
	before, stage := append(needs, args.DependsOn...), 0
	var made []pulumi.Resource
	for _, o := range objects {
		if now := o.Stage(); now != stage {
			before, made, stage = append(before, made...), nil, now
		}
		registered, err := p.register(ctx, name, o, before)
		if err != nil {
			return err
		}
		made = append(made, registered)
		if o.Runs() {
			p.Resources = append(p.Resources, registered)
		}
	}
	return nil
}

// register registers an object after others.
func (p *Pipelines) register(ctx *pulumi.Context, name string, o names.Object, after []pulumi.Resource) (pulumi.Resource, error) {
	registered := &object{}
	return registered, ctx.RegisterResource(o.Type(), name+"-"+strings.ToLower(o.Kind())+"-"+o.Name(), inputs.Map(o), registered,
		pulumi.Parent(p), pulumi.DependsOn(after), pulumi.Version(release.ProviderVersion))
}

// Package mlflow makes the objects of the MLflow server: what brings it the address of its database, the Job that changes the schema of
// that before the server is replaced, the server, what removes deleted runs, and who reaches what.
package mlflow

import (
	"errors"
	"fmt"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/labels"
	names "github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/internal/podsecurity"
	"github.com/modelway/modelway/internal/rule"
)

// Token is the component's type token.
const Token = names.Token

// Spec says how large the server is and what it keeps; its rules are in package internal/mlflowserver.
type Spec = names.Spec

// ServerArgs describe a server. All but Host, ImageMirror, Blocks and the roles are required.
type ServerArgs struct {
	// Spec is the size of the server, and how long it keeps what was deleted.
	Spec
	// Region is the AWS region of the bucket and of the secret.
	Region string
	// Host is the DNS name that people reach it by; default "", none.
	Host string
	// ImageMirror is the registry, with a path or without, that the image comes from; default "", its own.
	ImageMirror string
	// Database says where the server keeps what it knows.
	Database Database
	// Bucket is the name of the bucket for files of runs and models.
	Bucket pulumi.StringInput
	// RoleArns are the IAM roles of service accounts by name: of the server, which reads files, of what removes those of deleted runs, and of
	// training, which writes them. Leave out those that a Pod Identity association gives the role.
	RoleArns map[string]pulumi.StringInput
	// Blocks are the addresses that requests of the load balancer of tools come from, as CIDR blocks; default none.
	Blocks []string
	// DependsOn is what the pods need and must not outlive: compute, DNS, the routes to AWS, the bucket, the database and the roles.
	DependsOn []pulumi.Resource
	// Operator are the release of the External Secrets Operator and what its pods run on, which alone remove the finalizer of what copies the
	// password.
	Operator []pulumi.Resource
}

// Database is a MySQL server whose password is in Secrets Manager.
type Database struct {
	// Host is its DNS name, SecretArn the secret with its user and password, and PoolSize how many connections each pool may have.
	Host, SecretArn pulumi.StringInput
	PoolSize        int
	// Certificates are the roots that its certificate is signed by, as text in the form PEM.
	Certificates string
}

// Server is an MLflow server.
type Server struct {
	pulumi.ResourceState

	// Ready is what pages and clients depend on: the Service, with pods that answer behind it.
	Ready []pulumi.Resource
}

// builder registers the children of one server.
type builder struct {
	ctx       *pulumi.Context
	server    *Server
	name      string
	args      *ServerArgs
	namespace *corev1.Namespace
	// needs are what pods mount and are.
	needs []pulumi.Resource
}

// NewServer registers the server. There is one in a cluster: the names of its objects are fixed.
func NewServer(ctx *pulumi.Context, name string, args *ServerArgs, opts ...pulumi.ResourceOption) (*Server, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking MLflow %q: %w", name, err)
	}
	s := &Server{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), s, opts...); err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, server: s, name: name, args: args}
	for _, step := range []struct {
		noun     string
		register func() error
	}{
		{"namespace", b.newNamespace}, {"password", b.newPassword}, {"certificates", b.newCertificates}, {"service accounts", b.newAccounts},
		{"network policies", b.newPolicies}, {"pods", b.newPods},
	} {
		if err := step.register(); err != nil {
			return nil, fmt.Errorf("registering the %s of MLflow %q: %w", step.noun, name, err)
		}
	}
	return s, ctx.RegisterResourceOutputs(s, pulumi.Map{"address": pulumi.String(names.Address)})
}

func (a *ServerArgs) validate() error {
	if a == nil {
		return errors.New("ServerArgs are required")
	}
	var faults []error
	d := a.Database
	if a.Region == "" || a.Bucket == nil || d.Host == nil || d.SecretArn == nil || d.Certificates == "" {
		faults = append(faults, errors.New("ServerArgs.Region, Bucket, Database.Host, Database.SecretArn and Database.Certificates are "+
			"required: where files are, and how the database is reached"))
	}
	if d.PoolSize < 2 {
		faults = append(faults, fmt.Errorf("ServerArgs.Database.PoolSize is %d: it must be at least 2, as the pool of package infra/database is",
			d.PoolSize))
	}
	if len(a.DependsOn) == 0 || len(a.Operator) == 0 {
		faults = append(faults, errors.New("ServerArgs.DependsOn or Operator is empty: without the operator a destroy would leave the "+
			"finalizer of what copies the password"))
	}
	faults = append(faults, rule.Join(a.Check()), rule.Join(addons.CheckMirror(rule.Path{"ImageMirror"}, a.ImageMirror, "")))
	return errors.Join(faults...)
}

func (a *ServerArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"replicas": pulumi.Int(a.Replicas), "memoryGiB": pulumi.Int(a.MemoryGiB), "retentionDays": pulumi.Int(a.RetentionDays),
		"region": pulumi.String(a.Region), "host": pulumi.String(a.Host), "imageMirror": pulumi.String(a.ImageMirror), "bucket": a.Bucket,
		"version": pulumi.String(names.Version),
	}
}

// installation is what the specs of pods depend on.
func (a *ServerArgs) installation() names.Installation {
	image := addons.Mlflow().Chart.Images[0].Repository + ":" + names.Tag
	return names.Installation{
		Spec: a.Spec, Image: addons.Mirror(image, a.ImageMirror), Region: a.Region, Host: a.Host,
		Root: pulumi.Sprintf("s3://%s/%s", a.Bucket, names.Folder), Pool: a.Database.PoolSize,
	}
}

func (b *builder) metadata(name string) *metav1.ObjectMetaArgs {
	return &metav1.ObjectMetaArgs{
		Name: pulumi.String(name), Namespace: pulumi.String(names.Namespace),
		Labels: pulumi.StringMap{labels.Name: pulumi.String(name), labels.PartOf: pulumi.String(labels.Modelway)},
	}
}

// child are the options of every object.
func (b *builder) child(needs ...pulumi.Resource) []pulumi.ResourceOption {
	return []pulumi.ResourceOption{pulumi.Parent(b.server), pulumi.DependsOn(slices.Concat(b.args.DependsOn, []pulumi.Resource{b.namespace},
		needs))}
}

// newNamespace registers the namespace, whose pods must fit the restricted pod security standard.
func (b *builder) newNamespace() (err error) {
	b.namespace, err = corev1.NewNamespace(b.ctx, b.name+"-namespace", &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:   pulumi.String(names.Namespace),
			Labels: pulumi.ToStringMap(podsecurity.Namespace(podsecurity.Restricted)),
		},
	}, pulumi.Parent(b.server), pulumi.DependsOn(b.args.DependsOn))
	return err
}

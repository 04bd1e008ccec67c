// Package bucket makes the one kind of S3 bucket that the platform has, for logs, models' files and Pulumi's state: private,
// encrypted, and reached over TLS only.
package bucket

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/bucket"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/naming"
)

// Token is the component's type token.
const Token = "modelway:bucket:Bucket"

// BucketArgs describe a bucket. Nil args mean the defaults.
type BucketArgs struct {
	// Spec is what the bucket keeps, and for how long.
	bucket.Spec
	// Statements are what the bucket policy says besides denying requests without TLS, for the bucket's ARN: LoadBalancerLogs,
	// FlowLogs and the like. Called with other ARNs too, so it depends on nothing but its argument. Default none.
	Statements func(bucketArn string) []iamdoc.Statement
	// KmsKeyArn is the KMS key that encrypts objects, through an S3 Bucket Key. Default: keys that S3 manages (SSE-S3), the only
	// ones with which load balancers can write their logs.
	KmsKeyArn pulumi.StringInput
	// Tags are put on every taggable child. Default none.
	Tags map[string]string
}

// Bucket is a private bucket.
type Bucket struct {
	pulumi.ResourceState

	// Name is the bucket's name.
	Name pulumi.StringOutput
	// Arn is the bucket's ARN.
	Arn pulumi.StringOutput
	// Ready is the bucket with all its settings. What writes to the bucket depends on Ready: before that, it would be refused or
	// write objects that are not encrypted with the right key.
	Ready []pulumi.Resource
}

// NewBucket registers a bucket. Its name begins with the name of the component.
func NewBucket(ctx *pulumi.Context, name string, args *BucketArgs, opts ...pulumi.ResourceOption) (*Bucket, error) {
	if args == nil {
		args = &BucketArgs{}
	}
	if err := args.validate(name); err != nil {
		return nil, fmt.Errorf("checking bucket %q: %w", name, err)
	}
	b := &Bucket{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), b, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	r := builder{ctx: ctx, parent: b, name: name, args: args}
	if err := r.newBucket(); err != nil {
		return nil, fmt.Errorf("registering the bucket of %q: %w", name, err)
	}
	access, err := r.newAccess()
	if err != nil {
		return nil, fmt.Errorf("registering the access settings of %q: %w", name, err)
	}
	if err := r.newEncryption(); err != nil {
		return nil, fmt.Errorf("registering the encryption of %q: %w", name, err)
	}
	if err := r.newLifecycle(); err != nil {
		return nil, fmt.Errorf("registering the lifecycle of %q: %w", name, err)
	}
	if err := r.newPolicy(access); err != nil {
		return nil, fmt.Errorf("registering the policy of %q: %w", name, err)
	}
	b.Name, b.Arn, b.Ready = r.bucket.Bucket, r.bucket.Arn, r.ready
	return b, ctx.RegisterResourceOutputs(b, pulumi.Map{"name": b.Name, "arn": b.Arn})
}

func (a *BucketArgs) inputs() pulumi.Map {
	inputs := pulumi.Map{
		"versioned": pulumi.Bool(a.Versioned), "expireDays": pulumi.Int(a.ExpireDays), "forceDestroy": pulumi.Bool(a.ForceDestroy),
		"protect": pulumi.Bool(a.Protect), "tags": pulumi.ToStringMap(a.Tags),
	}
	if a.Versioned {
		inputs["noncurrentDays"] = pulumi.Int(a.WithDefaults().NoncurrentDays)
	}
	if a.KmsKeyArn != nil {
		inputs["kmsKeyArn"] = a.KmsKeyArn
	}
	return inputs
}

// builder registers the children of one bucket.
type builder struct {
	ctx    *pulumi.Context
	parent *Bucket
	name   string
	args   *BucketArgs
	bucket *s3.BucketV2
	ready  []pulumi.Resource
}

// options are those of every child. A protect option of the component stays in force: only a child's own false would end it.
func (b *builder) options(after ...pulumi.Resource) []pulumi.ResourceOption {
	options := []pulumi.ResourceOption{pulumi.Parent(b.parent), pulumi.DependsOn(after)}
	if b.args.Protect {
		options = append(options, pulumi.Protect(true))
	}
	return options
}

// done adds a child to what is ready.
func (b *builder) done(child pulumi.Resource, err error) error {
	if err == nil {
		b.ready = append(b.ready, child)
	}
	return err
}

func (b *builder) newBucket() error {
	name := b.name + "-bucket"
	args := &s3.BucketV2Args{ForceDestroy: pulumi.Bool(b.args.ForceDestroy), Tags: pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil))}
	if prefix := naming.AutonamePrefix(strings.ToLower(name), maxName); prefix != "" {
		args.BucketPrefix = pulumi.String(prefix)
	}
	var err error
	b.bucket, err = s3.NewBucketV2(b.ctx, name, args, b.options()...)
	return b.done(b.bucket, err)
}

// Package metricstore makes a workspace of Amazon Managed Service for Prometheus, which keeps what a Prometheus without a disk measures.
package metricstore

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/amp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/naming"
)

// Token is the component's type token.
const Token = "modelway:metricstore:MetricStore"

// maxAlias is how long an alias may be
// (https://docs.aws.amazon.com/prometheus/latest/APIReference/API_CreateWorkspace.html).
const maxAlias = 100

// MetricStoreArgs describe a workspace.
type MetricStoreArgs struct {
	// Alias is what people know the workspace by, 1 to 100 characters. AWS lets several have the same. Required.
	Alias string
	// Protect marks the workspace with Pulumi's protect option: a destroy or a replacement is refused until the option is off and applied.
	// With the workspace go all its series. Default false.
	Protect bool
	// Tags are put on the workspace. The roles that write and read it know it by them. Default none.
	Tags map[string]string
}

// MetricStore is a workspace.
type MetricStore struct {
	pulumi.ResourceState

	// Arn is the ARN of the workspace, and Endpoint the address of its API, which ends in a slash: that of remote write is below it, at
	// api/v1/remote_write.
	Arn, Endpoint pulumi.StringOutput
	// Workspace is what writes and reads depend on.
	Workspace pulumi.Resource
}

// NewMetricStore registers a workspace.
func NewMetricStore(ctx *pulumi.Context, name string, args *MetricStoreArgs, opts ...pulumi.ResourceOption) (*MetricStore, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking metric store %q: %w", name, err)
	}
	s := &MetricStore{}
	inputs := pulumi.Map{"alias": pulumi.String(args.Alias), "protect": pulumi.Bool(args.Protect), "tags": pulumi.ToStringMap(args.Tags)}
	if err := ctx.RegisterComponentResourceV2(Token, name, inputs, s, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	options := []pulumi.ResourceOption{pulumi.Parent(s)}
	if args.Protect {
		options = append(options, pulumi.Protect(true))
	}
	made, err := amp.NewWorkspace(ctx, name+"-workspace", &amp.WorkspaceArgs{
		Alias: pulumi.String(args.Alias),
		Tags:  pulumi.ToStringMap(naming.Tagged(args.Tags, name+"-workspace", nil)),
	}, options...)
	if err != nil {
		return nil, fmt.Errorf("registering the workspace of %q: %w", name, err)
	}
	s.Arn, s.Endpoint, s.Workspace = made.Arn, made.PrometheusEndpoint, made
	return s, ctx.RegisterResourceOutputs(s, pulumi.Map{"arn": s.Arn, "endpoint": s.Endpoint})
}

func (a *MetricStoreArgs) validate() error {
	switch {
	case a == nil || a.Alias == "":
		return errors.New("MetricStoreArgs.Alias is empty: name what the workspace is known by, such as the cluster's name")
	case len(a.Alias) > maxAlias:
		return fmt.Errorf("MetricStoreArgs.Alias has %d characters: AWS takes %d", len(a.Alias), maxAlias)
	}
	return nil
}

// Package platform composes Modelway: the AWS half, the cluster's own half, and the edges between them. It is the only
// package that knows both.
package platform

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/pipelines"
	"github.com/modelway/modelway/internal/plan"
)

// Token is the component's type token.
const Token = "modelway:platform:Platform"

// PlatformArgs describe a platform. They are plain values, since they decide which resources exist.
type PlatformArgs struct {
	// Config is the environment's configuration, complete and checked, as config.Load returns it.
	Config config.Config
	// Models are the models to serve, complete and checked, as modelspec.Load returns them.
	Models []modelspec.Model
	// Previous is what the last deployment left; see ReadPrevious. The zero value places all hosts again, so give it for every stack that is
	// deployed twice.
	Previous plan.Previous
	// Root is the folder that relative paths in the configuration start from.
	Root string

	// plan is nil until preflight has been passed.
	plan *plan.Plan
	// pipelines are the objects of the release of Kubeflow Pipelines; nil until they are read, and where they are not installed.
	pipelines []pipelines.Object
}

// Platform is an AWS account's VPC, EKS cluster and load balancers, with models that answer behind them.
type Platform struct {
	pulumi.ResourceState

	// ClusterName is the name of the EKS cluster.
	ClusterName pulumi.StringOutput
	// Kubeconfig is the cluster's kubeconfig as JSON, a secret.
	Kubeconfig pulumi.StringOutput
	// VpcId is the id of the VPC.
	VpcId pulumi.StringOutput
	// PublicSubnetIds and PrivateSubnetIds are in the order of the zones' names.
	PublicSubnetIds, PrivateSubnetIds pulumi.StringArrayOutput
	// LoadBalancerHostnames are the DNS names of the load balancers by their name.
	LoadBalancerHostnames pulumi.StringMapOutput
	// LoadBalancers are the load balancers by their name: key of the settings, scheme, hosts, and what of the quotas is used.
	LoadBalancers pulumi.MapOutput
	// Models are the models by their name: what their files say, without what is at its default.
	Models pulumi.MapOutput
	// ModelUrls are the URLs that answer predictions by the model's name.
	ModelUrls pulumi.StringMapOutput
	// Delivery says who makes the objects of models.
	Delivery pulumi.MapOutput
	// ModelStore is the name of the bucket for model files; empty where there is none.
	ModelStore pulumi.StringOutput
	// ArtifactUris and ClusterUrls are the addresses of what MLflow and Kubeflow Pipelines keep in S3, and of the two in the cluster, by the
	// keys mlflow and pipelines; without those that are off.
	ArtifactUris, ClusterUrls pulumi.StringMapOutput
	// RepositoryUrls are the addresses that images are pushed to by the repository's name.
	RepositoryUrls pulumi.StringMapOutput
	// GitHubRoleArns are the ARNs of the roles of GitHub Actions, preview and deploy; empty where there are none.
	GitHubRoleArns pulumi.StringMapOutput
}

// NewPlatform registers a platform. It registers nothing when a model does not fit the environment, and reports all faults
// together.
func NewPlatform(ctx *pulumi.Context, name string, args *PlatformArgs, opts ...pulumi.ResourceOption) (*Platform, error) {
	if args.plan == nil {
		planned, faults, err := plan.Preflight(args.Config, args.Models, args.Previous)
		if err := errors.Join(config.Check(args.Config), plan.Joined(faults), err); err != nil {
			return nil, fmt.Errorf("checking platform %q: %w", name, err)
		}
		args = args.with(planned)
	}
	if args.pipelines == nil {
		if err := args.readPipelines(); err != nil {
			return nil, fmt.Errorf("checking platform %q: %w", name, err)
		}
	}
	found, err := lookUp(ctx, args.Config)
	if err != nil {
		return nil, err
	}
	if err := checkGitHubRoles(ctx, args, found); err != nil {
		return nil, err
	}
	for _, text := range slices.Concat(plan.Warnings(args.Config, found.caller, time.Now()), plan.OpenModels(args.Config, args.Models),
		plan.Measuring(args.Config, args.Models), plan.UnknownTeams(args.Config, args.Models),
		plan.FullNodes(args.Config, args.Models), args.plan.Warnings(args.Previous)) {
		if err := ctx.Log.Warn(text, nil); err != nil {
			return nil, err
		}
	}
	p := &Platform{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), p, slices.Concat(opts, bounded(args.Config),
		[]pulumi.ResourceOption{inEnvironment(name, args.Config.Cluster.Name)})...); err != nil {
		return nil, err
	}
	for _, text := range []string{"load balancers\n" + args.plan.Capacity.Table(), plan.SizeReport(args.Models)} {
		if err := p.say(ctx, text); err != nil {
			return nil, err
		}
	}
	foundation, err := p.newFoundation(ctx, name, args, found)
	if err != nil {
		return nil, err
	}
	workloads, err := p.newWorkloads(ctx, name, args, foundation)
	if err != nil {
		return nil, err
	}
	p.ClusterName = foundation.cluster.Name
	p.Kubeconfig = foundation.kubeconfig
	p.VpcId = foundation.network.VpcId
	p.PublicSubnetIds, p.PrivateSubnetIds = foundation.network.PublicSubnetIds, foundation.network.PrivateSubnetIds
	p.LoadBalancerHostnames = workloads.hostnames.ToStringMapOutput()
	p.LoadBalancers = pulumi.ToMap(args.plan.Summary()).ToMapOutput()
	p.Models = pulumi.ToMap(plan.Compact(args.Models)).ToMapOutput()
	p.ModelUrls = pulumi.ToStringMap(plan.ModelUrls(args.Config, args.Models)).ToStringMapOutput()
	p.Delivery = args.delivered().ToMapOutput()
	p.ModelStore = foundation.store.bucket()
	p.ArtifactUris, p.ClusterUrls = foundation.addresses(args)
	p.RepositoryUrls, p.GitHubRoleArns = foundation.released.repositoryUrls, foundation.released.roleArns.ToStringMapOutput()
	return p, ctx.RegisterResourceOutputs(p, p.Outputs())
}

// say tells what has been decided to whoever runs the program.
func (p *Platform) say(ctx *pulumi.Context, text string) error {
	if text == "" {
		return nil
	}
	return ctx.Log.Info(text, &pulumi.LogArgs{Resource: p})
}

// Outputs are the platform's outputs by the names in package outputs.
func (p *Platform) Outputs() pulumi.Map {
	return pulumi.Map{
		outputs.ClusterName:           p.ClusterName,
		outputs.Kubeconfig:            p.Kubeconfig,
		outputs.VpcId:                 p.VpcId,
		outputs.PublicSubnetIds:       p.PublicSubnetIds,
		outputs.PrivateSubnetIds:      p.PrivateSubnetIds,
		outputs.LoadBalancerHostnames: p.LoadBalancerHostnames,
		outputs.LoadBalancers:         p.LoadBalancers,
		outputs.Models:                p.Models,
		outputs.ModelURLs:             p.ModelUrls,
		outputs.Delivery:              p.Delivery,
		outputs.ModelStore:            p.ModelStore,
		outputs.ArtifactURIs:          p.ArtifactUris,
		outputs.ClusterURLs:           p.ClusterUrls,
		outputs.RepositoryURLs:        p.RepositoryUrls,
		outputs.GitHubRoleARNs:        p.GitHubRoleArns,
	}
}

func (a *PlatformArgs) inputs() pulumi.Map {
	names := make([]string, 0, len(a.Models))
	for _, m := range a.Models {
		names = append(names, m.Name)
	}
	return pulumi.Map{
		"environment": pulumi.String(a.Config.Environment),
		"region":      pulumi.String(a.Config.Region),
		"clusterName": pulumi.String(a.Config.Cluster.Name),
		"models":      pulumi.ToStringArray(names),
		"capacity":    pulumi.ToMap(plan.Headroom(a.Config, *a.plan, a.Models)),
	}
}

func (a *PlatformArgs) tags() map[string]string { return plan.Tags(a.Config) }

// with is a copy that carries what has been decided.
func (a *PlatformArgs) with(p plan.Plan) *PlatformArgs {
	decided := *a
	decided.plan = &p
	return &decided
}

package platform

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/addons"
	"github.com/modelway/modelway/infra/bucket"
	"github.com/modelway/modelway/infra/cluster"
	"github.com/modelway/modelway/infra/compute"
	"github.com/modelway/modelway/infra/database"
	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/infra/metricstore"
	"github.com/modelway/modelway/infra/network"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/kubeconfig"
	netspec "github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/plan"
)

// foundation is the AWS half: a cluster that can run pods, and who they are in AWS.
type foundation struct {
	account account
	// logs is the bucket for logs that are kept as files; nil where nothing writes there.
	logs *bucket.Bucket
	// store is where models keep their files; nil where there is none.
	store *modelStore
	// buckets are those of add-ons that keep files, by the row's key.
	buckets map[string]*bucket.Bucket
	// database is that of MLflow and Kubeflow Pipelines; nil where there is none.
	database *database.Database
	// metrics keeps series where Prometheus has no disk; nil elsewhere.
	metrics    *metricstore.MetricStore
	network    *network.Network
	cluster    *cluster.Cluster
	roles      roles
	early      *addons.Addons
	compute    *compute.Compute
	late       *addons.Addons
	released   released
	kubeconfig pulumi.StringOutput
	provider   *kubernetes.Provider
}

func (p *Platform) newFoundation(ctx *pulumi.Context, name string, args *PlatformArgs, found account) (*foundation, error) {
	f := &foundation{account: found, roles: roles{helm: map[string]*identity.ServiceAccountRole{}}, buckets: map[string]*bucket.Bucket{}}
	for _, step := range []struct {
		noun     string
		register func(*pulumi.Context, *Platform, string, *PlatformArgs) error
	}{
		{"log bucket", f.newLogBucket},
		{"network", f.newNetwork},
		{"cluster", f.newCluster},
		{"buckets of add-ons", f.newAddonBuckets},
		{"roles", f.newRoles},
		{"compute", f.newCompute},
		{"model store", f.newModelStore},
		{"database", f.newDatabase},
		{"metric store", f.newMetricStore},
		{"repositories", f.newRepositories},
		{"roles of GitHub Actions", f.newGitHubRoles},
		{"budget", f.newBudget},
		{"Kubernetes provider", f.newProvider},
	} {
		if err := step.register(ctx, p, name, args); err != nil {
			return nil, fmt.Errorf("registering the %s: %w", step.noun, err)
		}
	}
	return f, nil
}

func (f *foundation) newNetwork(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	cfg := args.Config.Network
	if cfg.Existing.Given() {
		f.network, err = network.AdoptNetwork(ctx, name+"-network", &network.AdoptedNetworkArgs{
			VpcId:            cfg.Existing.VpcId,
			PrivateSubnetIds: cfg.Existing.PrivateSubnetIds,
			PublicSubnetIds:  cfg.Existing.PublicSubnetIds,
			Region:           args.Config.Region,
			ClusterName:      args.Config.Cluster.Name,
			Demand:           plan.Demand(args.Config, *args.plan, args.Models),
			Tags:             args.tags(),
		}, pulumi.Parent(p))
		return err
	}
	endpoints, err := plan.Endpoints(args.Config)
	if err != nil {
		return err
	}
	f.network, err = network.NewNetwork(ctx, name+"-network", &network.NetworkArgs{
		Cidr:               cfg.Cidr,
		PodCidr:            cfg.PodCidr,
		Region:             args.Config.Region,
		Zones:              f.account.zones,
		NatGateways:        cfg.NatGateways,
		InterfaceEndpoints: endpoints,
		FlowLogs:           f.flowLogs(cfg.FlowLogs),
		ClusterName:        args.Config.Cluster.Name,
		Protect:            args.Config.Cluster.DeletionProtection,
		Tags:               args.tags(),
	}, pulumi.Parent(p))
	return err
}

// flowLogs are kept in a log group of the network's own, or in the log bucket.
func (f *foundation) flowLogs(cfg config.FlowLogs) network.FlowLogs {
	logs := network.FlowLogs{Destination: cfg.Destination, RetentionDays: cfg.RetentionDays}
	if cfg.Destination == netspec.FlowLogsBucket {
		logs.BucketArn, logs.DependsOn = f.logs.Arn, f.logs.Ready
	}
	return logs
}

func (f *foundation) newCluster(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	cfg := args.Config.Cluster
	f.cluster, err = cluster.NewCluster(ctx, name+"-cluster", &cluster.ClusterArgs{
		Name:                 cfg.Name,
		KubernetesVersion:    cfg.KubernetesVersion,
		SupportType:          cfg.SupportType,
		VpcId:                f.network.VpcId,
		SubnetIds:            f.network.PrivateSubnetIds,
		AdminRoleArns:        cfg.AdminRoleArns,
		AccessEntries:        cfg.AccessEntries,
		EndpointPublicAccess: cfg.EndpointPublicAccess,
		PublicAccessCidrs:    cfg.PublicAccessCidrs,
		LogRetentionDays:     cfg.LogRetentionDays,
		AdoptLogGroup:        cfg.AdoptLogGroup,
		Protect:              cfg.DeletionProtection,
		Tags:                 args.tags(),
	}, pulumi.Parent(p))
	return err
}

// newRoles registers the cluster's identity provider and the roles of the services that call AWS.
func (f *foundation) newRoles(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	f.roles.oidc, err = identity.NewOidcProvider(ctx, name+"-oidc", &identity.OidcProviderArgs{
		Issuer: f.cluster.OidcIssuer,
		Tags:   args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	if err := f.newHelmRoles(ctx, p, name, args); err != nil {
		return err
	}
	f.roles.addons, err = f.newAddonRoles(ctx, p, name, args)
	return err
}

// newProvider registers the Kubernetes provider. Its kubeconfig names the cluster, so that nothing but a new cluster
// replaces it.
func (f *foundation) newProvider(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	document := pulumi.All(f.cluster.Name, f.cluster.Endpoint, f.cluster.CertificateAuthority).ApplyT(func(v []any) (string, error) {
		return kubeconfig.Cluster{
			Name: v[0].(string), Endpoint: v[1].(string), CertificateAuthority: v[2].(string), Region: args.Config.Region,
		}.JSON()
	}).(pulumi.StringOutput)
	f.kubeconfig = pulumi.ToSecret(document).(pulumi.StringOutput)
	f.provider, err = kubernetes.NewProvider(ctx, name+"-kubernetes", &kubernetes.ProviderArgs{
		Kubeconfig:        f.kubeconfig,
		ClusterIdentifier: pulumi.String(args.Config.Cluster.Name),
	}, pulumi.Parent(p), pulumi.DependsOn(append([]pulumi.Resource{f.cluster.ControlPlane}, f.released.access...)))
	return err
}

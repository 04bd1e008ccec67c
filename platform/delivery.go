package platform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/budget"
	"github.com/modelway/modelway/infra/cluster"
	"github.com/modelway/modelway/infra/delivery"
	addonrows "github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/aws"
	clusterspec "github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/permissions"
)

// released is what continuous delivery gets.
type released struct {
	repositoryUrls pulumi.StringMapOutput
	roleArns       pulumi.StringMap
	// access is what the roles may do in the cluster. What is in the cluster goes before it, since it may be one of the roles that
	// deletes it.
	access []pulumi.Resource
}

// newRepositories registers the repositories for images.
func (f *foundation) newRepositories(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	f.released.repositoryUrls = pulumi.StringMap{}.ToStringMapOutput()
	if len(args.Config.Delivery.Repositories) == 0 {
		return nil
	}
	made, err := delivery.NewRepositories(ctx, name+"-repositories", &delivery.RepositoriesArgs{
		Names:       args.Config.Delivery.Repositories,
		ForceDelete: !args.Config.Cluster.DeletionProtection,
		Protect:     args.Config.Cluster.DeletionProtection,
		Tags:        args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	f.released.repositoryUrls = made.Urls
	return nil
}

// newGitHubRoles registers the two roles, and what they may do in the cluster: deploying administers it, a preview looks.
func (f *foundation) newGitHubRoles(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	hub := args.Config.Delivery.GitHub
	if hub.Repository == "" {
		return nil
	}
	described := gitHubRoles(ctx, args, f.account)
	described.RoleArns, described.BucketArns, described.VpcId = f.roleArns(), f.bucketArns(args), f.ownVpcId(args)
	roles, err := delivery.NewGitHubRoles(ctx, name+"-github", described, pulumi.Parent(p))
	if err != nil {
		return err
	}
	f.released.roleArns = pulumi.StringMap{"preview": roles.PreviewRoleArn, "deploy": roles.DeployRoleArn}
	for _, access := range []struct {
		role   string
		policy string
	}{{"deploy", clusterspec.Admin}, {"preview", clusterspec.View}} {
		made, err := cluster.NewAccess(ctx, name+"-github-"+access.role+"-access", &cluster.AccessArgs{
			ClusterName:  f.cluster.Name,
			PrincipalArn: f.released.roleArns[access.role],
			Policy:       access.policy,
			Partition:    aws.Partition(args.Config.Region),
			DependsOn:    append([]pulumi.Resource{f.cluster.ControlPlane}, roles.Ready...),
			Tags:         args.tags(),
		}, pulumi.Parent(p))
		if err != nil {
			return err
		}
		f.released.access = append(f.released.access, made.Resources...)
	}
	return nil
}

// gitHubRoles describes the roles by what is known before anything is registered.
func gitHubRoles(ctx *pulumi.Context, args *PlatformArgs, found account) *delivery.GitHubRolesArgs {
	hub := args.Config.Delivery.GitHub
	organization, repository, _ := strings.Cut(hub.Repository, "/")
	return &delivery.GitHubRolesArgs{
		Repo: permissions.Repo{
			Organization: organization, Repository: repository, OrganizationId: hub.OrganizationId, RepositoryId: hub.RepositoryId,
		},
		Environments:        hub.Environments,
		ExistingProviderArn: hub.ExistingProviderArn,
		Target:              target(ctx, args, found),
		Tags:                args.tags(),
	}
}

// checkGitHubRoles reports what the policies of the roles would be refused for: their length, and a boundary that the roles may change.
func checkGitHubRoles(ctx *pulumi.Context, args *PlatformArgs, found account) error {
	if args.Config.Delivery.GitHub.Repository == "" {
		return nil
	}
	if err := gitHubRoles(ctx, args, found).Validate(); err != nil {
		return fmt.Errorf("modelway:delivery.github: %w", err)
	}
	return nil
}

// ownVpcId is the VPC that the program makes, nil in one that others made.
func (f *foundation) ownVpcId(args *PlatformArgs) pulumi.StringInput {
	if args.Config.Network.Existing.VpcId != "" {
		return nil
	}
	return f.network.VpcId
}

// roleArns are the roles that services get, by their ARNs.
func (f *foundation) roleArns() pulumi.StringArray {
	all := append(pulumi.StringArray{f.cluster.RoleArn}, f.compute.RoleArns...)
	for _, addon := range slices.Sorted(maps.Keys(f.roles.addons)) {
		all = append(all, f.roles.addons[addon].RoleArn)
	}
	for _, row := range addonrows.All() {
		keys := []string{row.Key}
		for _, account := range row.Accounts {
			keys = append(keys, row.RoleKey(account))
		}
		for _, key := range keys {
			if role := f.roles.helm[key]; role != nil {
				all = append(all, role.RoleArn)
			}
		}
	}
	return all
}

// bucketArns are the buckets that the program makes, by their ARNs.
func (f *foundation) bucketArns(args *PlatformArgs) pulumi.StringArray {
	all := pulumi.StringArray{}
	if f.logs != nil {
		all = append(all, f.logs.Arn)
	}
	if f.store != nil && args.Config.ModelStore.ExistingBucket == "" {
		all = append(all, f.store.arn)
	}
	return all
}

// target is what the roles of GitHub Actions look after.
func target(ctx *pulumi.Context, args *PlatformArgs, found account) permissions.Target {
	hub := args.Config.Delivery.GitHub
	made := permissions.Target{
		Region: args.Config.Region, AccountId: found.id, NamePrefix: ctx.Project(), Stack: ctx.Stack(), ClusterName: args.Config.Cluster.Name,
		HostedZoneIds: hostedZones(args.Config), Domains: domains(args.Config), VpcId: args.Config.Network.Existing.VpcId,
		SubnetIds:   slices.Concat(args.Config.Network.Existing.PrivateSubnetIds, args.Config.Network.Existing.PublicSubnetIds),
		StateKeyArn: hub.StateKeyArn, PermissionsBoundaryArn: hub.PermissionsBoundaryArn,
	}
	if hub.StateBucket != "" {
		made.StateBucketArn = aws.Arn(args.Config.Region, "s3", "", "", hub.StateBucket)
	}
	return made
}

// hostedZones are the zones that the program writes records to, sorted.
func hostedZones(cfg config.Config) []string {
	zones := map[string]bool{}
	for _, lb := range cfg.LoadBalancers {
		if lb.HostedZoneId != "" {
			zones[lb.HostedZoneId] = true
		}
	}
	return slices.Sorted(maps.Keys(zones))
}

// domains are those whose records the program writes, sorted.
func domains(cfg config.Config) []string {
	all := map[string]bool{}
	for _, lb := range cfg.LoadBalancers {
		if lb.HostedZoneId != "" {
			all[lb.Domain] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// newBudget registers the budget of the environment.
func (f *foundation) newBudget(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	cfg := args.Config.Cost
	if cfg.MonthlyBudgetUsd == 0 {
		return nil
	}
	_, err := budget.NewBudget(ctx, name+"-budget", &budget.BudgetArgs{
		ClusterName: args.Config.Cluster.Name,
		Region:      args.Config.Region,
		MonthlyUsd:  cfg.MonthlyBudgetUsd,
		Emails:      cfg.AlertEmails,
		TopicArns:   cfg.AlertTopicArns,
		Tags:        args.tags(),
	}, pulumi.Parent(p))
	return err
}

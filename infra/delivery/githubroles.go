package delivery

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/delivery"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/permissions"
	"github.com/modelway/modelway/internal/rule"
)

// GitHubRolesToken is the type token of GitHubRoles.
const GitHubRolesToken = "modelway:delivery:GitHub"

// How long the credentials of one job last at most, in seconds, from 3,600 to 43,200
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html#id_roles_update-session-duration).
const (
	// PreviewSessionSeconds is an hour, the least that IAM takes.
	PreviewSessionSeconds = 3600
	// DeploySessionSeconds is two hours: a cluster with its add-ons and node groups can take more than one. The workflow has to ask
	// for it.
	DeploySessionSeconds = 7200
)

// GitHubRolesArgs describe the roles of one repository. All are plain values, since they decide what the policies say.
type GitHubRolesArgs struct {
	// Repo is the repository whose workflows get the roles. Required.
	Repo permissions.Repo
	// Environments are the GitHub environments whose jobs may deploy, at least one. Required.
	Environments []string
	// ExistingProviderArn is the ARN of the account's identity provider for GitHub, of which there can be one only. Default
	// none: it is made.
	ExistingProviderArn string
	// Target is what the roles look after. Required.
	Target permissions.Target
	// RoleArns and BucketArns are roles and buckets of the environment. Those whose names do not begin with the environment's, as they
	// were made before names did, are named by their ARNs. Default none.
	RoleArns, BucketArns pulumi.StringArrayInput
	// VpcId is Target.OwnVpcId, as an output. Default none.
	VpcId pulumi.StringInput
	// Tags are put on every taggable child. Default none.
	Tags map[string]string
}

// GitHubRoles are two roles for workflows of GitHub Actions: one reads, for previews on pull requests, and one deploys, for the
// named environments. Whoever deploys can change both roles, since they are part of the program; Target.PermissionsBoundaryArn
// limits how far.
type GitHubRoles struct {
	pulumi.ResourceState

	// ProviderArn is the ARN of GitHub's identity provider in IAM.
	ProviderArn pulumi.StringOutput
	// PreviewRoleArn and DeployRoleArn are what workflows name in role-to-assume.
	PreviewRoleArn, DeployRoleArn pulumi.StringOutput
	// Ready are the roles with their policies attached.
	Ready []pulumi.Resource
}

// Validate reports every fault of the arguments together, and faults of the policies that they make once they have none.
func (a *GitHubRolesArgs) Validate() error {
	if a == nil {
		return errors.New("GitHubRolesArgs is nil: Repo, Environments and Target are required")
	}
	if err := errors.Join(rule.Join(a.spec().Check(a.Target.Region, a.Target.Stack)), a.Target.Check()); err != nil {
		return err
	}
	return permissions.CheckDocuments(a.Repo, a.Environments, a.target())
}

// spec is what the settings hold of the roles.
func (a *GitHubRolesArgs) spec() delivery.GitHub {
	return delivery.GitHub{
		Repository: a.Repo.Organization + "/" + a.Repo.Repository, OrganizationId: a.Repo.OrganizationId, RepositoryId: a.Repo.RepositoryId,
		Environments: a.Environments, ExistingProviderArn: a.ExistingProviderArn, StateKeyArn: a.Target.StateKeyArn,
		PermissionsBoundaryArn: a.Target.PermissionsBoundaryArn,
	}
}

// NewGitHubRoles registers the roles, their policies and, unless there is one, GitHub's identity provider.
func NewGitHubRoles(ctx *pulumi.Context, name string, args *GitHubRolesArgs, opts ...pulumi.ResourceOption) (*GitHubRoles, error) {
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("checking GitHub roles %q: %w", name, err)
	}
	g := &GitHubRoles{}
	if err := ctx.RegisterComponentResourceV2(GitHubRolesToken, name, args.inputs(), g, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	b := roleBuilder{ctx: ctx, roles: g, name: name, args: args}
	if err := b.newProvider(); err != nil {
		return nil, fmt.Errorf("registering the identity provider of %q: %w", name, err)
	}
	reading, err := b.newPolicies(permissions.ReadPolicies)
	if err != nil {
		return nil, fmt.Errorf("registering the reading policies of %q: %w", name, err)
	}
	deploying, err := b.newPolicies(permissions.DeployPolicies)
	if err != nil {
		return nil, fmt.Errorf("registering the deploying policies of %q: %w", name, err)
	}
	g.PreviewRoleArn, err = b.newRole("preview", args.Repo.PreviewSubjects(), PreviewSessionSeconds, reading)
	if err != nil {
		return nil, fmt.Errorf("registering the preview role of %q: %w", name, err)
	}
	g.DeployRoleArn, err = b.newRole("deploy", args.Repo.DeploySubjects(args.Environments), DeploySessionSeconds,
		append(reading, deploying...))
	if err != nil {
		return nil, fmt.Errorf("registering the deploy role of %q: %w", name, err)
	}
	return g, ctx.RegisterResourceOutputs(g, pulumi.Map{
		"providerArn": g.ProviderArn, "previewRoleArn": g.PreviewRoleArn, "deployRoleArn": g.DeployRoleArn,
	})
}

// target is Target with what the other arguments say about it.
func (a *GitHubRolesArgs) target() permissions.Target {
	return a.Target.WithProvider(a.ExistingProviderArn)
}

func (a *GitHubRolesArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"organization": pulumi.String(a.Repo.Organization), "repository": pulumi.String(a.Repo.Repository),
		"organizationId": pulumi.String(a.Repo.OrganizationId), "repositoryId": pulumi.String(a.Repo.RepositoryId),
		"environments": pulumi.ToStringArray(a.Environments), "existingProviderArn": pulumi.String(a.ExistingProviderArn),
		"namePrefix": pulumi.String(a.Target.NamePrefix), "clusterName": pulumi.String(a.Target.ClusterName),
		"permissionsBoundaryArn": pulumi.String(a.Target.PermissionsBoundaryArn), "tags": pulumi.ToStringMap(a.Tags),
	}
}

// roleBuilder registers the children of one GitHubRoles.
type roleBuilder struct {
	ctx   *pulumi.Context
	roles *GitHubRoles
	name  string
	args  *GitHubRolesArgs
}

func (b *roleBuilder) parent() pulumi.ResourceOption { return pulumi.Parent(b.roles) }

// newProvider makes IAM trust GitHub's tokens. IAM checks the issuer's certificate against its own list of authorities, so there
// is no thumbprint (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html).
func (b *roleBuilder) newProvider() error {
	if arn := b.args.ExistingProviderArn; arn != "" {
		b.roles.ProviderArn = pulumi.String(arn).ToStringOutput()
		return nil
	}
	provider, err := iam.NewOpenIdConnectProvider(b.ctx, b.name+"-provider", &iam.OpenIdConnectProviderArgs{
		Url:           pulumi.String(permissions.GitHubIssuer),
		ClientIdLists: pulumi.ToStringArray([]string{iamdoc.Audience}),
		Tags:          pulumi.ToStringMap(b.args.Tags),
	}, b.parent())
	if err != nil {
		return err
	}
	b.roles.ProviderArn = provider.Arn
	return nil
}

// text is the JSON of a document, which waits for the ARNs and the id that it may have to name.
func (b *roleBuilder) text(document func(permissions.Target) iamdoc.Document) (pulumi.StringInput, error) {
	target := b.args.target()
	if b.args.RoleArns == nil && b.args.BucketArns == nil && b.args.VpcId == nil {
		text, err := document(target).JSON()
		return pulumi.String(text), err
	}
	arns := func(given pulumi.StringArrayInput) pulumi.StringArrayOutput {
		if given == nil {
			return pulumi.StringArray{}.ToStringArrayOutput()
		}
		return given.ToStringArrayOutput()
	}
	vpc := b.args.VpcId
	if vpc == nil {
		vpc = pulumi.String(target.OwnVpcId)
	}
	return pulumi.All(arns(b.args.RoleArns), arns(b.args.BucketArns), vpc).ApplyT(func(known []any) (string, error) {
		return document(target.With(known[0].([]string), known[1].([]string), known[2].(string))).JSON()
	}).(pulumi.StringOutput), nil
}

// attached is a policy by what its attachments are named after.
type attached struct {
	suffix string
	policy *iam.Policy
}

func (b *roleBuilder) newPolicies(documents func(permissions.Target) []iamdoc.Named) ([]attached, error) {
	var all []attached
	for i, named := range documents(b.args.target()) {
		text, err := b.text(func(t permissions.Target) iamdoc.Document { return documents(t)[i].Document })
		if err != nil {
			return nil, err
		}
		name := b.name + "-" + named.Name
		policy, err := iam.NewPolicy(b.ctx, name, &iam.PolicyArgs{
			NamePrefix:  prefix(name, naming.IAMPolicy),
			Description: pulumi.Sprintf("GitHub Actions of %s/%s: %s", b.args.Repo.Organization, b.args.Repo.Repository, named.Name),
			Policy:      text,
			Tags:        pulumi.ToStringMap(b.args.Tags),
		}, b.parent())
		if err != nil {
			return nil, err
		}
		all = append(all, attached{named.Name, policy})
	}
	return all, nil
}

func (b *roleBuilder) newRole(suffix string, subjects []string, seconds int, policies []attached) (pulumi.StringOutput, error) {
	name := b.name + "-" + suffix
	args := &iam.RoleArgs{
		NamePrefix:  prefix(name, naming.IAMRole),
		Description: pulumi.Sprintf("GitHub Actions of %s/%s: %s", b.args.Repo.Organization, b.args.Repo.Repository, suffix),
		AssumeRolePolicy: b.roles.ProviderArn.ApplyT(func(arn string) (string, error) {
			return iamdoc.SubjectsTrust(arn, permissions.GitHubIssuer, subjects...).JSON()
		}).(pulumi.StringOutput),
		MaxSessionDuration: pulumi.Int(seconds),
		Tags:               pulumi.ToStringMap(b.args.Tags),
	}
	if boundary := b.args.Target.PermissionsBoundaryArn; boundary != "" {
		args.PermissionsBoundary = pulumi.String(boundary)
	}
	role, err := iam.NewRole(b.ctx, name, args, b.parent())
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	b.roles.Ready = append(b.roles.Ready, role)
	for _, p := range policies {
		attachment, err := iam.NewRolePolicyAttachment(b.ctx, name+"-"+p.suffix, &iam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: p.policy.Arn,
		}, b.parent())
		if err != nil {
			return pulumi.StringOutput{}, err
		}
		b.roles.Ready = append(b.roles.Ready, attachment)
	}
	return role.Arn, nil
}

// prefix is the name prefix of a resource whose generated name would be too long, and nil for others.
func prefix(logicalName string, limit int) pulumi.StringPtrInput {
	if p := naming.AutonamePrefix(logicalName, limit); p != "" {
		return pulumi.String(p)
	}
	return nil
}

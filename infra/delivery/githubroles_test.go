package delivery_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/delivery"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/permissions"
	"github.com/modelway/modelway/internal/recorder"
)

const (
	providerType   = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
	roleType       = "aws:iam/role:Role"
	policyType     = "aws:iam/policy:Policy"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	boundary       = "arn:aws:iam::123456789012:policy/company-boundary"
)

func gitHubArgs() *delivery.GitHubRolesArgs {
	return &delivery.GitHubRolesArgs{
		Repo:         permissions.Repo{Organization: "company", Repository: "ml", OrganizationId: "12", RepositoryId: "34"},
		Environments: []string{"prod"},
		Target: permissions.Target{
			Region: "us-east-1", AccountId: "123456789012", NamePrefix: "modelway", ClusterName: "modelway-prod",
			Stack: "prod", StateBucketArn: "arn:aws:s3:::company-state", PermissionsBoundaryArn: boundary,
		},
		Tags: map[string]string{"team": "ml"},
	}
}

func gitHub(args *delivery.GitHubRolesArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		roles, err := delivery.NewGitHubRoles(ctx, "modelway-github", args)
		if err != nil {
			return err
		}
		return ctx.RegisterComponentResourceV2("test:index:User", "user", pulumi.Map{}, &pulumi.ResourceState{}, pulumi.DependsOn(roles.Ready))
	}
}

func TestGitHubRoles(t *testing.T) {
	args := gitHubArgs()
	r := recorder.Run(t, gitHub(args))
	component := r.Find(t, delivery.GitHubRolesToken, "modelway-github")
	provider := r.Find(t, providerType, "modelway-github-provider")
	require.Equal(t, map[string]any{
		"url": permissions.GitHubIssuer, "clientIdLists": []any{"sts.amazonaws.com"}, "tags": map[string]any{"team": "ml"},
	}, provider.Inputs.Mappable(), "IAM needs no thumbprint")

	user := r.Find(t, "test:index:User", "user")
	reading, deploying := permissions.ReadPolicies(args.Target), permissions.DeployPolicies(args.Target)
	for _, c := range []struct {
		suffix   string
		seconds  float64
		subjects []string
		policies []iamdoc.Named
	}{
		{"preview", 3600, args.Repo.PreviewSubjects(), reading},
		{"deploy", 7200, args.Repo.DeploySubjects(args.Environments), append(reading, deploying...)},
	} {
		role := r.Find(t, roleType, "modelway-github-"+c.suffix)
		require.Equal(t, component.URN, role.Parent)
		require.True(t, role.DependsDirectly(provider.URN), "the role is deleted before the provider that it trusts")
		want, err := iamdoc.SubjectsTrust(provider.Outputs["arn"].StringValue(), permissions.GitHubIssuer, c.subjects...).JSON()
		require.NoError(t, err)
		require.Equal(t, want, role.Input("assumeRolePolicy"))
		require.Equal(t, c.seconds, role.Input("maxSessionDuration"))
		require.Equal(t, boundary, role.Input("permissionsBoundary"))
		require.Equal(t, "ml", role.Input("tags.team"))
		require.Equal(t, role.Outputs["arn"], component.Outputs[keyOf(c.suffix+"RoleArn")])
		require.True(t, user.DependsDirectly(role.URN))
		for _, named := range c.policies {
			policy := r.Find(t, policyType, "modelway-github-"+named.Name)
			text, err := named.Document.JSON()
			require.NoError(t, err)
			require.Equal(t, text, policy.Input("policy"))
			require.Equal(t, "ml", policy.Input("tags.team"))
			attachment := r.Find(t, attachmentType, role.Name+"-"+named.Name)
			require.Equal(t, component.URN, attachment.Parent)
			require.Equal(t, role.Outputs["name"].StringValue(), attachment.Input("role"))
			require.Equal(t, policy.Outputs["arn"].StringValue(), attachment.Input("policyArn"))
			require.True(t, user.DependsDirectly(attachment.URN))
		}
	}
	require.Contains(t, r.Find(t, policyType, "modelway-github-policies-and-issuers").Input("policy"), provider.Outputs["arn"].StringValue())
	require.Len(t, r.OfType(attachmentType), 2*len(reading)+len(deploying))
	require.Len(t, r.OfType(policyType), len(reading)+len(deploying))
	for _, res := range r.OfType(policyType) {
		require.True(t, strings.HasPrefix(res.Outputs["name"].StringValue(), "modelway-"), "the deploying role may change it")
	}
}

func TestAnExistingProviderIsUsed(t *testing.T) {
	args := gitHubArgs()
	args.ExistingProviderArn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
	args.Target.PermissionsBoundaryArn = ""
	r := recorder.Run(t, gitHub(args))
	require.Empty(t, r.OfType(providerType))
	for _, role := range r.OfType(roleType) {
		require.Contains(t, role.Input("assumeRolePolicy"), args.ExistingProviderArn)
		require.Nil(t, role.Input("permissionsBoundary"))
	}
	for _, policy := range r.OfType(policyType) {
		require.NotContains(t, policy.Input("policy"), args.ExistingProviderArn, "it is not the program's to change")
	}
	require.Equal(t, args.ExistingProviderArn, r.Find(t, delivery.GitHubRolesToken, "modelway-github").Outputs["providerArn"].StringValue())
}

func TestGitHubRolesInPreview(t *testing.T) {
	r := recorder.Run(t, gitHub(gitHubArgs()), recorder.WithPreview())
	require.True(t, r.Find(t, roleType, "modelway-github-deploy").Inputs["assumeRolePolicy"].IsComputed())
}

func TestFaultsOfGitHubRolesAreReportedTogether(t *testing.T) {
	r, err := recorder.RunErr(gitHub(&delivery.GitHubRolesArgs{
		Repo: permissions.Repo{Organization: "*", Repository: "company/ml", OrganizationId: "x"}, Environments: []string{"prod*", "prod*"},
		ExistingProviderArn: "github", Target: permissions.Target{
			Region: "us-east", AccountId: "1", NamePrefix: "a*", ClusterName: "a/b", OwnerTag: "a*", HostedZoneIds: []string{"/hostedzone/*"},
			StateBucketArn: "bucket", StateKeyArn: "alias/key", PermissionsBoundaryArn: "boundary",
		},
	}))
	for _, want := range []string{
		`checking GitHub roles "modelway-github"`, `repository is "*/company/ml": not the name of a GitHub repository`,
		`organizationId is "x": not a numeric id`, `repositoryId: missing, but the other id is given; tokens name both`,
		`environments[0] is "prod*": not the name`,
		`prod* is listed twice`, `existingProviderArn is "github": not the ARN`, `Target.Region is "us-east"`, `Target.AccountId is "1"`,
		`Target.NamePrefix is "a*"`, `Target.ClusterName is "a/b"`, `Target.OwnerTag is "a*"`, `Target.HostedZoneIds[0] is "/hostedzone/*"`,
		`Target.StateBucketArn is "bucket"`, `stateKeyArn is "alias/key"`, `permissionsBoundaryArn is "boundary"`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, r.Resources)
	_, err = recorder.RunErr(gitHub(&delivery.GitHubRolesArgs{}))
	require.ErrorContains(t, err, "environments is []: empty, but there is a repository: nothing could deploy")
	_, err = recorder.RunErr(gitHub(nil))
	require.ErrorContains(t, err, "GitHubRolesArgs is nil")
}

func TestTheBoundaryIsOutOfReachOfTheRole(t *testing.T) {
	args := gitHubArgs()
	args.Target.PermissionsBoundaryArn = "arn:aws:iam::123456789012:policy/modelway-boundary"
	r, err := recorder.RunErr(gitHub(args))
	require.ErrorContains(t, err, "which the role that deploys may change, as its name begins with modelway- or modelway-prod-")
	require.Empty(t, r.Resources)
}

func TestTooManyEnvironmentsForOneTrust(t *testing.T) {
	args := gitHubArgs()
	for i := range 40 {
		args.Environments = append(args.Environments, fmt.Sprintf("environment-%d", i))
	}
	r, err := recorder.RunErr(gitHub(args))
	require.ErrorContains(t, err, "the trust of the deploy role, which names every environment: the document has")
	require.Empty(t, r.Resources)
}

func TestLongNamesFitIAM(t *testing.T) {
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := delivery.NewGitHubRoles(ctx, "modelway-"+strings.Repeat("very-", 24)+"long", gitHubArgs())
		return err
	})
	for typ, limit := range map[string]int{roleType: 64, policyType: 128} {
		for _, res := range r.OfType(typ) {
			require.LessOrEqual(t, len(res.Outputs["name"].StringValue()), limit)
			require.True(t, strings.HasPrefix(res.Outputs["name"].StringValue(), "modelway-"), res.Name)
		}
	}
}

package identity_test

import (
	"strings"
	"testing"

	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

const issuer = "https://oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF"

func program(ctx *pulumi.Context) error {
	provider, err := identity.NewOidcProvider(ctx, "edge-oidc", &identity.OidcProviderArgs{
		Issuer: pulumi.String(issuer), Tags: map[string]string{"team": "ml"},
	})
	if err != nil {
		return err
	}
	role, err := identity.NewServiceAccountRole(ctx, "edge-controller", &identity.ServiceAccountRoleArgs{
		Role: identity.Role{
			Mode: identity.ModeFor(true), Namespace: "kube-system", ServiceAccount: "aws-load-balancer-controller",
			Policy: addons.LoadBalancerControllerPolicy("aws"), ManagedPolicyArns: []string{"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"},
		},
		OidcProviderArn: provider.Arn, Issuer: provider.Issuer,
		Tags: map[string]string{"team": "ml"},
	})
	if err != nil {
		return err
	}
	ctx.Export("roleArn", role.RoleArn)
	ctx.Export("annotation", role.Annotation())
	return ctx.RegisterComponentResourceV2("test:index:User", "user", pulumi.Map{}, &pulumi.ResourceState{}, pulumi.DependsOn(role.Ready))
}

func TestOidcProvider(t *testing.T) {
	r := recorder.Run(t, program)
	component := r.Find(t, identity.OidcProviderToken, "edge-oidc")
	require.Equal(t, issuer, component.Input("issuer"))
	provider := r.Find(t, "aws:iam/openIdConnectProvider:OpenIdConnectProvider", "edge-oidc-provider")
	require.Equal(t, component.URN, provider.Parent)
	require.Equal(t, issuer, provider.Input("url"))
	require.Equal(t, []any{"sts.amazonaws.com"}, provider.Input("clientIdLists"))
	require.Nil(t, provider.Input("thumbprintLists"))
	require.Equal(t, "ml", provider.Input("tags.team"))
	require.Equal(t, "arn:aws:iam::123456789012:oidc-provider/"+strings.TrimPrefix(issuer, "https://"), component.Outputs["arn"].StringValue())
}

func TestServiceAccountRole(t *testing.T) {
	r := recorder.Run(t, program)
	component := r.Find(t, identity.ServiceAccountRoleToken, "edge-controller")
	role := r.Find(t, "aws:iam/role:Role", "edge-controller-role")
	policy := r.Find(t, "aws:iam/policy:Policy", "edge-controller-policy")
	attachment := r.Find(t, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "edge-controller-attachment")
	managed := r.Find(t, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "edge-controller-AmazonS3ReadOnlyAccess")
	for _, child := range []*recorder.Resource{role, policy, attachment, managed} {
		require.Equal(t, component.URN, child.Parent, child.Name)
	}

	require.Nil(t, role.Input("namePrefix"), "Pulumi generates the name")
	require.Equal(t, "ml", role.Input("tags.team"))
	recorder.Golden(t, "testdata/service-account-trust.json", []byte(role.Input("assumeRolePolicy").(string)))
	want, err := addons.LoadBalancerControllerPolicy("aws").JSON()
	require.NoError(t, err)
	require.Equal(t, want, policy.Input("policy"))
	require.Equal(t, policy.Outputs["arn"].StringValue(), attachment.Input("policyArn"))
	require.Equal(t, role.Outputs["name"].StringValue(), attachment.Input("role"))
	require.Equal(t, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", managed.Input("policyArn"))

	provider := r.Find(t, "aws:iam/openIdConnectProvider:OpenIdConnectProvider", "edge-oidc-provider")
	require.True(t, r.Reaches(role.URN, provider.URN), "the role is deleted before the provider that it trusts")
	user := r.Find(t, "test:index:User", "user")
	for _, ready := range []*recorder.Resource{role, policy, attachment, managed} {
		require.True(t, user.DependsDirectly(ready.URN), "Ready holds %s", ready.Name)
	}
	require.Equal(t, role.Outputs["arn"], r.Outputs["roleArn"])
	require.Equal(t, role.Outputs["arn"], r.Outputs["annotation"])
	require.Equal(t, resource.PropertyMap{"roleArn": role.Outputs["arn"]}, component.Outputs)
}

func TestLongNamesFitIAM(t *testing.T) {
	name := strings.Repeat("very-", 12) + "long"
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := identity.NewServiceAccountRole(ctx, name, &identity.ServiceAccountRoleArgs{
			OidcProviderArn: pulumi.String("arn:aws:iam::123456789012:oidc-provider/x"), Issuer: pulumi.String("https://x"),
			Role: identity.Role{Mode: identity.Irsa, Namespace: "models", ServiceAccount: "churn",
				ManagedPolicyArns: []string{"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}},
		})
		return err
	})
	role := r.OfType("aws:iam/role:Role")[0]
	require.LessOrEqual(t, len(role.Input("namePrefix").(string)), 38, "the provider's limit of a role name prefix")
	require.LessOrEqual(t, len(role.Outputs["name"].StringValue()), 64)
	require.Empty(t, r.OfType("aws:iam/policy:Policy"), "no policy of its own")
}

func TestPreviewWithUnknownIssuer(t *testing.T) {
	r := recorder.Run(t, program, recorder.WithPreview())
	require.True(t, r.Find(t, "aws:iam/role:Role", "edge-controller-role").Inputs["assumeRolePolicy"].IsComputed())
}

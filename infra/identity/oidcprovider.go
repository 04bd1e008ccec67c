// Package identity gives Kubernetes service accounts AWS roles: one role per service account, with the trust of IAM roles for
// service accounts or of EKS Pod Identity, and the cluster's OpenID Connect provider in IAM, which the former needs.
package identity

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/iamdoc"
)

// OidcProviderToken is the type token of OidcProvider.
const OidcProviderToken = "modelway:identity:OidcProvider"

// OidcProviderArgs describe an OpenID Connect provider.
type OidcProviderArgs struct {
	// Issuer is the URL of the cluster's issuer, for example https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE. Required.
	Issuer pulumi.StringInput
	// Tags are put on every taggable child. Default none.
	Tags map[string]string
}

// OidcProvider makes IAM trust the tokens that a cluster signs for its service accounts.
type OidcProvider struct {
	pulumi.ResourceState

	// Arn is the ARN of the provider.
	Arn pulumi.StringOutput
	// Issuer is the issuer's URL, known once the provider exists: a role that uses it is created after the provider.
	Issuer pulumi.StringOutput
	// Provider is the IAM resource.
	Provider *iam.OpenIdConnectProvider
}

// NewOidcProvider registers the provider of one cluster. IAM checks the issuer's certificate against its own list of
// authorities, so there is no thumbprint
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html).
func NewOidcProvider(ctx *pulumi.Context, name string, args *OidcProviderArgs, opts ...pulumi.ResourceOption) (*OidcProvider, error) {
	if args == nil || args.Issuer == nil {
		return nil, fmt.Errorf("checking OpenID Connect provider %q: %w", name,
			errors.New("Issuer is missing: pass the issuer of the EKS cluster"))
	}
	p := &OidcProvider{}
	inputs := pulumi.Map{"issuer": args.Issuer, "tags": pulumi.ToStringMap(args.Tags)}
	if err := ctx.RegisterComponentResourceV2(OidcProviderToken, name, inputs, p, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	provider, err := iam.NewOpenIdConnectProvider(ctx, name+"-provider", &iam.OpenIdConnectProviderArgs{
		Url:           args.Issuer,
		ClientIdLists: pulumi.ToStringArray([]string{iamdoc.Audience}),
		Tags:          pulumi.ToStringMap(args.Tags),
	}, pulumi.Parent(p))
	if err != nil {
		return nil, fmt.Errorf("registering the OpenID Connect provider of %q: %w", name, err)
	}
	p.Provider, p.Arn, p.Issuer = provider, provider.Arn, provider.Url
	return p, ctx.RegisterResourceOutputs(p, pulumi.Map{"arn": p.Arn, "issuer": p.Issuer})
}

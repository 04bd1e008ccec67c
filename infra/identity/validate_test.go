package identity_test

import (
	"fmt"
	"testing"

	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// refuse runs a role that must not be registered, and returns its faults.
func refuse(t *testing.T, args *identity.ServiceAccountRoleArgs) error {
	t.Helper()
	r, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := identity.NewServiceAccountRole(ctx, "bad", args)
		return err
	})
	require.ErrorContains(t, err, `checking service account role "bad"`)
	require.Empty(t, r.Resources)
	return err
}

func TestFaultsAreReportedTogetherBeforeAnythingIsRegistered(t *testing.T) {
	err := refuse(t, &identity.ServiceAccountRoleArgs{
		Role: identity.Role{
			Namespace: "Kube_System", ServiceAccount: "*", ManagedPolicyArns: []string{"AdministratorAccess", "AdministratorAccess"},
			Policy: identity.Document{Statements: []identity.Statement{{Effect: "Maybe"}}},
		}, PolicyText: pulumi.String("{}"),
	})
	for _, want := range []string{
		`Mode is "": not one of the allowed values; allowed: irsa, podIdentity`, `Namespace is "Kube_System": not a Kubernetes namespace`,
		`ServiceAccount is "*"`, `ManagedPolicyArns[0] is "AdministratorAccess": not the ARN`, `AdministratorAccess is listed twice`,
		`the Effect is "Maybe"`, "Policy and PolicyText are both given",
	} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorContains(t, refuse(t, nil), "ServiceAccountRoleArgs is nil")

	_, err = recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := identity.NewOidcProvider(ctx, "bad", &identity.OidcProviderArgs{})
		return err
	})
	require.ErrorContains(t, err, "Issuer is missing")
}

func TestEachModeNamesWhatItLacks(t *testing.T) {
	some := []string{"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}
	irsa := refuse(t, &identity.ServiceAccountRoleArgs{
		Role: identity.Role{Mode: identity.Irsa, Namespace: "a", ServiceAccount: "b", ManagedPolicyArns: some}, ClusterName: pulumi.String("c"),
	})
	require.ErrorContains(t, irsa, "OidcProviderArn and Issuer are required in mode irsa")
	pods := refuse(t, &identity.ServiceAccountRoleArgs{
		Role: identity.Role{Mode: identity.PodIdentity, Namespace: "a", ServiceAccount: "b", ManagedPolicyArns: some}, Issuer: pulumi.String("c"),
	})
	require.ErrorContains(t, pods, "ClusterName and ClusterArn are required in mode podIdentity")
}

func TestTheRoleHasOneToTenPolicies(t *testing.T) {
	role := func(policies int) *identity.ServiceAccountRoleArgs {
		args := &identity.ServiceAccountRoleArgs{
			Role: identity.Role{Mode: identity.PodIdentity, Namespace: "a", ServiceAccount: "b"}, ClusterName: pulumi.String("c"),
			ClusterArn: pulumi.String("c"),
		}
		for i := range policies {
			args.ManagedPolicyArns = append(args.ManagedPolicyArns, fmt.Sprintf("arn:aws:iam::aws:policy/P%d", i))
		}
		return args
	}
	require.ErrorContains(t, refuse(t, role(0)), "too few items; allowed: a list of 1 to 10")
	require.ErrorContains(t, refuse(t, role(11)), "too many items: 11; allowed: a list of 1 to 10")
	own := role(10)
	own.PolicyText = pulumi.String("{}")
	require.ErrorContains(t, refuse(t, own), "too many items: 10; allowed: a list of 0 to 9")
}

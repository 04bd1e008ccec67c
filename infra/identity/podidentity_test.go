package identity_test

import (
	"errors"
	"testing"

	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

const (
	clusterArn      = "arn:aws:eks:us-east-1:123456789012:cluster/edge"
	associationType = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
)

// onNodes registers the role of a model on nodes, whose policy is known late, and something that uses the role.
func onNodes(policy pulumi.StringInput, addonOwned bool) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		role, err := identity.NewServiceAccountRole(ctx, "churn", &identity.ServiceAccountRoleArgs{
			Role:        identity.Role{Mode: identity.ModeFor(false), Namespace: "models", ServiceAccount: "churn"},
			ClusterName: pulumi.String("edge"), ClusterArn: pulumi.String(clusterArn), PolicyText: policy, AddonOwned: addonOwned,
			Tags: map[string]string{"team": "ml"},
		})
		if err != nil {
			return err
		}
		if role.Annotation() != nil {
			return errors.New("Pod Identity has no annotation")
		}
		return ctx.RegisterComponentResourceV2("test:index:User", "user", pulumi.Map{}, &pulumi.ResourceState{}, pulumi.DependsOn(role.Ready))
	}
}

func storePolicy(t *testing.T) string {
	text, err := identity.ModelStorePolicy("arn:aws:s3:::models", "churn", false).JSON()
	require.NoError(t, err)
	return text
}

func TestPodIdentityAssociatesTheRole(t *testing.T) {
	text := storePolicy(t)
	r := recorder.Run(t, onNodes(pulumi.String(text), false))
	component := r.Find(t, identity.ServiceAccountRoleToken, "churn")
	require.Equal(t, "podIdentity", component.Input("mode"))
	require.Equal(t, clusterArn, component.Input("clusterArn"))
	role := r.Find(t, "aws:iam/role:Role", "churn-role")
	recorder.Golden(t, "testdata/pod-identity-trust.json", []byte(role.Input("assumeRolePolicy").(string)))
	policy := r.Find(t, "aws:iam/policy:Policy", "churn-policy")
	require.Equal(t, text, policy.Input("policy"))

	association := r.Find(t, associationType, "churn-association")
	require.Equal(t, component.URN, association.Parent)
	require.Equal(t, map[string]any{
		"clusterName": "edge", "namespace": "models", "serviceAccount": "churn", "roleArn": role.Outputs["arn"].StringValue(),
		"tags": map[string]any{"team": "ml"},
	}, association.Inputs.Mappable())
	user := r.Find(t, "test:index:User", "user")
	for _, name := range []string{"churn-role", "churn-policy", "churn-attachment"} {
		for _, res := range r.Children(component.URN) {
			if res.Name == name {
				require.True(t, association.DependsDirectly(res.URN), "the association is made after %s", name)
				require.True(t, user.DependsDirectly(res.URN), "Ready holds %s", name)
			}
		}
	}
	require.True(t, user.DependsDirectly(association.URN), "Ready holds the association")
	require.Len(t, r.Children(component.URN), 4)
}

func TestAddonsMakeTheirOwnAssociation(t *testing.T) {
	r := recorder.Run(t, onNodes(pulumi.String(storePolicy(t)), true))
	require.Empty(t, r.OfType(associationType))
	require.Equal(t, true, r.Find(t, identity.ServiceAccountRoleToken, "churn").Input("addonOwned"))
}

func TestPolicyTextIsCheckedOnceItIsKnown(t *testing.T) {
	late := pulumi.String("s3:*").ToStringOutput().ApplyT(func(action string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["` + action + `"],"Resource":"arn:aws:s3:::models/*"}]}`
	}).(pulumi.StringOutput)
	r, err := recorder.RunErr(onNodes(late, false))
	require.ErrorContains(t, err, `the Action "s3:*" has a wildcard`)
	require.Empty(t, r.OfType("aws:iam/policy:Policy"))
}

func TestPodIdentityInPreview(t *testing.T) {
	r := recorder.Run(t, onNodes(pulumi.String(storePolicy(t)), false), recorder.WithPreview())
	require.True(t, r.Find(t, associationType, "churn-association").Inputs["roleArn"].IsComputed())
}

func TestModeForFargateIsIrsa(t *testing.T) {
	require.Equal(t, identity.Irsa, identity.ModeFor(true))
	require.Equal(t, identity.PodIdentity, identity.ModeFor(false))
}

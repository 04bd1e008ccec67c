package store

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/identity"
)

// agent are the credentials that the SDK gets from the agent with a token.
func agent(s *Server, token string) sdk.CredentialsProvider {
	return endpointcreds.New(s.Endpoints().PodIdentity, func(o *endpointcreds.Options) {
		o.AuthorizationToken, o.Retryer = token,
			sdk.NopRetryer{}
	})
}

func TestPodIdentity(t *testing.T) {
	account := testAccount(t)
	s := start(t, account, knownTokens)
	keep(t, administrator(t, s), "churn/1/model.bin", "weights")
	churn, fraud := "churn@"+identity.PodIdentityAudience, "fraud@"+identity.PodIdentityAudience
	_, err := agent(s, churn).Retrieve(t.Context())
	require.ErrorContains(t, err, "there is no Pod Identity association of service account models/churn")

	edit(t, account, func(s *aws.State) {
		put(s, aws.Role, "nodes", roleArn("nodes"), aws.Properties{"name": "nodes", "assumeRolePolicy": text(t,
			iamdoc.PodIdentityTrust(clusterArn, "models", "churn"))})
		give(s, "nodes", `{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/kubernetes-namespace":"models"}}}]}`)
		for _, name := range []string{"churn", "fraud"} {
			put(s, aws.PodIdentityAssociation, name, "", aws.Properties{"clusterName": "demo", "namespace": "models", "serviceAccount": name,
				"roleArn": roleArn("nodes")})
		}
	})
	made, err := agent(s, churn).Retrieve(t.Context())
	require.NoError(t, err)
	require.True(t, made.CanExpire)
	content, err := get(t.Context(), client(s, agent(s, churn)), "churn/1/model.bin")
	require.NoError(t, err)
	require.Equal(t, "weights", content)
	_, err = agent(s, fraud).Retrieve(t.Context())
	require.ErrorContains(t, err, "does not let pods.eks.amazonaws.com do sts:AssumeRole for service account models/fraud")
	_, err = agent(s, "churn@"+iamdoc.Audience).Retrieve(t.Context())
	require.ErrorContains(t, err, "not one of the cluster's for pods.eks.amazonaws.com")
}

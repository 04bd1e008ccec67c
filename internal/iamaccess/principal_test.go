package iamaccess_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/iamaccess"
)

func TestPrincipals(t *testing.T) {
	const account = "111122223333"
	role := "arn:aws:iam::" + account + ":role/churn"
	caller := iamaccess.Caller{Names: []string{"arn:aws:sts::" + account + ":assumed-role/churn/pod", role}, Account: account}
	service := iamaccess.Caller{Service: "pods.eks.amazonaws.com"}
	federated := iamaccess.Caller{Federated: "arn:aws:iam::" + account + ":oidc-provider/issuer"}
	for _, c := range []struct {
		caller            iamaccess.Caller
		effect, principal string
		direct, delegated bool
		why               string
	}{
		{caller, "Allow", `"*"`, true, false, "everybody"},
		{caller, "Allow", `{"AWS": "*"}`, true, false, "everybody"},
		{caller, "Allow", `{"AWS": ["arn:aws:iam::1:role/x", "` + role + `"]}`, true, false, "the role"},
		{caller, "Allow", `{"AWS": "arn:aws:sts::` + account + `:assumed-role/churn/pod"}`, true, false, "the session"},
		{caller, "Allow", `{"AWS": "arn:aws:iam::` + account + `:root"}`, false, true, "the account leaves it to its policies"},
		{caller, "Allow", `{"AWS": "` + account + `"}`, false, true, "the account by its number"},
		{caller, "Deny", `{"AWS": "` + account + `"}`, true, false, "a denial needs nobody else"},
		{caller, "Allow", `{"AWS": "arn:aws:iam::444455556666:root"}`, false, false, "another account"},
		{caller, "Allow", `{"Service": "pods.eks.amazonaws.com"}`, false, false, "a service"},
		{service, "Allow", `{"Service": "pods.eks.amazonaws.com"}`, true, false, "the service"},
		{service, "Allow", `{"AWS": "` + role + `"}`, false, false, "a role"},
		{federated, "Allow", `{"Federated": "arn:aws:iam::` + account + `:oidc-provider/issuer"}`, true, false, "the provider"},
		{federated, "Allow", `{"Federated": "arn:aws:iam::` + account + `:oidc-provider/other"}`, false, false, "another provider"},
	} {
		policy, err := iamaccess.Parse(`{"Statement": [{"Effect": "` + c.effect + `", "Action": "sts:AssumeRole", "Principal": ` + c.principal +
			`}]}`)
		require.NoError(t, err)
		direct, delegated := policy.For(c.caller)
		require.Equal(t, c.direct, len(direct.Statements) == 1, c.why)
		require.Equal(t, c.delegated, len(delegated.Statements) == 1, c.why)
	}
	policy, err := iamaccess.Parse(
		`{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}, {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}`)
	require.NoError(t, err)
	direct, _ := policy.For(caller)
	require.Len(t, direct.Statements, 1, "one without a principal is about nobody")
	decision, err := iamaccess.Decide(iamaccess.Request{Action: "sts:AssumeRole", Resource: role}, direct)
	require.NoError(t, err)
	require.True(t, decision.Allowed, "a trust policy has no resource")
}

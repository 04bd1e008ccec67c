package store

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/local/aws"
)

// Names of what the account of the tests has.
const (
	bucketName = "models-1a2b3c"
	issuerHost = "oidc.eks.us-east-1.amazonaws.com/id/ABC"
	provider   = "arn:aws:iam::" + aws.AccountID + ":oidc-provider/" + issuerHost
	clusterArn = "arn:aws:eks:us-east-1:" + aws.AccountID + ":cluster/demo"
	keyArn     = "arn:aws:kms:us-east-1:" + aws.AccountID + ":key/1"
)

func roleArn(name string) string { return "arn:aws:iam::" + aws.AccountID + ":role/" + name }

// put adds a resource without the rules of AWS; its ARN, where it has one, is that of the table of kinds.
func put(s *aws.State, kind, id, arn string, inputs aws.Properties) {
	if s.Resources[kind] == nil {
		s.Resources[kind] = map[string]*aws.Resource{}
	}
	s.Resources[kind][id] = &aws.Resource{Type: kind, ID: id, Status: aws.Active, Inputs: inputs, Computed: aws.Properties{"arn": arn}}
}

func text(t testing.TB, document iamdoc.Document) string {
	t.Helper()
	json, err := document.JSON()
	require.NoError(t, err)
	return json
}

func edit(t testing.TB, account *aws.Account, change func(*aws.State)) {
	t.Helper()
	require.NoError(t, account.Update(func(s *aws.State) error { change(s); return nil }))
}

// testAccount has a bucket, a cluster with an OpenID Connect provider, and a role for the service account models/churn, which may list
// and read what lies below churn/.
func testAccount(t testing.TB) *aws.Account {
	t.Helper()
	account, err := aws.Open(filepath.Join(t.TempDir(), "account.json"))
	require.NoError(t, err)
	edit(t, account, func(s *aws.State) {
		put(s, aws.BucketV2, bucketName, "arn:aws:s3:::"+bucketName, aws.Properties{"bucket": bucketName})
		put(s, aws.BucketPolicy, bucketName, "", aws.Properties{"bucket": bucketName,
			"policy": text(t, iamdoc.BucketPolicy(iamdoc.TlsOnly("arn:aws:s3:::"+bucketName)))})
		put(s, aws.Cluster, "demo", clusterArn, aws.Properties{
			"identities": []any{map[string]any{"oidcs": []any{map[string]any{"issuer": "https://" + issuerHost}}}}})
		put(s, aws.OpenIdConnectProvider, provider, provider, aws.Properties{"url": "https://" + issuerHost,
			"clientIdLists": []any{iamdoc.Audience}})
		put(s, aws.Role, "churn", roleArn("churn"), aws.Properties{"name": "churn",
			"assumeRolePolicy": text(t, iamdoc.WebIdentityTrust(provider, "https://"+issuerHost, "models", "churn"))})
		give(s, "churn", reading("churn/"))
	})
	return account
}

// give attaches a policy to a role.
func give(s *aws.State, role, policy string) {
	arn := "arn:aws:iam::" + aws.AccountID + ":policy/" + role
	put(s, aws.Policy, arn, arn, aws.Properties{"policy": policy})
	put(s, aws.RolePolicyAttachment, role+"-attachment", "", aws.Properties{"role": role, "policyArn": arn})
}

// reading is a policy that lets list and read a prefix.
func reading(prefix string) string {
	return `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::` + bucketName + `","Condition":{"StringLike":{"s3:prefix":"` + prefix + `*"}}},
		{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + bucketName + `/` + prefix + `*"}]}`
}

// knownTokens stands in for the cluster: a token is the text of its subject and its audience.
func knownTokens(_ context.Context, token, audience string) (Subject, error) {
	for name, subject := range map[string]Subject{
		"churn": {"models", "churn", "churn-0", "uid"}, "fraud": {"models", "fraud", "fraud-0", "uid"}, "other churn": {"elsewhere", "churn",
			"churn-0", "uid"},
	} {
		if token == name+"@"+audience {
			return subject, nil
		}
	}
	return Subject{}, errors.New("it is not valid")
}

func start(t testing.TB, account *aws.Account, review Reviewer) *Server {
	t.Helper()
	root := t.TempDir()
	config := Config{Root: root, Folder: filepath.Join(root, "store"), Account: account, Review: review, Log: slog.New(slog.DiscardHandler)}
	s, err := Listen(config)
	require.NoError(t, err)
	ended := make(chan error)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() { cancel(); require.NoError(t, <-ended) })
	return s
}

// client is the stock SDK with the credentials of a provider; nothing but the endpoint is set.
func client(s *Server, credentials sdk.CredentialsProvider) *s3.Client {
	return s3.NewFromConfig(sdk.Config{Region: "us-east-1", BaseEndpoint: &s.connection.Endpoint, Credentials: credentials,
		RetryMaxAttempts: 1})
}

// administrator is a client with all rights.
func administrator(t testing.TB, s *Server) *s3.Client {
	t.Helper()
	c, err := localstore.Read(s.Root)
	require.NoError(t, err)
	return client(s, sdk.CredentialsProviderFunc(func(context.Context) (sdk.Credentials, error) {
		return sdk.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey}, nil
	}))
}

type fixedToken string

func (t fixedToken) GetIdentityToken() ([]byte, error) { return []byte(t), nil }

// assuming are the credentials that the SDK gets for a role with the token of a service account.
func assuming(s *Server, role, token string) sdk.CredentialsProvider {
	endpoint := s.Endpoints().STS
	service := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &endpoint, RetryMaxAttempts: 1})
	return stscreds.NewWebIdentityRoleProvider(service, roleArn(role), fixedToken(token))
}

// requireCode wants an error of AWS with a code, whose message has the texts.
func requireCode(t testing.TB, err error, code string, says ...string) {
	t.Helper()
	var answered smithy.APIError
	require.ErrorAs(t, err, &answered)
	require.Equal(t, code, answered.ErrorCode(), err.Error())
	for _, text := range says {
		require.Contains(t, answered.ErrorMessage(), text)
	}
}

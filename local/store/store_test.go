package store

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/local/aws"
)

func keep(t testing.TB, c *s3.Client, key, content string) {
	t.Helper()
	_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: sdk.String(bucketName), Key: &key, Body: strings.NewReader(content)})
	require.NoError(t, err)
}

func get(ctx context.Context, c *s3.Client, key string) (string, error) {
	object, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: sdk.String(bucketName), Key: &key})
	if err != nil {
		return "", err
	}
	content, err := io.ReadAll(object.Body)
	return string(content), err
}

func list(ctx context.Context, c *s3.Client, prefix string) ([]string, error) {
	page, err := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: sdk.String(bucketName), Prefix: &prefix})
	if err != nil {
		return nil, err
	}
	keys := []string{}
	for _, object := range page.Contents {
		keys = append(keys, *object.Key)
	}
	return keys, nil
}

// TestARoleHasItsRightsAndNoOthers goes the way of a pod's SDK: STS with the token of the service account, then S3.
func TestARoleHasItsRightsAndNoOthers(t *testing.T) {
	account := testAccount(t)
	s := start(t, account, knownTokens)
	admin, pod, ctx := administrator(t, s), client(s, sdk.NewCredentialsCache(assuming(s, "churn", "churn@"+iamdoc.Audience))), t.Context()
	for _, key := range []string{"churn/1/model.bin", "churn/1/ü +%2F&.txt", "fraud/1/model.bin"} {
		keep(t, admin, key, "weights of "+key)
	}
	keys, err := list(ctx, pod, "churn/1/")
	require.NoError(t, err)
	require.Equal(t, []string{"churn/1/model.bin", "churn/1/ü +%2F&.txt"}, keys)
	for _, key := range keys {
		content, err := get(ctx, pod, key)
		require.NoError(t, err)
		require.Equal(t, "weights of "+key, content)
	}
	session := "arn:aws:sts::" + aws.AccountID + ":assumed-role/churn/"
	_, err = get(ctx, pod, "fraud/1/model.bin")
	requireCode(t, err, "AccessDenied", "User: "+session, `is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::`+bucketName+
		`/fraud/1/model.bin"`,
		"because no identity-based policy allows the s3:GetObject action")
	_, err = list(ctx, pod, "fraud/")
	requireCode(t, err, "AccessDenied", "s3:ListBucket")
	_, err = list(ctx, pod, "")
	requireCode(t, err, "AccessDenied", "s3:ListBucket")
	_, err = pod.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: sdk.String(bucketName)})
	requireCode(t, err, "Forbidden")
	_, err = pod.PutObject(ctx, &s3.PutObjectInput{Bucket: sdk.String(bucketName), Key: sdk.String("churn/1/x"), Body: strings.NewReader("x")})
	requireCode(t, err, "AccessDenied", "s3:PutObject")
	_, err = pod.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: sdk.String(bucketName), Key: sdk.String("churn/1/model.bin")})
	requireCode(t, err, "AccessDenied", "s3:DeleteObject")
	_, err = pod.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: sdk.String(bucketName),
		Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: sdk.String("churn/1/model.bin")}}}})
	requireCode(t, err, "AccessDenied", "s3:DeleteObject")
	_, err = get(ctx, pod, "churn/1/none")
	requireCode(t, err, "AccessDenied", "s3:ListBucket") // it may not know that there is none
	_, err = get(ctx, admin, "churn/1/none")
	requireCode(t, err, "NoSuchKey")
	_, err = pod.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: sdk.String("elsewhere")})
	requireCode(t, err, "NoSuchBucket")

	for name, change := range map[string]struct {
		change func(*aws.State)
		says   string
	}{
		"the policy is gone": {func(s *aws.State) { delete(s.Resources[aws.RolePolicyAttachment], "churn-attachment") },
			"no identity-based policy allows"},
		"a boundary": {func(s *aws.State) {
			put(s, aws.Policy, "boundary", "", aws.Properties{"policy": `{"Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`})
			s.Get(aws.Role, "churn").Inputs["permissionsBoundary"] = "boundary"
		}, "no permissions boundary allows"},
		"the bucket denies": {func(s *aws.State) {
			s.Get(aws.BucketPolicy, bucketName).Inputs["policy"] = `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}`
		}, "with an explicit deny in a resource-based policy"},
		"the role denies": {func(s *aws.State) {
			put(s, aws.RolePolicy, "churn:deny", "", aws.Properties{"role": "churn",
				"policy": `{"Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}`})
		}, "with an explicit deny in an identity-based policy"},
		"the role is gone": {func(s *aws.State) { delete(s.Resources[aws.Role], "churn") }, "the role does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			account := testAccount(t)
			s := start(t, account, knownTokens)
			keep(t, administrator(t, s), "churn/1/model.bin", "weights")
			pod := client(s, sdk.NewCredentialsCache(assuming(s, "churn", "churn@"+iamdoc.Audience)))
			_, err := get(ctx, pod, "churn/1/model.bin")
			require.NoError(t, err)
			edit(t, account, change.change)
			_, err = get(ctx, pod, "churn/1/model.bin")
			requireCode(t, err, "AccessDenied", change.says)
		})
	}
	edit(t, account, func(s *aws.State) {
		s.Get(aws.BucketPolicy, bucketName).Inputs["policy"] = `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"` + roleArn("churn") +
			`"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::` + bucketName + `/fraud/*"}]}`
	})
	_, err = get(ctx, pod, "fraud/1/model.bin")
	require.NoError(t, err, "the bucket's policy allows it")
}

// TestKeys has a bucket that a key of the account encrypts: whoever reads needs kms:Decrypt, by the role and by the key.
func TestKeys(t *testing.T) {
	account := testAccount(t)
	s := start(t, account, knownTokens)
	pod, ctx := client(s, sdk.NewCredentialsCache(assuming(s, "churn", "churn@"+iamdoc.Audience))), t.Context()
	keep(t, administrator(t, s), "churn/1/model.bin", "weights")
	edit(t, account, func(s *aws.State) {
		put(s, aws.Key, "1", keyArn, aws.Properties{})
		put(s, aws.BucketServerSideEncryptionConfigurationV2, bucketName, "", aws.Properties{"bucket": bucketName, "rules": []any{map[string]any{
			"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": keyArn}}}})
	})
	_, err := get(ctx, pod, "churn/1/model.bin")
	requireCode(t, err, "AccessDenied", "kms:Decrypt", keyArn, "no identity-based policy")
	edit(t, account, func(s *aws.State) {
		put(s, aws.RolePolicy, "churn:key", "", aws.Properties{"role": "churn",
			"policy": `{"Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"` + keyArn +
				`","Condition":{"StringLike":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::` + bucketName + `/churn/*"}}}]}`})
	})
	_, err = get(ctx, pod, "churn/1/model.bin")
	require.NoError(t, err)
	edit(t, account, func(s *aws.State) {
		s.Get(aws.Key, "1").Inputs["policy"] = `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"` + roleArn("admin") +
			`"},"Action":"kms:*","Resource":"*"}]}`
	})
	_, err = get(ctx, pod, "churn/1/model.bin")
	requireCode(t, err, "AccessDenied", "kms:Decrypt", "no resource-based policy")
}

func TestWhoMayAssumeARole(t *testing.T) {
	account := testAccount(t)
	s := start(t, account, knownTokens)
	for name, c := range map[string]struct {
		role, token, code, says string
	}{
		"another service account": {"churn", "fraud@" + iamdoc.Audience, "AccessDenied",
			"does not let system:serviceaccount:models:fraud assume it"},
		"another namespace": {"churn", "other churn@" + iamdoc.Audience, "AccessDenied",
			"does not let system:serviceaccount:elsewhere:churn assume it"},
		"another audience": {"churn", "churn@https://kubernetes.default.svc", "InvalidIdentityToken", "not one of the cluster's for " +
			"sts.amazonaws.com"},
		"a forged token": {"churn", "forged", "InvalidIdentityToken", ""},
		"no such role":   {"none", "churn@" + iamdoc.Audience, "AccessDenied", "there is no role"},
	} {
		_, err := assuming(s, c.role, c.token).Retrieve(t.Context())
		require.Error(t, err, name)
		requireCode(t, err, c.code, c.says)
	}
	edit(t, account, func(s *aws.State) {
		s.Get(aws.OpenIdConnectProvider, provider).Inputs["clientIdLists"] = []any{"other"}
	})
	_, err := assuming(s, "churn", "churn@"+iamdoc.Audience).Retrieve(t.Context())
	requireCode(t, err, "InvalidIdentityToken", "No OpenIDConnect provider found")
}

func TestSignatures(t *testing.T) {
	s := start(t, testAccount(t), knownTokens)
	keep(t, administrator(t, s), "churn/1/model.bin", "weights")
	good, err := assuming(s, "churn", "churn@"+iamdoc.Audience).Retrieve(t.Context())
	require.NoError(t, err)
	other, err := assuming(s, "churn", "churn@"+iamdoc.Audience).Retrieve(t.Context())
	require.NoError(t, err)
	as := func(change func(*sdk.Credentials)) sdk.CredentialsProvider {
		changed := good
		change(&changed)
		return sdk.CredentialsProviderFunc(func(context.Context) (sdk.Credentials, error) { return changed, nil })
	}
	read := func(c *s3.Client) error { _, err := get(t.Context(), c, "churn/1/model.bin"); return err }
	require.NoError(t, read(client(s, as(func(*sdk.Credentials) {}))))
	requireCode(t, read(client(s, as(func(c *sdk.Credentials) { c.SecretAccessKey += "x" }))), "SignatureDoesNotMatch")
	requireCode(t, read(client(s, as(func(c *sdk.Credentials) { c.SessionToken = "e30." + c.SessionToken }))), "InvalidToken")
	requireCode(t, read(client(s, as(func(c *sdk.Credentials) { c.SessionToken = other.SessionToken }))), "InvalidToken")
	requireCode(t, read(client(s, as(func(c *sdk.Credentials) { c.SessionToken = "" }))), "InvalidAccessKeyId")
	requireCode(t, read(client(s, sdk.AnonymousCredentials{})), "AccessDenied", "not signed")

	abroad := s3.NewFromConfig(sdk.Config{Region: "eu-west-1", BaseEndpoint: &s.connection.Endpoint,
		Credentials: as(func(*sdk.Credentials) {})})
	requireCode(t, read(abroad), "AuthorizationHeaderMalformed", "the region 'eu-west-1' is wrong; expecting 'us-east-1'")

	abroad = s3.NewFromConfig(sdk.Config{Region: "eu-west-1", BaseEndpoint: &s.connection.Endpoint, Credentials: administrator(t,
		s).Options().Credentials})
	require.NoError(t, read(abroad), "the administrator knows the region before the stack only")

	later := s.issuer
	later.now = func() time.Time { return time.Now().Add(time.Hour + time.Second) }
	_, err = later.open(good.AccessKeyID, good.SessionToken)
	require.ErrorContains(t, err, "ExpiredToken")

	endpoint := s.Endpoints().STS
	me, err := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &endpoint,
		Credentials: as(func(*sdk.Credentials) {})}).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	require.NoError(t, err)
	require.Contains(t, *me.Arn, ":assumed-role/churn/")

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Endpoints().S3+"/"+bucketName+"?acl", nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.Equal(t, http.StatusForbidden, answer.StatusCode)
	require.NoError(t, answer.Body.Close())
	_, err = administrator(t, s).GetBucketAcl(t.Context(), &s3.GetBucketAclInput{Bucket: sdk.String(bucketName)})
	requireCode(t, err, "NotImplemented", "and nothing else of S3")
	_, err = administrator(t, s).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: sdk.String("more")})
	requireCode(t, err, "NotImplemented")
}

// TestCredentialsOutliveARestart starts a second store on the files of the first: same port, same administrator, same sessions.
func TestCredentialsOutliveARestart(t *testing.T) {
	account, root := testAccount(t), t.TempDir()
	var provider sdk.CredentialsProvider
	var endpoint string
	for run := range 2 {
		s, err := Listen(Config{Root: root, Folder: filepath.Join(root, "store"), Account: account, Review: knownTokens,
			Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Serve(ctx) }()
		if run == 0 {
			keep(t, administrator(t, s), "churn/1/model.bin", "weights")
			provider, endpoint = sdk.NewCredentialsCache(assuming(s, "churn", "churn@"+iamdoc.Audience)), s.Endpoints().S3
		}
		content, err := get(t.Context(), client(s, provider), "churn/1/model.bin")
		require.NoError(t, err)
		require.Equal(t, "weights", content)
		require.Equal(t, endpoint, s.Endpoints().S3)
		cancel()
		require.NoError(t, <-ended)
	}
}

// TestTheAccountKnowsWhichBucketsAreEmpty puts and deletes objects, and has the account delete the bucket.
func TestTheAccountKnowsWhichBucketsAreEmpty(t *testing.T) {
	account := testAccount(t)
	s := start(t, account, knownTokens)
	admin := administrator(t, s)
	remove := func() error {
		return account.Update(func(s *aws.State) error { return s.Delete(aws.BucketV2, bucketName) })
	}
	keep(t, admin, "churn/1/model.bin", "weights")
	require.ErrorContains(t, remove(), "BucketNotEmpty")
	_, err := admin.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: sdk.String(bucketName), Key: sdk.String("churn/1/model.bin")})
	require.NoError(t, err)
	state, err := account.Snapshot()
	require.NoError(t, err)
	require.False(t, state.HasStored(bucketName))
	require.NoDirExists(t, filepath.Join(s.Folder, bucketName), "no folders are left")

	keep(t, admin, "churn/1/model.bin", "weights")
	edit(t, account, func(s *aws.State) {
		put(s, aws.BucketVersioningV2, bucketName, "", aws.Properties{"bucket": bucketName,
			"versioningConfiguration": map[string]any{"status": "Enabled"}})
	})
	_, err = admin.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: sdk.String(bucketName), Key: sdk.String("churn/1/model.bin")})
	require.NoError(t, err)
	require.ErrorContains(t, remove(), "BucketNotEmpty", "old versions stay")

	keep(t, admin, "churn/1/model.bin", "weights")
	edit(t, account, func(s *aws.State) { s.Get(aws.BucketV2, bucketName).Inputs["forceDestroy"] = true })
	require.NoError(t, remove())
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(s.Folder, bucketName))
		return os.IsNotExist(err)
	}, 20*time.Second, 20*time.Millisecond, "the objects go with the bucket")
	_, err = list(t.Context(), admin, "")
	requireCode(t, err, "NoSuchBucket")
}

// TestContentsAreThoseThatWereSigned sends others than the signature is about.
func TestContentsAreThoseThatWereSigned(t *testing.T) {
	s := start(t, testAccount(t), knownTokens)
	for content, stored := range map[string]bool{"weights": true, "tampered": false} {
		address := s.Endpoints().S3 + "/" + bucketName + "/churn/" + content
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, address, strings.NewReader(content))
		require.NoError(t, err)
		sum := hashed([]byte("weights"))
		request.Header.Set(payloadHeader, sum)
		credentials := sdk.Credentials{AccessKeyID: s.connection.AccessKeyID, SecretAccessKey: s.connection.SecretAccessKey}
		require.NoError(t, v4.NewSigner().SignHTTP(t.Context(), credentials, request, sum, "s3", "us-east-1", time.Now()))
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		_, err = get(t.Context(), administrator(t, s), "churn/"+content)
		if stored {
			require.NoError(t, err)
			continue
		}
		require.Contains(t, string(text), "XAmzContentSHA256Mismatch")
		requireCode(t, err, "NoSuchKey")
	}
}

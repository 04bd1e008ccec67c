package aws

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// statement is a bucket policy with one statement.
func statement(effect, principal, action, resource, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":%q,"Principal":%s,"Action":%q,"Resource":%q%s}]}`, effect, principal,
		action, resource, condition)
}

func TestBuckets(t *testing.T) {
	w := newWorld(t)
	id := w.create(BucketV2, Properties{"bucket": "models"})
	b := w.get(BucketV2, id)
	require.Equal(t, "models", id)
	require.Equal(t, "arn:aws:s3:::models", b.String("arn"))
	require.Equal(t, "models.s3.us-east-1.amazonaws.com", b.String("bucketRegionalDomainName"))
	_, err := w.try(BucketV2, Properties{"bucket": "models"})
	refused(t, err, "BucketAlreadyOwnedByYou", "models")
	for _, typ := range []string{BucketPublicAccessBlock, BucketOwnershipControls, BucketVersioningV2, BucketPolicy} {
		_, err := w.try(typ, Properties{"bucket": "ghost", "policy": "{}"})
		refused(t, err, "NoSuchBucket", "ghost")
	}
	for bucket, want := range map[string]string{"Models": "bucket is \"Models\"", "m": "bucket is \"m\"", "a..b": "InvalidBucketName",
		"10.0.0.1": "InvalidBucketName", "xn--a": "InvalidBucketName", "models-s3alias": "InvalidBucketName"} {
		require.Contains(t, faults(t, BucketV2, Properties{"bucket": bucket}), want)
	}
	require.Contains(t, faults(t, BucketV2, Properties{"bucketPrefix": strings.Repeat("a", 38)}), "bucketPrefix is")
	for want, c := range map[string]struct {
		typ string
		in  Properties
	}{
		"rule.objectOwnership is \"BucketOwner\"": {BucketOwnershipControls,
			Properties{"rule": map[string]any{"objectOwnership": "BucketOwner"}}},
		"sseAlgorithm is \"kms\"": {BucketServerSideEncryptionConfigurationV2, Properties{"rules": encryption("kms", "")}},
		"a KMSMasterKeyID is not applicable": {BucketServerSideEncryptionConfigurationV2,
			Properties{"rules": encryption("AES256", "k")}},
		"versioningConfiguration.status is \"on\"": {BucketVersioningV2,
			Properties{"versioningConfiguration": map[string]any{"status": "on"}}},
		"rules is required and must not be empty": {BucketLifecycleConfigurationV2, Properties{"rules": []any{}}},
		"Rule ID must be unique": {BucketLifecycleConfigurationV2,
			Properties{"rules": []any{rule("a", "expiration", "days", 1), rule("a", "expiration", "days", 1)}}},
		"At least one action needs to be specified in a": {BucketLifecycleConfigurationV2,
			Properties{"rules": []any{map[string]any{"id": "a", "status": "Enabled"}}}},
		"rules.expiration.days is \"0\"": {BucketLifecycleConfigurationV2, Properties{"rules": []any{rule("a", "expiration", "days", 0)}}},
		"noncurrentDays is \"0\"": {BucketLifecycleConfigurationV2,
			Properties{"rules": []any{rule("a", "noncurrentVersionExpiration", "noncurrentDays", 0)}}},
	} {
		require.Contains(t, faults(t, c.typ, c.in), want)
	}

	w.create(BucketVersioningV2, Properties{"bucket": id, "versioningConfiguration": map[string]any{"status": "Enabled"}})
	require.NoError(t, w.Update(func(s *State) error { return s.PutObject(id) }))
	refused(t, w.remove(BucketV2, id), "BucketNotEmpty", "The bucket you tried to delete is not empty")
	require.NoError(t, w.change(BucketV2, id, Properties{"forceDestroy": true}))
	require.NoError(t, w.remove(BucketV2, id))
	require.Nil(t, w.get(BucketVersioningV2, id), "settings go with their bucket")
	refused(t, w.Update(func(s *State) error { return s.PutObject(id) }), "NoSuchBucket", id)
}

func encryption(algorithm, key string) []any {
	return []any{map[string]any{"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": algorithm, "kmsMasterKeyId": key}}}
}

func rule(id, action, property string, days int) map[string]any {
	return map[string]any{"id": id, "status": "Enabled", action: map[string]any{property: days}}
}

func TestBucketPolicies(t *testing.T) {
	w := newWorld(t)
	id := w.create(BucketV2, Properties{"bucket": "models"})
	const all = `"*"`
	policy := func(raw string) Properties { return Properties{"bucket": id, "policy": raw} }
	w.refuses(t, map[string]refusal{
		"another bucket": {BucketPolicy, policy(statement("Allow", `{"Service":"x"}`, "s3:PutObject", "arn:aws:s3:::other/*", "")),
			"MalformedPolicy", "Policy has invalid resource"},
		"objects of buckets": {BucketPolicy, policy(statement("Allow", `{"Service":"x"}`, "s3:PutObject", "arn:aws:s3:::models", "")),
			"MalformedPolicy", "Action does not apply to any resource(s) in statement"},
		"buckets of objects": {BucketPolicy, policy(statement("Allow", `{"Service":"x"}`, "s3:ListBucket", "arn:aws:s3:::models/a", "")),
			"MalformedPolicy", "s3:ListBucket"},
		"role that is gone": {BucketPolicy, policy(statement("Allow", `{"AWS":"arn:aws:iam::123456789012:role/ghost"}`, "s3:GetObject",
			"arn:aws:s3:::models/*", "")), "MalformedPolicy", "Invalid principal in policy"},
		"public": {BucketPolicy, policy(statement("Allow", all, "s3:GetObject", "arn:aws:s3:::models/*", "")), "AccessDenied",
			"because public policies are prevented by the BlockPublicPolicy setting"},
		"public by AWS": {BucketPolicy, policy(statement("Allow", `{"AWS":"*"}`, "s3:GetObject", "arn:aws:s3:::models/*",
			`{"Bool":{"aws:SecureTransport":"true"}}`)), "AccessDenied", "BlockPublicPolicy"},
	})
	for _, raw := range []string{
		statement("Deny", all, "s3:PutObject", "arn:aws:s3:::models/*", `{"Bool":{"aws:SecureTransport":"false"}}`),
		statement("Allow", all, "s3:GetObject", "arn:aws:s3:::models/*", `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`),
		statement("Allow", `{"AWS":"arn:aws:iam::999999999999:role/other"}`, "s3:GetObject", "arn:aws:s3:::models/*", ""),
	} {
		w.create(BucketPolicy, policy(raw))
	}
	w.create(BucketPublicAccessBlock, Properties{"bucket": id, "blockPublicPolicy": false})
	w.create(BucketPolicy, policy(statement("Allow", all, "s3:GetObject", "arn:aws:s3:::models/*", "")))

	for want, raw := range map[string]string{
		"a bucket policy has Principal and Resource":    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::models/*"}]}`,
		"MalformedPolicy: This policy contains invalid": `{`,
		"PolicyTooLarge": statement("Allow", `{"Service":"x"}`, "s3:PutObject", strings.Repeat("a", 21000), ""),
	} {
		require.Contains(t, faults(t, BucketPolicy, policy(raw)), want)
	}
}

func TestLogsOfLoadBalancers(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	var lb *LoadBalancer
	require.NoError(t, w.Update(func(s *State) (err error) {
		lb, err = s.CreateLoadBalancer("public", "internet-facing", n.public, nil)
		return err
	}))
	configure := func(prefix string, certificates ...string) error {
		return w.Update(func(s *State) error {
			return s.ConfigureLoadBalancer(lb.Arn, map[string]string{"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs",
				"access_logs.s3.prefix": prefix}, certificates)
		})
	}
	no := func(prefix, text string) {
		t.Helper()
		refused(t, configure(prefix), "InvalidConfigurationRequest", text)
	}
	no("lb", "Access Denied for bucket: logs. Please check S3bucket permission: it does not exist")
	w.create(BucketV2, Properties{"bucket": "logs"})
	no("lb", "its policy does not let logdelivery.elasticloadbalancing.amazonaws.com do s3:PutObject on "+
		"arn:aws:s3:::logs/lb/AWSLogs/123456789012/")
	w.create(BucketPolicy, Properties{"bucket": "logs", "policy": statement("Allow",
		`{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"}`, "s3:PutObject", "arn:aws:s3:::logs/lb/AWSLogs/123456789012/*", "")})
	no("", "its policy does not let")
	no("lb/AWSLogs", "prefix")
	w.create(BucketServerSideEncryptionConfigurationV2, Properties{"bucket": "logs", "rules": encryption("aws:kms", "")})
	no("lb", "the only encryption for these logs is AES256")
	require.NoError(t, w.change(BucketServerSideEncryptionConfigurationV2, "logs", Properties{"rules": encryption("AES256", "")}))
	require.NoError(t, configure("lb"))
	refused(t, w.remove(BucketV2, "logs"), "BucketNotEmpty", "logs")
	require.NoError(t, w.View(func(s *State) error {
		require.True(t, s.LoadBalancers[lb.Arn].Configured(map[string]string{"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs",
			"access_logs.s3.prefix": "lb"}, nil))
		refused(t, s.ConfigureLoadBalancer("arn", nil, nil), "LoadBalancerNotFound", "arn")
		return nil
	}))
}

package iamdoc_test

import (
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/stretchr/testify/require"
)

func TestBucketPolicies(t *testing.T) {
	deny := iamdoc.Statement{
		Sid: "InsecureTransport", Effect: iamdoc.Deny, Principal: iamdoc.Everyone(), Action: iamdoc.Values{"s3:GetObject"},
		Resource:  iamdoc.Values{"arn:aws:s3:::logs/*"},
		Condition: iamdoc.Conditions{"Bool": {"aws:SecureTransport": {"false"}}},
	}
	text, err := iamdoc.BucketPolicy(deny).JSON()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Sid":"InsecureTransport","Effect":"Deny","Principal":{"AWS":"*"},`+
		`"Action":["s3:GetObject"],"Resource":"arn:aws:s3:::logs/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`, text)

	allow := deny
	allow.Effect = iamdoc.Allow
	require.ErrorContains(t, iamdoc.BucketPolicy(allow).Validate(), `the Principal "*" has a wildcard`)
	federated := deny
	federated.Principal = &iamdoc.Principal{Federated: iamdoc.Values{"*"}}
	require.ErrorContains(t, iamdoc.BucketPolicy(federated).Validate(), `the Principal "*" has a wildcard`)
	nobody, nothing := deny, deny
	nobody.Principal, nothing.Resource = nil, nil
	for _, bad := range []iamdoc.Statement{nobody, nothing} {
		require.ErrorContains(t, iamdoc.BucketPolicy(bad).Validate(), "a bucket policy has both a Principal and a Resource")
	}
	require.ErrorContains(t, iamdoc.Document{Statements: []iamdoc.Statement{deny}}.Validate(), "a bucket policy is made by BucketPolicy")
	require.ErrorContains(t, iamdoc.InlinePolicy(deny).Validate(), "there are both a Principal and a Resource")
	trust := iamdoc.ServiceTrust("ec2.amazonaws.com", nil).Statements[0]
	require.ErrorContains(t, iamdoc.InlinePolicy(trust).Validate(), "there is a Principal")
	require.ErrorContains(t, iamdoc.Document{Kind: "queue policy", Statements: []iamdoc.Statement{deny}}.Validate(),
		`the Kind is "queue policy"`)
}

func TestEachKindHasItsLimit(t *testing.T) {
	for _, c := range []struct {
		kind  iamdoc.Kind
		limit int
		want  string
	}{
		{"", iamdoc.MaxManagedPolicy, "IAM allows 6144"}, {iamdoc.Inline, iamdoc.MaxInlinePolicy, "IAM allows 10240"},
		{iamdoc.Bucket, iamdoc.MaxBucketPolicy, "S3 allows 20480"},
	} {
		document := func(size int) iamdoc.Document {
			s := iamdoc.Statement{Effect: iamdoc.Allow, Action: iamdoc.Values{"s3:GetObject"}, Resource: iamdoc.Values{"arn:aws:s3:::b/"}}
			if c.kind == iamdoc.Bucket {
				s.Principal = &iamdoc.Principal{Service: iamdoc.Values{"logs.amazonaws.com"}}
			}
			made := iamdoc.Document{Kind: c.kind, Statements: []iamdoc.Statement{s}}
			made.Statements[0].Resource[0] += strings.Repeat("x", size-made.Size())
			return made
		}
		require.NoError(t, document(c.limit).Validate())
		require.ErrorContains(t, document(c.limit+1).Validate(), c.want)
	}
	words := strings.Repeat("word ", 5000)
	bucket := iamdoc.BucketPolicy(iamdoc.Statement{
		Effect: iamdoc.Allow, Principal: &iamdoc.Principal{Service: iamdoc.Values{"logs.amazonaws.com"}}, Action: iamdoc.Values{"s3:PutObject"},
		Resource: iamdoc.Values{"arn:aws:s3:::b/*"}, Condition: iamdoc.Conditions{"StringEquals": {"aws:SourceAccount": {words}}},
	})
	require.ErrorContains(t, bucket.Validate(), "S3 allows 20480", "white space counts for S3")
}

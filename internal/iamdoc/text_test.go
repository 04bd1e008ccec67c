package iamdoc_test

import (
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/stretchr/testify/require"
)

func TestCheckTextReadsWhatJSONWrites(t *testing.T) {
	text, err := iamdoc.Document{Statements: []iamdoc.Statement{
		{Sid: "List", Effect: iamdoc.Allow, Action: iamdoc.Values{"s3:ListBucket"}, Resource: iamdoc.Values{"arn:aws:s3:::models"},
			Condition: iamdoc.Conditions{"StringLike": {"s3:prefix": {"churn/*"}}}},
		{Effect: iamdoc.Allow, Action: iamdoc.Values{"ec2:DescribeVpcs"}, Resource: iamdoc.Values{"*"}, AnyResource: "it lists"},
	}}.JSON()
	require.NoError(t, err)
	require.NoError(t, iamdoc.CheckText(text))
	trust, err := iamdoc.ServiceTrust("ec2.amazonaws.com", nil).JSON()
	require.NoError(t, err)
	require.NoError(t, iamdoc.CheckText(trust))
	for bad, want := range map[string]string{
		"":         "is not what iamdoc writes",
		text + "x": "goes on after its end",
		strings.Replace(text, "2012-10-17", "2008-10-17", 1):               `Version is "2008-10-17"`,
		strings.Replace(text, `"Effect"`, `"NotResource":"a","Effect"`, 1): "is not what iamdoc writes",
		strings.Replace(text, "s3:ListBucket", "s3:*", 1):                  `statement "List": the Action "s3:*" has a wildcard`,
		strings.Replace(text, "churn", strings.Repeat("x", 6000), 1):       "IAM allows 6144",
	} {
		require.ErrorContains(t, iamdoc.CheckText(bad), want)
	}
}

func TestAnyResourcesListsTheReasons(t *testing.T) {
	list := iamdoc.Values{"ec2:DescribeVpcs", "ec2:DescribeSubnets"}
	documents := []iamdoc.Named{
		{Name: "bucket", Document: iamdoc.BucketPolicy(iamdoc.Statement{Resource: iamdoc.Values{"arn:aws:s3:::models"}})},
		{Name: "lister", Document: iamdoc.Document{Statements: []iamdoc.Statement{
			{Sid: "List", Action: list, Resource: iamdoc.Values{"*"}, AnyResource: "EC2 lists a whole region"},
			{Action: list[:1], Resource: iamdoc.Values{"*"}, AnyResource: "so it is", Condition: iamdoc.Conditions{"Null": {"a": {"true"}}}},
		}}},
	}
	require.Equal(t, []iamdoc.Unscoped{
		{Document: "lister", Statement: "List", Actions: list, Reason: "EC2 lists a whole region"},
		{Document: "lister", Statement: "2", Actions: list[:1], Reason: "so it is", Conditions: true},
	}, iamdoc.AnyResources(documents))
}

package iamdoc_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestJSONIsIAMsGrammar(t *testing.T) {
	document := iamdoc.Document{Statements: []iamdoc.Statement{{
		Sid: "Read", Effect: iamdoc.Allow,
		Action:    iamdoc.Values{"s3:GetObject", "s3:ListBucket"},
		Resource:  iamdoc.Values{"arn:aws:s3:::models/a&b/*"},
		Condition: iamdoc.Conditions{"StringEquals": {"b": {"2"}, "a": {"1"}}, "Null": {"c": {"true", "false"}}},
	}}}
	text, err := document.JSON()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow",`+
		`"Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::models/a&b/*",`+
		`"Condition":{"Null":{"c":["true","false"]},"StringEquals":{"a":"1","b":"2"}}}]}`, text)
}

func TestValidateReportsEveryFault(t *testing.T) {
	document := iamdoc.Document{Statements: []iamdoc.Statement{
		{Sid: "A", Effect: "allow", Action: iamdoc.Values{"GetObject"}, Resource: iamdoc.Values{""}},
		{Sid: "A", Effect: iamdoc.Deny},
		{Sid: "a b", Effect: iamdoc.Allow, Action: iamdoc.Values{"*"}, Resource: iamdoc.Values{"*"}, Principal: &iamdoc.Principal{AWS: iamdoc.Values{"*"}}},
	}}
	_, err := document.JSON()
	for _, want := range []string{
		`statement "A": the Effect is "allow": use "Allow" or "Deny"`,
		`statement "A": the Action "GetObject" is not of the form service:Name`,
		`statement "A": a Resource is empty`,
		`statement "A": the Sid is used twice`,
		`statement "A": the Action is empty`,
		`statement "A": there is neither a Resource nor a Principal`,
		`statement "a b": the Sid has other characters`,
		`statement "a b": there are both a Principal and a Resource`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorContains(t, iamdoc.Document{}.Validate(), "the document has no statements")
}

func TestSizeCountsNoWhiteSpaceAndIsLimited(t *testing.T) {
	document := func(resources int) iamdoc.Document {
		values := iamdoc.Values{}
		for i := range resources {
			values = append(values, fmt.Sprintf("arn:aws:s3:::bucket/%d", i))
		}
		return iamdoc.Document{Statements: []iamdoc.Statement{{
			Effect: iamdoc.Allow, Action: iamdoc.Values{"s3:GetObject"}, Resource: values,
			Condition: iamdoc.Conditions{"StringEquals": {"k": {"with four white spaces"}}},
		}}}
	}
	text, err := document(2).JSON()
	require.NoError(t, err)
	require.Equal(t, len(strings.ReplaceAll(text, " ", "")), document(2).Size())
	require.Less(t, document(2).Size(), len(text))
	require.ErrorContains(t, document(400).Validate(), "IAM allows 6144: split it")
}

// Any document reads back as what it was, the same bytes every time.
func TestJSONKeepsEverything(t *testing.T) {
	value := rapid.StringMatching(`[a-z0-9:/*<>&]{1,20}`)
	values := rapid.SliceOfN(value, 1, 4)
	rapid.Check(t, func(t *rapid.T) {
		condition := rapid.MapOfN(value, rapid.MapOfN(value, values, 1, 3), 1, 3).Draw(t, "condition")
		s := iamdoc.Statement{Effect: iamdoc.Allow, Action: values.Draw(t, "action"), Resource: values.Draw(t, "resource"), Condition: iamdoc.Conditions{}}
		for operator, keys := range condition {
			s.Condition[operator] = map[string]iamdoc.Values{}
			for key, v := range keys {
				s.Condition[operator][key] = v
			}
		}
		text, err := json.Marshal(iamdoc.Document{Statements: []iamdoc.Statement{s}})
		require.NoError(t, err)
		again, err := json.Marshal(iamdoc.Document{Statements: []iamdoc.Statement{s}})
		require.NoError(t, err)
		require.Equal(t, text, again)
		var read struct {
			Statement []struct {
				Action, Resource any
				Condition        map[string]map[string]any
			}
		}
		require.NoError(t, json.Unmarshal(text, &read))
		require.Equal(t, []string(s.Action), list(read.Statement[0].Action))
		require.Equal(t, []string(s.Resource), list(read.Statement[0].Resource))
		for operator, keys := range s.Condition {
			for key, v := range keys {
				require.Equal(t, []string(v), list(read.Statement[0].Condition[operator][key]))
			}
		}
	})
}

func list(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	var all []string
	for _, item := range v.([]any) {
		all = append(all, item.(string))
	}
	return all
}

func TestMergeKeepsOrder(t *testing.T) {
	a := iamdoc.Document{Statements: []iamdoc.Statement{{Sid: "A"}}}
	b := iamdoc.Document{Statements: []iamdoc.Statement{{Sid: "B"}, {Sid: "C"}}}
	merged := iamdoc.Merge(a, b)
	require.Equal(t, []iamdoc.Statement{{Sid: "A"}, {Sid: "B"}, {Sid: "C"}}, merged.Statements)
	require.Len(t, a.Statements, 1)
}

func TestFargateTrustIsForOneCluster(t *testing.T) {
	trust, err := iamdoc.FargateTrust("arn:aws-cn:eks:cn-north-1:123456789012:cluster/modelway-dev")
	require.NoError(t, err)
	text, err := trust.JSON()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},`+
		`"Action":["sts:AssumeRole"],"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws-cn:eks:cn-north-1:123456789012:fargateprofile/modelway-dev/*"}}}]}`, text)
	for _, bad := range []string{"", "modelway-dev", "arn:aws:eks:us-east-1:123456789012:cluster/", "arn:aws:eks:us-east-1:cluster/x"} {
		_, err := iamdoc.FargateTrust(bad)
		require.ErrorContains(t, err, "is not of the form", bad)
	}
}

func TestWebIdentityTrustIsForOneServiceAccount(t *testing.T) {
	text, err := iamdoc.WebIdentityTrust("arn:aws:iam::123456789012:oidc-provider/oidc.example/id/A", "https://oidc.example/id/A", "kube-system", "controller").JSON()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",`+
		`"Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/oidc.example/id/A"},"Action":["sts:AssumeRoleWithWebIdentity"],`+
		`"Condition":{"StringEquals":{"oidc.example/id/A:aud":"sts.amazonaws.com","oidc.example/id/A:sub":"system:serviceaccount:kube-system:controller"}}}]}`, text)
}

func TestPartition(t *testing.T) {
	for region, want := range map[string]string{
		"us-east-1": "aws", "eu-central-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov",
		"us-iso-east-1": "aws-iso", "us-isob-east-1": "aws-iso-b", "eusc-de-east-1": "aws-eusc",
	} {
		require.Equal(t, want, iamdoc.Partition(region), region)
	}
	require.Equal(t, "arn:aws-cn:iam::aws:policy/AmazonEKS_CNI_Policy", iamdoc.ManagedPolicyArn("aws-cn", "AmazonEKS_CNI_Policy"))
}

package iamdoc_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/stretchr/testify/require"
)

func TestValidateReportsEveryFault(t *testing.T) {
	document := iamdoc.Document{Statements: []iamdoc.Statement{
		{Sid: "A", Effect: "allow", Action: iamdoc.Values{"GetObject"}, Resource: iamdoc.Values{""}},
		{Sid: "A", Effect: iamdoc.Deny},
		{Sid: "a b", Effect: iamdoc.Allow, Action: iamdoc.Values{"*"}, Resource: iamdoc.Values{"*"}, Principal: iamdoc.Everyone()},
		{Effect: iamdoc.Allow, Action: iamdoc.Values{"sts:AssumeRole"}, Principal: &iamdoc.Principal{}},
		{Effect: iamdoc.Allow, Action: iamdoc.Values{"sts:AssumeRole"}, Principal: &iamdoc.Principal{Service: iamdoc.Values{""}}},
		{Effect: iamdoc.Allow, Action: iamdoc.Values{"s3:GetObject"}, Resource: iamdoc.Values{"**"}},
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
		`statement "a b": the Principal "*" has a wildcard`,
		`statement 4: the Principal is empty`,
		`statement 5: the Principal has an empty name`,
		`statement 6: there is no Principal, while other statements have one`,
		`statement 6: the Resource "**" stands for all`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorContains(t, iamdoc.Document{}.Validate(), "the document has no statements")
}

func TestNoActionHasAWildcard(t *testing.T) {
	for _, action := range []string{"*", "s3:*", "ec2:Describe*", "*:GetObject", "s3:Get?bject"} {
		for _, effect := range []string{iamdoc.Allow, iamdoc.Deny} {
			_, err := iamdoc.Document{Statements: []iamdoc.Statement{{
				Effect: effect, Action: iamdoc.Values{"s3:GetObject", action}, Resource: iamdoc.Values{"arn:aws:s3:::models/*"},
			}}}.JSON()
			require.ErrorContains(t, err, fmt.Sprintf("the Action %q has a wildcard", action))
		}
	}
}

func TestAnyResourceNeedsAReason(t *testing.T) {
	document := func(reason string, resources ...string) iamdoc.Document {
		return iamdoc.Document{Statements: []iamdoc.Statement{{
			Effect: iamdoc.Allow, Action: iamdoc.Values{"ec2:DescribeVpcs"}, Resource: resources, AnyResource: reason,
		}}}
	}
	text, err := document("it lists", "*").JSON()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:DescribeVpcs"],"Resource":"*"}]}`, text)
	for want, bad := range map[string]iamdoc.Document{
		"the Resource is * without a reason":                 document("", "*"),
		"there is a reason in AnyResource, but":              document("it lists", "arn:aws:ec2:*:*:vpc/*"),
		"the Resource has * beside ARNs: remove one of them": document("it lists", "*", "arn:aws:ec2:*:*:vpc/*"),
	} {
		require.ErrorContains(t, bad.Validate(), want)
	}
	require.ErrorContains(t, document(" ", "*").Validate(), "without a reason")
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

func TestInvalidDocumentsSayWhy(t *testing.T) {
	fault := errors.New("the bucket has no name: name it")
	_, err := iamdoc.Invalid(fault).JSON()
	require.ErrorIs(t, err, fault)
	good := iamdoc.ServiceTrust("ec2.amazonaws.com", nil)
	require.NoError(t, iamdoc.Merge(good, good).Validate())
	require.ErrorIs(t, iamdoc.Merge(good, iamdoc.Invalid(fault)).Validate(), fault)
}

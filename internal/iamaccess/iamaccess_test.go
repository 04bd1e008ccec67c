package iamaccess_test

import (
	"path"
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/iamaccess"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func decide(t *testing.T, request iamaccess.Request, statements ...string) bool {
	t.Helper()
	policy, err := iamaccess.Parse(`{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ",") + `]}`)
	require.NoError(t, err)
	decision, err := iamaccess.Decide(request, policy)
	require.NoError(t, err)
	return decision.Allowed
}

const bucket = "arn:aws:s3:::logs"

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func TestAnExplicitDenyWins(t *testing.T) {
	request := iamaccess.Request{Action: "s3:GetObject", Resource: bucket + "/a"}
	const allow, deny = `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`,
		`{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}`
	require.False(t, decide(t, request), "what nothing allows is denied")
	require.True(t, decide(t, request, allow))
	require.False(t, decide(t, request, allow, deny))
	require.False(t, decide(t, request, deny, allow), "whatever the order")
	request.Resource = "arn:aws:s3:::other/a"
	require.True(t, decide(t, request, allow, deny))
}

func TestActionsAndResources(t *testing.T) {
	for _, c := range []struct {
		statement, action, resource string
		want                        bool
	}{
		{`"Action": "S3:getobject", "Resource": "*"`, "s3:GetObject", bucket, true},
		{`"Action": "s3:Get?bject", "Resource": "*"`, "s3:GetObject", bucket, true},
		{`"Action": ["s3:Put*", "s3:Get*"], "Resource": "*"`, "s3:GetObject", bucket, true},
		{`"Action": "s3:Put*", "Resource": "*"`, "s3:GetObject", bucket, false},
		{`"NotAction": "s3:Put*", "Resource": "*"`, "s3:GetObject", bucket, true},
		{`"NotAction": "s3:Get*", "Resource": "*"`, "s3:GetObject", bucket, false},
		{`"Action": "s3:GetObject", "NotResource": "arn:aws:s3:::logs/*"`, "s3:GetObject", bucket + "/a", false},
		{`"Action": "s3:GetObject", "NotResource": "arn:aws:s3:::logs/*"`, "s3:GetObject", "arn:aws:s3:::x/a", true},
		{`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"`, "s3:GetObject", bucket, false},
		{`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::LOGS"`, "s3:GetObject", bucket, false},
		{`"Action": "iam:GetRole", "Resource": "arn:aws:iam::*:role/a-*"`, "iam:GetRole", "arn:aws:iam::1:role/a-b/c:d", true},
		{`"Action": "iam:GetRole", "Resource": "arn:aws:iam::*role/a"`, "iam:GetRole", "arn:aws:iam::1:role/a", false},
		{`"Action": "iam:GetRole", "Resource": "arn:aws:*:*:1:role/a"`, "iam:GetRole", "arn:aws:iam::1:role/a", true},
	} {
		got := decide(t, iamaccess.Request{Action: c.action, Resource: c.resource}, `{"Effect": "Allow", `+c.statement+`}`)
		require.Equal(t, c.want, got, "%v", c)
	}
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func TestConditions(t *testing.T) {
	request := iamaccess.Request{
		Action: "s3:GetObject", Resource: bucket, Tags: map[string]string{"Team": "ml"},
		Context: map[string][]string{"aws:RequestTag/team": {"ml"}, "aws:TagKeys": {"team", "cost"}, "aws:SourceArn": {"arn:aws:s3:::a"},
			"aws:SecureTransport": {"true"}},
	}
	for condition, want := range map[string]bool{
		`"StringEquals": {"aws:ResourceTag/team": "ml"}`:                                                 true,
		`"StringEquals": {"aws:resourcetag/Team": ["x", "ml"]}`:                                          true,
		`"StringEquals": {"aws:ResourceTag/team": "m*"}`:                                                 false,
		`"StringLike": {"aws:ResourceTag/team": "m*"}`:                                                   true,
		`"StringEquals": {"aws:ResourceTag/team": "ML"}`:                                                 false,
		`"StringEqualsIgnoreCase": {"aws:ResourceTag/team": "ML"}`:                                       true,
		`"StringEquals": {"aws:ResourceTag/none": "ml"}`:                                                 false,
		`"StringNotEquals": {"aws:ResourceTag/none": "ml"}`:                                              true,
		`"StringNotEquals": {"aws:ResourceTag/team": ["x", "ml"]}`:                                       false,
		`"StringNotLike": {"aws:ResourceTag/team": "x*"}`:                                                true,
		`"StringEqualsIfExists": {"aws:ResourceTag/none": "ml"}`:                                         true,
		`"StringEqualsIfExists": {"aws:ResourceTag/team": "x"}`:                                          false,
		`"Null": {"aws:ResourceTag/none": "true"}`:                                                       true,
		`"Null": {"aws:ResourceTag/team": "true"}`:                                                       false,
		`"Null": {"aws:ResourceTag/team": "false"}`:                                                      true,
		`"StringEquals": {"aws:ResourceTag/team": "ml", "aws:RequestTag/team": "x"}`:                     false,
		`"StringEquals": {"aws:ResourceTag/team": "ml"}, "StringLike": {"aws:RequestTag/team": "m?"}`:    true,
		`"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost", "x"]}`:                            true,
		`"ForAllValues:StringEquals": {"aws:TagKeys": "team"}`:                                           false,
		`"ForAllValues:StringEquals": {"aws:None": "team"}`:                                              true,
		`"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}`:                                            true,
		`"ForAnyValue:StringEquals": {"aws:None": "team"}`:                                               false,
		`"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}`:                                                 true,
		`"ArnEquals": {"aws:SourceArn": "arn:aws:*:::b"}`:                                                false,
		`"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::b"}`:                                              true,
		`"Bool": {"aws:SecureTransport": "false"}`:                                                       false,
		`"Bool": {"aws:SecureTransport": "true"}`:                                                        true,
		`"StringEquals": {"aws:PrincipalTag/team": "ml"}`:                                                false,
		`"StringEquals": {"aws:ResourceTag/team": "ml"}, "StringNotEquals": {"aws:RequestTag/team": ""}`: true,
	} {
		require.Equal(t, want, decide(t, request, `{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {`+condition+`}}`), condition)
	}
}

// A caller who chooses satisfies conditions about the request, avoids denials about it, and has no say in the tags of the resource.
func TestAFreeCaller(t *testing.T) {
	request := iamaccess.Request{Action: "s3:GetObject", Resource: bucket, Tags: map[string]string{"team": "ml"}, Free: true}
	const about = `"Action": "*", "Resource": "*", "Condition": `
	const allow = `{"Effect": "Allow", ` + about + `{"StringEquals": {"aws:RequestTag/team": "x"}}}`
	require.True(t, decide(t, request, allow))
	require.True(t, decide(t, request, allow, `{"Effect": "Deny", `+about+`{"StringEquals": {"aws:RequestTag/a": "x"}}}`))
	require.False(t, decide(t, request, allow, `{"Effect": "Deny", `+about+`{"StringEquals": {"aws:ResourceTag/team": "ml"}}}`))
	require.False(t, decide(t, request, `{"Effect": "Allow", `+about+`{"StringEquals": {"aws:ResourceTag/team": "x"}}}`))
	require.False(t, decide(t, request, `{"Effect": "Allow", `+about+`{"StringEquals": {"aws:ResourceTag/none": "x"}}}`))
	request.Context = map[string][]string{"aws:RequestTag/team": {"y"}}
	require.False(t, decide(t, request, allow))
}

func TestWhatIsNotKnownIsReported(t *testing.T) {
	_, err := iamaccess.Parse(`{`)
	require.ErrorContains(t, err, "reading the policy")
	_, err = iamaccess.Parse(`{"Statement": [{"Resource": "arn:aws:s3:::${aws:username}"}]}`)
	require.ErrorContains(t, err, "policy variable")
	policy, err := iamaccess.Parse(
		`{"Statement": [{"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}]}`)
	require.NoError(t, err)
	_, err = iamaccess.Decide(iamaccess.Request{Action: "s3:GetObject", Resource: bucket}, policy)
	require.ErrorContains(t, err, `statement "A": the condition operator "IpAddress" is not known`)
}

// The standard library's patterns agree where there are neither brackets nor slashes.
func TestPatternsAgreeWithTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*?]{0,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[ab]{0,8}`).Draw(t, "text")
		want, err := path.Match(pattern, text)
		require.NoError(t, err)
		require.Equal(t, want, iamaccess.MatchesArn(pattern, text))
	})
}

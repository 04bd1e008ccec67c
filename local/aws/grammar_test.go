package aws

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// with is anyone, a document that is right, with one part of it replaced.
func with(old, replacement string) string { return strings.Replace(anyone, old, replacement, 1) }

// malformed are IAM documents that AWS refuses, by what the refusal says. docs/local-stack.md has their number.
var malformed = []struct {
	name           string
	form           form
	document, want string
}{
	{"action without a service", managedDocument, with("s3:GetObject", "GetObject"), "must be prefaced by a vendor"},
	{"service with a star", managedDocument, with("s3:GetObject", "s*:GetObject"), "must be prefaced by a vendor"},
	{"action with a space", managedDocument, with("s3:GetObject", "s3:Get Object"), "must be prefaced by a vendor"},
	{"no action", managedDocument, with(`"Action":"s3:GetObject",`, ""), "must contain actions"},
	{"empty list of actions", managedDocument, with(`"s3:GetObject"`, "[]"), "must contain actions"},
	{"action and its negation", managedDocument, with(`"Action"`, `"NotAction":"s3:*","Action"`), "both Action and NotAction"},
	{"action that is a number", managedDocument, with(`"s3:GetObject"`, "1"), "not text"},
	{"resource that is no ARN", managedDocument, with(`"*"`, `"bucket/models"`), "must be in ARN format"},
	{"ARN that is too short", managedDocument, with(`"*"`, `"arn:aws:s3:models"`), "must be in ARN format"},
	{"partition", managedDocument, with(`"*"`, `"arn:azure:s3:::models"`), `Partition "azure" is not valid`},
	{"no resource", managedDocument, with(`,"Resource":"*"`, ""), "a managed policy has no Principal and Resource"},
	{"condition operator", managedDocument, with(`"Effect"`, `"Condition":{"StringIs":{"aws:PrincipalTag/a":"b"}},"Effect"`),
		"Invalid Condition type : StringIs"},
	{"operator in the wrong case", managedDocument, with(`"Effect"`, `"Condition":{"stringEquals":{"aws:PrincipalTag/a":"b"}},"Effect"`),
		"Invalid Condition type"},
	{"NullIfExists", managedDocument, with(`"Effect"`, `"Condition":{"NullIfExists":{"aws:PrincipalTag/a":"true"}},"Effect"`),
		"Invalid Condition type"},
	{"condition key without a service", managedDocument, with(`"Effect"`, `"Condition":{"Bool":{"MultiFactorAuthPresent":"true"}},"Effect"`),
		"prefaced by a vendor"},
	{"condition without a key", managedDocument, with(`"Effect"`, `"Condition":{"Bool":{}},"Effect"`), "no condition keys"},
	{"number that is none", managedDocument, with(`"Effect"`, `"Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"soon"}},"Effect"`),
		"NumericLessThan compares"},
	{"address that is none", managedDocument, with(`"Effect"`, `"Condition":{"NotIpAddress":{"aws:SourceIp":"banana"}},"Effect"`),
		"IpAddress compares"},
	{"date that is none", managedDocument, with(`"Effect"`, `"Condition":{"DateLessThan":{"aws:CurrentTime":"tomorrow"}},"Effect"`),
		"DateLessThan compares"},
	{"element", managedDocument, with(`"Effect"`, `"Resources":"*","Effect"`), `unknown element "Resources"`},
	{"element of the document", managedDocument, with(`"Statement"`, `"Statements":[],"Statement"`), `unknown element "Statements"`},
	{"element in lower case", managedDocument, with(`"Action"`, `"action"`), `unknown element "action"`},
	{"Sid twice", managedDocument, with(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`,
		`{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Sid":"A","Effect":"Allow","Action":"s3:PutObject","Resource":"*"}`), "must be unique"},
	{"Sid with a hyphen", managedDocument, with(`"Effect"`, `"Sid":"read-models","Effect"`), "must be alpha-numeric"},
	{"effect", inlineDocument, with("Allow", "allow"), "allowed are Allow, Deny"},
	{"statement that is text", managedDocument, `{"Version":"2012-10-17","Statement":["allow"]}`, "not an object"},
	{"principal in a policy", managedDocument, with(`"Effect"`, `"Principal":"*","Effect"`), "no Principal"},
	{"trust with a resource", trustPolicy, strings.Replace(trustOf("Service", "ec2.amazonaws.com"), `"Effect"`, `"Resource":"*","Effect"`, 1),
		"no Resource"},
	{"trust of another service's action", trustPolicy, trustWith("ec2:RunInstances", "ec2.amazonaws.com"), "has actions of sts only"},
	{"principal of a kind", trustPolicy, trustOf("Services", "ec2.amazonaws.com"), `unknown element "Services"`},
	{"service that is not a host", trustPolicy, trustOf("Service", "ec2"), `Invalid principal in policy: "SERVICE":"ec2"`},
	{"federation by URL", trustPolicy, trustOf("Federated", "https://token.actions.githubusercontent.com"), "Invalid principal in policy"},
	{"role with a star", trustPolicy, trustOf("AWS", "arn:aws:iam::123456789012:role/*"), "Invalid principal in policy"},
	{"account of eleven digits", trustPolicy, trustOf("AWS", "12345678901"), "Invalid principal in policy"},
	{"action of another service on a bucket", bucketDocument, with(`"Effect":"Allow","Action":"s3:GetObject"`,
		`"Effect":"Allow","Principal":"*","Action":"ec2:RunInstances"`), "actions of s3 only"},
	{"key policy without a resource", keyDocument, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*"}]}`, "a key policy has Principal and Resource"},
	{"repository policy of another service", registryDocument,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}]}`, "actions of ecr only"},
	{"endpoint policy without a principal", endpointDocument, anyone, "an endpoint policy has Principal and Resource"},
}

func TestMalformedDocuments(t *testing.T) {
	for _, c := range malformed {
		t.Run(c.name, func(t *testing.T) {
			faults := c.form.check("policy")(Properties{"policy": c.document})
			require.NotEmpty(t, faults)
			require.ErrorContains(t, faults[0], c.form.malformed)
			require.Contains(t, strings.Join(c.form.judgeDocument(c.document), "\n"), c.want)
		})
	}
}

func TestWellFormedDocuments(t *testing.T) {
	for _, c := range []struct {
		form     form
		document string
	}{
		{managedDocument, anyone},
		{managedDocument, with(`[{`, `{`)[:len(anyone)-3] + `}`},
		{managedDocument, with(
			`"Effect"`, `"Condition":{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a","b"]},"Null":{"aws:RequestTag/a":false},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::${aws:PrincipalTag/b}"}},"Effect"`)},
		{managedDocument, with(`"*"`, `["arn:aws:s3:::models","arn:aws-us-gov:ec2:*:*:instance/*","arn:*:iam::*:role/x"]`)},
		{trustPolicy, trustOf("Federated", "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com")},
		{trustPolicy, trustOf("Service", "ec2.amazonaws.com.cn")},
		{trustPolicy, trustOf("AWS", "arn:aws:sts::123456789012:assumed-role/admin/me")},
		{trustPolicy, trustOf("AWS", "*")},
		{bucketDocument, with(`"Effect"`, `"Sid":"Allow all","Principal":"*","Effect"`)},
		{keyDocument, `{"Version":"2012-10-17","Id":"key","Statement":[{"Sid":"Enable IAM","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*"}]}`},
	} {
		require.Empty(t, c.form.judgeDocument(c.document), c.document)
	}
}

func TestAKeyPolicyKeepsItsAccountIn(t *testing.T) {
	w := newWorld(t)
	policy := func(who string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + who + `"},"Action":"kms:*","Resource":"*"}]}`
	}
	_, err := w.try(Key, Properties{"policy": policy("arn:aws:iam::999999999999:root")})
	refused(t, err, "MalformedPolicyDocumentException", "will not allow you to update the key policy")
	w.create(Key, Properties{"policy": policy("arn:aws:iam::" + AccountID + ":root")})
	w.create(Key, Properties{"policy": policy("arn:aws:iam::999999999999:root"), "bypassPolicyLockoutSafetyCheck": true})
}

// No text makes the grammar panic, and what it accepts is a document that the readers understand.
func FuzzDocument(f *testing.F) {
	for _, c := range malformed {
		f.Add(c.document)
	}
	f.Add(anyone)
	f.Add(trustOf("AWS", "*"))
	f.Fuzz(func(t *testing.T, raw string) {
		for _, form := range []form{trustPolicy, managedDocument, bucketDocument, registryDocument, keyDocument, endpointDocument} {
			if len(form.judgeDocument(raw)) > 0 {
				continue
			}
			version, statements, err := readDocument(raw)
			require.NoError(t, err)
			require.Equal(t, "2012-10-17", version)
			for _, st := range statements {
				require.True(t, st.Has("Action") || st.Has("NotAction"), raw)
			}
		}
	})
}

// A file of the account that is damaged in any way is read or refused, and what is read can be written again.
func FuzzAccount(f *testing.F) {
	f.Add(`{}`)
	f.Add(
		`{"resources":{"aws:ec2/vpc:Vpc":{"vpc-1":{"type":"aws:ec2/vpc:Vpc","id":"vpc-1","status":"ACTIVE","inputs":{"cidrBlock":"10.0.0.0/16"},"computed":{}}}}}`)
	f.Add(`{"resources":{"aws:ec2/vpc:Vpc":{"vpc-1":null}},"interfaces":{"eni-1":null},"loadBalancers":{"arn":null}}`)
	f.Add(`{"resources":null,"interfaces":null,"serial":-1}`)
	f.Add(`{"resources":{"aws:what:What":{"a":{"type":"x","id":"b","status":"DELETING","until":"2026-01-01T00:00:00Z"}}}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		path := filepath.Join(t.TempDir(), "account.json")
		require.NoError(t, os.WriteFile(path, []byte(raw), 0o600))
		a := &Account{Region: "us-east-1", Now: time.Now, path: path, volatile: true}
		err := a.View(func(s *State) error {
			s.Empty()
			_, err := json.Marshal(s)
			return err
		})
		if err != nil {
			require.ErrorContains(t, err, "reading the AWS account")
		}
	})
}

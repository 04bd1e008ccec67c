package aws

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// form is a kind of IAM document: whether its statements have principals and resources; its quota in characters, and whether
// white space counts; and the error codes for one that is malformed or too large.
type form struct {
	name                  string
	principals, resources bool
	quota                 int
	spaces                bool
	malformed, large      string
}

// Forms of IAM documents. Quotas: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html and
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html.
var (
	trustPolicy      = form{"a trust policy", true, false, 2048, false, "MalformedPolicyDocument", "LimitExceeded"}
	managedDocument  = form{"a managed policy", false, true, 6144, false, "MalformedPolicyDocument", "LimitExceeded"}
	inlineDocument   = form{"an inline policy", false, true, 10240, false, "MalformedPolicyDocument", "LimitExceeded"}
	bucketDocument   = form{"a bucket policy", true, true, 20480, true, "MalformedPolicy", "PolicyTooLarge"}
	registryDocument = form{"a repository policy", true, false, 10240, true, "InvalidParameterException", "InvalidParameterException"}
)

// readDocument returns the statements of an IAM document. Actions, resources and services are one string or a list of them.
func readDocument(raw string) (version string, statements []Properties, err error) {
	var document Properties
	if err := json.Unmarshal([]byte(raw), &document); err != nil {
		return "", nil, fmt.Errorf("This policy contains invalid Json: %w", err) //nolint:staticcheck // AWS's text
	}
	return document.String("Version"), document.Objects("Statement"), nil
}

// check applies the grammar of an IAM document, as far as a slip in it is easily made, and its quota
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
func (f form) check(path string) func(Properties) []error {
	return func(in Properties) (faults []error) {
		raw := in.String(path)
		if raw == "" {
			return nil
		}
		fault := func(code, format string, args ...any) {
			faults = append(faults, fmt.Errorf("%s: %w", path, refuse(code, format, args...)))
		}
		malformed := func(format string, args ...any) { fault(f.malformed, format, args...) }
		version, statements, err := readDocument(raw)
		if err != nil {
			malformed("%v", err)
			return faults
		}
		if version != "2012-10-17" || len(statements) == 0 {
			malformed("Syntax errors in policy: Version is %q with %d statements, allowed is 2012-10-17 with at least one", version, len(statements))
		}
		for i, st := range statements {
			if effect := st.String("Effect"); effect != "Allow" && effect != "Deny" {
				malformed("Syntax errors in policy: statement %d has Effect %q, allowed are Allow, Deny", i+1, effect)
			}
			if f.principals != (st.Has("Principal") || st.Has("NotPrincipal")) || f.resources != (st.Has("Resource") || st.Has("NotResource")) {
				malformed("statement %d: %s", i+1, f)
			}
		}
		size := len(raw)
		if !f.spaces {
			size = len(strings.Join(strings.Fields(raw), ""))
		}
		if size > f.quota {
			fault(f.large, "Cannot exceed quota: %d (it has %d characters)", f.quota, size)
		}
		return faults
	}
}

// String says what statements have.
func (f form) String() string {
	no := map[bool]string{false: "no "}
	return fmt.Sprintf("%s has %sPrincipal and %sResource", f.name, no[f.principals], no[f.resources])
}

// trusts says whether a service may do these actions, such as sts:AssumeRole, with a role.
func trusts(role *Resource, service string, actions ...string) bool {
	_, statements, _ := readDocument(role.String("assumeRolePolicy"))
	for _, action := range actions {
		if !slices.ContainsFunc(statements, func(st Properties) bool { return grants(st, service, action) }) {
			return false
		}
	}
	return true
}

// grants says whether a statement allows a service an action, whatever its conditions.
func grants(st Properties, service, action string) bool {
	return st.String("Effect") == "Allow" && slices.Contains(st.Strings("Principal.Service"), service) &&
		slices.ContainsFunc(st.Strings("Action"), func(pattern string) bool { return like(strings.ToLower(pattern), strings.ToLower(action)) })
}

// like matches a pattern with the wildcards * and ?, which take any characters.
func like(pattern, value string) bool {
	expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^" + expression + "$").MatchString(value)
}

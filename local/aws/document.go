package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/glob"
)

// form is a kind of IAM document: whether its statements have principals and resources; its quota in characters, and whether
// white space counts; and the error codes for one that is malformed or too large.
type form struct {
	name                  string
	principals, resources bool
	quota                 int
	spaces                bool
	malformed, large      string
	// service is the only one whose actions it can have. Default any.
	service string
	// looseSid says that a Sid can have spaces, hyphens and underscores.
	looseSid bool
}

// Forms of IAM documents. Quotas: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html,
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html and
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html.
var (
	trustPolicy = form{name: "a trust policy", principals: true, quota: 2048, malformed: "MalformedPolicyDocument", large: "LimitExceeded",
		service: "sts"}

	managedDocument = form{name: "a managed policy", resources: true, quota: 6144, malformed: "MalformedPolicyDocument",
		large: "LimitExceeded"}
	inlineDocument = form{name: "an inline policy", resources: true, quota: 10240, malformed: "MalformedPolicyDocument",
		large: "LimitExceeded"}

	bucketDocument = form{name: "a bucket policy", principals: true, resources: true, quota: 20480, spaces: true, malformed: "MalformedPolicy",
		large: "PolicyTooLarge", service: "s3", looseSid: true}
	registryDocument = form{name: "a repository policy", principals: true, quota: 10240, spaces: true, malformed: "InvalidParameterException",
		large: "InvalidParameterException", service: "ecr", looseSid: true}
	keyDocument = form{name: "a key policy", principals: true, resources: true, quota: 32768, spaces: true,
		malformed: "MalformedPolicyDocumentException",
		large:     "LimitExceededException", service: "kms", looseSid: true}
	endpointDocument = form{name: "an endpoint policy", principals: true, resources: true, quota: 20480, malformed: "InvalidPolicyDocument",
		large: "InvalidPolicyDocument", looseSid: true}
)

// readDocument returns the statements of an IAM document. Actions, resources and services are one string or a list of them.
func readDocument(raw string) (version string, statements []Properties, err error) {
	var document Properties
	if err := json.Unmarshal([]byte(raw), &document); err != nil {
		return "", nil, fmt.Errorf("This policy contains invalid Json: %w", err) //nolint:staticcheck // AWS's text
	}
	return document.String("Version"), document.Objects("Statement"), nil
}

// check applies the grammar of an IAM document and its quota.
func (f form) check(path string) func(Properties) []error {
	return func(in Properties) (faults []error) {
		raw := in.String(path)
		if raw == "" {
			return nil
		}
		for _, text := range f.judgeDocument(raw) {
			faults = append(faults, fmt.Errorf("%s: %w", path, refuse(f.malformed, "%s", text)))
		}
		size := len(raw)
		if !f.spaces {
			size = len(strings.Join(strings.Fields(raw), ""))
		}
		if size > f.quota {
			faults = append(faults, fmt.Errorf("%s: %w", path, refuse(f.large, "Cannot exceed quota: %d (it has %d characters)", f.quota, size)))
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
	return st.String("Effect") == "Allow" && slices.Contains(st.Strings("Principal.Service"), service) && allowsAction(st, action)
}

// allowsAction says whether an action is among those of a statement.
func allowsAction(st Properties, action string) bool {
	named := func(pattern string) bool { return glob.Match(strings.ToLower(pattern), strings.ToLower(action)) }
	return slices.ContainsFunc(st.Strings("Action"), named) || st.Has("NotAction") && !slices.ContainsFunc(st.Strings("NotAction"), named)
}

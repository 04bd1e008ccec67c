// Package identity decides which role in AWS the pods of a service account have, and how they come by it.
package identity

import (
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/rule"
)

// maxPolicies is how many managed policies IAM attaches to one role by default
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
const maxPolicies = 10

// serviceAccount is the form of a service account's name, an RFC 1123 subdomain.
var serviceAccount = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)

// Role describes the role of one Kubernetes service account.
type Role struct {
	// Mode is Irsa or PodIdentity; ModeFor chooses. Required.
	Mode string
	// Namespace and ServiceAccount name the service account, RFC 1123 names without wildcards. Required.
	Namespace, ServiceAccount string
	// Policy is what the role may do, as a customer managed policy of its own. Default none.
	Policy iamdoc.Document
	// ManagedPolicyArns are existing policies that the role has too, at most nine besides Policy. Default none.
	ManagedPolicyArns []string
}

// Check reports everything that IAM or Kubernetes would refuse of the role. It may have a policy whose text is not known yet.
func (r Role) Check(later bool) []rule.Fault {
	faults := rule.OneOf(rule.Path{"Mode"}, r.Mode, Irsa, PodIdentity)
	faults = append(faults, rule.Form(rule.Path{"Namespace"}, aws.DnsLabel, r.Namespace, "not a Kubernetes namespace", rule.LabelNames,
		rule.Slug(r.Namespace))...)
	faults = append(faults, rule.Form(rule.Path{"ServiceAccount"}, serviceAccount, r.ServiceAccount, "not a Kubernetes service account name",
		"1 to 253 lower case letters, digits, hyphens and dots", rule.Slug(r.ServiceAccount))...)
	policies := rule.Path{"ManagedPolicyArns"}
	names := make([]string, len(r.ManagedPolicyArns))
	for i, arn := range r.ManagedPolicyArns {
		names[i] = PolicyName(arn)
		faults = append(faults, rule.Form(policies.At(i), aws.PolicyArn.Regexp, arn, "not the ARN of an IAM policy",
			"arn:<partition>:iam::<account or aws>:policy/<name>", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")...)
	}
	own := 0
	if later || len(r.Policy.Statements) > 0 {
		own = 1
	}
	faults = append(faults, rule.Count(policies, r.ManagedPolicyArns, 1-own, maxPolicies-own)...)
	return append(faults, rule.Once(policies, names)...)
}

// PolicyName is the last part of a policy's ARN.
func PolicyName(arn string) string {
	arn = strings.TrimRight(arn, "/")
	return arn[strings.LastIndex(arn, "/")+1:]
}

package identity

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// maxPolicies is how many managed policies IAM attaches to one role by default
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
const maxPolicies = 10

var (
	// label is an RFC 1123 label, the form of a namespace's name.
	label = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	// subdomain is an RFC 1123 subdomain, the form of a service account's name.
	subdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)
	policyArn = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/.+$`)
)

// validate reports every fault of the arguments together.
func (a *ServiceAccountRoleArgs) validate() error {
	var faults []error
	if a.OidcProviderArn == nil || a.Issuer == nil {
		faults = append(faults, errors.New("OidcProviderArn and Issuer are required: pass Arn and Issuer of an OidcProvider"))
	}
	if !label.MatchString(a.Namespace) {
		faults = append(faults, fmt.Errorf("Namespace %q is not a Kubernetes namespace: use 1 to 63 lower case letters, digits and hyphens", a.Namespace))
	}
	if !subdomain.MatchString(a.ServiceAccount) {
		faults = append(faults, fmt.Errorf("ServiceAccount %q is not a Kubernetes service account name: use 1 to 253 lower case letters, digits, hyphens and dots", a.ServiceAccount))
	}
	own := 0
	if len(a.Policy.Statements) > 0 {
		own = 1
		if err := a.Policy.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("checking Policy: %w", err))
		}
	}
	if n := own + len(a.ManagedPolicyArns); n == 0 {
		faults = append(faults, errors.New("Policy and ManagedPolicyArns are both empty: the role could do nothing; give it one of them"))
	} else if n > maxPolicies {
		faults = append(faults, fmt.Errorf("the role would have %d policies, IAM allows %d: merge some", n, maxPolicies))
	}
	names := map[string]bool{}
	for _, arn := range a.ManagedPolicyArns {
		if !policyArn.MatchString(arn) {
			faults = append(faults, fmt.Errorf("ManagedPolicyArns has %q, which is not the ARN of an IAM policy: use arn:<partition>:iam::<account or aws>:policy/<name>", arn))
		}
		if names[policyName(arn)] {
			faults = append(faults, fmt.Errorf("ManagedPolicyArns has %q twice: name each policy once", policyName(arn)))
		}
		names[policyName(arn)] = true
	}
	return errors.Join(faults...)
}

// policyName is the last part of a policy's ARN.
func policyName(arn string) string {
	parts := slices.DeleteFunc(strings.Split(arn, "/"), func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return arn
	}
	return parts[len(parts)-1]
}

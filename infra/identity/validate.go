package identity

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
)

// maxPolicies is how many managed policies IAM attaches to one role by default
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
const maxPolicies = 10

var (
	// label is an RFC 1123 label, the form of a namespace's name.
	label = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	// subdomain is an RFC 1123 subdomain, the form of a service account's name.
	subdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)
)

// validate reports every fault of the arguments together.
func (a *ServiceAccountRoleArgs) validate() error {
	if a == nil {
		return errors.New("ServiceAccountRoleArgs is nil: Mode, Namespace, ServiceAccount and a policy are required")
	}
	faults := a.modeFaults()
	if !label.MatchString(a.Namespace) {
		faults = append(faults, fmt.Errorf("Namespace %q is not a Kubernetes namespace: use 1 to 63 lower case letters, digits and hyphens", a.Namespace))
	}
	if !subdomain.MatchString(a.ServiceAccount) {
		faults = append(faults, fmt.Errorf("ServiceAccount %q is not a Kubernetes service account name: use 1 to 253 lower case letters, digits, hyphens and dots", a.ServiceAccount))
	}
	faults = append(faults, a.policyFaults()...)
	return errors.Join(faults...)
}

// modeFaults wants what the mode needs, and nothing that the mode cannot have.
func (a *ServiceAccountRoleArgs) modeFaults() []error {
	var faults []error
	switch a.Mode {
	case Irsa:
		if a.OidcProviderArn == nil || a.Issuer == nil {
			faults = append(faults, errors.New("OidcProviderArn and Issuer are required in mode irsa: pass Arn and Issuer of an OidcProvider"))
		}
	case PodIdentity:
		if a.ClusterName == nil || a.ClusterArn == nil {
			faults = append(faults, errors.New("ClusterName and ClusterArn are required in mode podIdentity: pass the outputs of the cluster"))
		}
	default:
		faults = append(faults, fmt.Errorf("Mode is %q: use %q for pods that may run on Fargate and %q for pods on nodes; ModeFor chooses", a.Mode, Irsa, PodIdentity))
	}
	return faults
}

// policyFaults wants at least one policy and at most what IAM attaches to a role.
func (a *ServiceAccountRoleArgs) policyFaults() []error {
	var faults []error
	own := 0
	if len(a.Policy.Statements) > 0 {
		own = 1
		if err := a.Policy.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("checking Policy: %w", err))
		}
	}
	if a.PolicyText != nil {
		if own > 0 {
			faults = append(faults, errors.New("Policy and PolicyText are both given: merge them into one"))
		}
		own = 1
	}
	if n := own + len(a.ManagedPolicyArns); n == 0 {
		faults = append(faults, errors.New("Policy, PolicyText and ManagedPolicyArns are all empty: the role could do nothing; give it one of them"))
	} else if n > maxPolicies {
		faults = append(faults, fmt.Errorf("the role would have %d policies, IAM allows %d: merge some", n, maxPolicies))
	}
	names := map[string]bool{}
	for _, arn := range a.ManagedPolicyArns {
		if !aws.PolicyArn.MatchString(arn) {
			faults = append(faults, fmt.Errorf("ManagedPolicyArns has %q, which is not the ARN of an IAM policy: use arn:<partition>:iam::<account or aws>:policy/<name>", arn))
		}
		if names[policyName(arn)] {
			faults = append(faults, fmt.Errorf("ManagedPolicyArns has %q twice: name each policy once", policyName(arn)))
		}
		names[policyName(arn)] = true
	}
	return faults
}

// policyName is the last part of a policy's ARN.
func policyName(arn string) string {
	parts := slices.DeleteFunc(strings.Split(arn, "/"), func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return arn
	}
	return parts[len(parts)-1]
}

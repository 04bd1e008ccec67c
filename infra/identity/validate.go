package identity

import (
	"errors"
	"fmt"

	"github.com/modelway/modelway/internal/rule"
)

// validate reports every fault of the arguments together.
func (a *ServiceAccountRoleArgs) validate() error {
	if a == nil {
		return errors.New("ServiceAccountRoleArgs is nil: Mode, Namespace, ServiceAccount and a policy are required")
	}
	faults := []error{rule.Join(a.Check(a.PolicyText != nil))}
	switch {
	case a.Mode == Irsa && (a.OidcProviderArn == nil || a.Issuer == nil):
		faults = append(faults, errors.New("OidcProviderArn and Issuer are required in mode irsa: pass Arn and Issuer of an OidcProvider"))
	case a.Mode == PodIdentity && (a.ClusterName == nil || a.ClusterArn == nil):
		faults = append(faults, errors.New("ClusterName and ClusterArn are required in mode podIdentity: pass the outputs of the cluster"))
	}
	if len(a.Policy.Statements) > 0 {
		if err := a.Policy.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("checking Policy: %w", err))
		}
		if a.PolicyText != nil {
			faults = append(faults, errors.New("Policy and PolicyText are both given: merge them into one"))
		}
	}
	return errors.Join(faults...)
}

package edge

import (
	"errors"
	"fmt"

	"github.com/modelway/modelway/internal/edge"
	"github.com/modelway/modelway/internal/rule"
)

// validate reports every fault of the arguments together.
func (a *CertificateArgs) validate() error {
	if a == nil {
		return errors.New("CertificateArgs is nil: Domain and HostedZoneId are required")
	}
	return rule.Join(append(edge.CheckZone(a.HostedZoneId), edge.CheckDomain(a.Domain)...))
}

// validate reports every fault of the arguments together.
func (a *AliasRecordsArgs) validate() error {
	if a == nil {
		return errors.New("AliasRecordsArgs is nil: HostedZoneId, Targets and Region are required")
	}
	faults := []error{rule.Join(edge.CheckZone(a.HostedZoneId))}
	if len(a.Targets) == 0 {
		faults = append(faults, errors.New(
			"Targets is empty: name at least one host, such as api.company.com, with the DNS name of its load balancer"))
	}
	for _, host := range a.hosts() {
		if !edge.IsHost(host) {
			faults = append(faults, fmt.Errorf(
				"Targets has %q: use DNS names in lower case such as api.company.com; * may stand for the first label only", host))
		}
		if a.Targets[host] == nil {
			faults = append(faults, fmt.Errorf("Targets has no load balancer for %q: give its DNS name", host))
		}
	}
	if a.Region == "" {
		faults = append(faults, errors.New("Region is empty: name the load balancer's region, for example us-east-1"))
	}
	return errors.Join(faults...)
}

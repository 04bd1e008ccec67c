package edge

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/aws"
)

const (
	// wildcard begins a name that stands for all names one label longer.
	wildcard = "*."
	// maxCertificateName is the limit of a certificate's first name
	// (https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html).
	maxCertificateName = 64
	// maxName is the limit of a DNS name.
	maxName = 253
)

var (
	// dnsName has two labels or more, in lower case, so that a name is written in one way.
	dnsName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
)

// validate reports every fault of the arguments together.
func (a *CertificateArgs) validate() error {
	if a == nil {
		return errors.New("CertificateArgs is nil: Domain and HostedZoneId are required")
	}
	faults := []error{checkZone(a.HostedZoneId)}
	switch {
	case strings.HasPrefix(a.Domain, wildcard):
		faults = append(faults, fmt.Errorf("Domain is %q: give the domain without %s, which the certificate adds", a.Domain, wildcard))
	case !dnsName.MatchString(a.Domain):
		faults = append(faults, fmt.Errorf("Domain is %q: give a DNS name in lower case with two labels or more, such as company.com", a.Domain))
	case len(wildcard+a.Domain) > maxCertificateName:
		faults = append(faults, fmt.Errorf("Domain is %q, %d characters: a certificate for %s<domain> has room for %d; use a shorter domain, or a certificate of your own",
			a.Domain, len(a.Domain), wildcard, maxCertificateName-len(wildcard)))
	}
	return errors.Join(faults...)
}

// validate reports every fault of the arguments together.
func (a *AliasRecordsArgs) validate() error {
	if a == nil {
		return errors.New("AliasRecordsArgs is nil: HostedZoneId, Targets and Region are required")
	}
	faults := []error{checkZone(a.HostedZoneId)}
	if len(a.Targets) == 0 {
		faults = append(faults, errors.New("Targets is empty: name at least one host, such as api.company.com, with the DNS name of its load balancer"))
	}
	for _, host := range a.hosts() {
		if name := strings.TrimPrefix(host, wildcard); !dnsName.MatchString(name) || len(host) > maxName {
			faults = append(faults, fmt.Errorf("Targets has %q: use DNS names in lower case such as api.company.com; %s may stand for the first label only", host, strings.TrimSuffix(wildcard, ".")))
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

func checkZone(id string) error {
	if aws.HostedZoneId.MatchString(id) {
		return nil
	}
	return fmt.Errorf("HostedZoneId is %q: give the id of a Route 53 hosted zone, Z and up to 31 capital letters and digits, without /hostedzone/", id)
}

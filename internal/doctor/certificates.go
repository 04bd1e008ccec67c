package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

var certificates = Check{
	Key: "certificates", Title: "Every Certificate of cert-manager is ready and renewed in time",
	Needs:  []Need{needCertificates},
	Breaks: "Webhooks that serve the certificate are refused once it has ended.",
	Find:   findCertificates,
}

// Certificate is a Certificate of cert-manager (https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateStatus).
type Certificate struct {
	Metadata Meta
	Spec     struct{ SecretName string }
	Status   struct {
		Conditions            []Condition
		NotAfter, RenewalTime *time.Time
	}
}

// issuePatience is how long an issuer may take.
const issuePatience = 2 * time.Minute

func findCertificates(f Facts) (all []Finding) {
	for _, c := range f.Certificates {
		found := Finding{
			Object: "Certificate " + c.Metadata.Full(), Fix: "Bring cert-manager's controller up, and look at its CertificateRequests.",
			Command: fmt.Sprintf("kubectl -n %s describe certificate %s; kubectl -n cert-manager get pods", c.Metadata.Namespace, c.Metadata.Name),
		}
		ready, _ := find(c.Status.Conditions, "Ready")
		switch {
		case ready.Status != "True":
			found.Severity = lateness(f.Now.Sub(c.Metadata.CreationTimestamp), issuePatience)
			found.Seen = strings.TrimSuffix("it is not ready: "+because(ready.Reason, ready.Message), ": ")
		case c.Status.NotAfter != nil && !f.Now.Before(*c.Status.NotAfter):
			found.Severity, found.Seen = Error, "it has ended, and nobody renewed it"
		case c.Status.RenewalTime != nil && f.Now.Sub(*c.Status.RenewalTime) > time.Hour:
			found.Severity, found.Seen = Warning, "it was to be renewed on "+c.Status.RenewalTime.Format(time.DateOnly)+", and was not"
		default:
			continue
		}
		all = append(all, found)
	}
	return all
}

var acm = Check{
	Key: "acm-certificates", Title: "Every certificate of a load balancer is issued and renewed in time",
	Needs:  []Need{needACM, needIngresses, needClasses, needParams},
	Breaks: "The listener cannot be made, or callers are refused once the certificate has ended.",
	Find:   findACM,
}

// ACMCertificate is a certificate of AWS Certificate Manager
// (https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateSummary.html).
type ACMCertificate struct {
	CertificateArn, DomainName, Status, Type string
	SubjectAlternativeNameSummaries          []string
	NotAfter                                 *time.Time
}

// ACM begins to renew 60 days before the end (https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html).
const (
	acmLate   = 30 * 24 * time.Hour
	acmUrgent = 7 * 24 * time.Hour
)

func findACM(f Facts) (all []Finding) {
	used, hosts := map[string]bool{}, []string{}
	for _, i := range f.servedIngresses() {
		hosts = append(hosts, i.hosts()...)
		params, _ := f.paramsOf(i.Spec.IngressClassName)
		for _, arn := range params.CertificateArns {
			used[arn] = true
		}
	}
	known := map[string]bool{}
	for _, c := range f.ACM {
		known[c.CertificateArn] = true
		if !used[c.CertificateArn] && !(c.Status == "PENDING_VALIDATION" && c.covers(hosts)) {
			continue
		}
		if found, wrong := f.acmFinding(c); wrong {
			all = append(all, found)
		}
	}
	for arn := range used {
		if !known[arn] && strings.Contains(arn, ":acm:") {
			all = append(all, Finding{
				Severity: Error, Object: "certificate " + arn, Seen: "a load balancer's settings name it, and it is not in the account and region",
				Fix: "Name one that is there in modelway:loadBalancers.<name>.certificateArns, or leave that out and set hostedZoneId.",
			})
		}
	}
	slices.SortFunc(all, func(a, b Finding) int { return strings.Compare(a.Object, b.Object) })
	return all
}

// covers reports whether the certificate is for one of the hosts.
func (c ACMCertificate) covers(hosts []string) bool {
	for _, name := range append([]string{c.DomainName}, c.SubjectAlternativeNameSummaries...) {
		for _, host := range hosts {
			_, parent, _ := strings.Cut(host, ".")
			if name == host || name == "*."+parent {
				return true
			}
		}
	}
	return false
}

func (f Facts) acmFinding(c ACMCertificate) (Finding, bool) {
	found := Finding{
		Severity: Error, Object: fmt.Sprintf("certificate of %s (%s)", c.DomainName, c.CertificateArn),
		Command: "aws acm describe-certificate --certificate-arn " + c.CertificateArn,
	}
	switch {
	case c.Status == "PENDING_VALIDATION":
		found.Seen = "it is not issued: AWS has not found the record that proves the domain"
		found.Fix = "Write the CNAME that describe-certificate names into the domain's zone; modelway:loadBalancers.<name>.hostedZoneId " +
			"has the deployment write it."
	case c.Status != "ISSUED":
		found.Seen = "its status is " + c.Status
		found.Fix = "Request or import another one, and name it in modelway:loadBalancers.<name>.certificateArns."
	case c.NotAfter != nil && c.NotAfter.Sub(f.Now) < acmLate:
		if c.NotAfter.Sub(f.Now) >= acmUrgent {
			found.Severity = Warning
		}
		found.Seen = fmt.Sprintf("it %s, on %s, and was not renewed", until(*c.NotAfter, f.Now), c.NotAfter.Format(time.DateOnly))
		if found.Fix = "Write the CNAME that describe-certificate names again: ACM renews once it finds it."; c.Type == "IMPORTED" {
			found.Fix = "Import the new one under the same ARN: nobody renews what was imported."
		}
	default:
		return found, false
	}
	return found, true
}

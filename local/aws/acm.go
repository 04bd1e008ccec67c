package aws

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Types of ACM resources.
const (
	Certificate           = "aws:acm/certificate:Certificate"
	CertificateValidation = "aws:acm/certificateValidation:CertificateValidation"
)

// Names: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html. The validation is not a thing of AWS: the
// provider waits until the certificate is issued.
func init() {
	register(acm,
		Kind{Type: Certificate, Calls: [3]string{"RequestCertificate", "UpdateCertificateOptions", ""},
			Defaults: Properties{"keyAlgorithm": "RSA_2048"}, Check: checkCertificate, Apply: applyCertificate, Delete: deleteCertificate},
		Kind{Type: CertificateValidation, Calls: [3]string{"DescribeCertificate", "", "DescribeCertificate"},
			Refs: []Ref{{Path: "certificateArn", To: Certificate, Hold: Follow}}, Apply: applyValidation},
	)
}

func checkCertificate(in Properties) []error {
	if name := in.String("domainName"); len(name) > 64 {
		return []error{fmt.Errorf("domainName: %w", refuse("ValidationException", "The first domain name can not exceed 64 octets: %s has %d",
			name, len(name)))}
	}
	return nil
}

// applyCertificate asks for one record for each domain, the same one for all certificates of a domain in the account; a wildcard and the
// domain above it share it (https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html).
func applyCertificate(_ *State, r, old *Resource) error {
	switch {
	case !r.has("domainName"):
		return refuse(acm.Invalid, "the simulated AWS has certificates that ACM issues: domainName is missing")
	case old != nil:
		return nil
	}
	token := func(of string) string { return fmt.Sprintf("_%x", sha256.Sum256([]byte(of)))[:33] }
	var options []any
	for _, name := range slices.Concat(r.Strings("domainName"), r.Strings("subjectAlternativeNames")) {
		option := map[string]any{"domainName": name}
		if bare := strings.ToLower(strings.TrimPrefix(name, "*.")); r.String("validationMethod") == "DNS" {
			option["resourceRecordName"] = token(AccountID+bare) + "." + bare + "."
			option["resourceRecordType"] = "CNAME"
			option["resourceRecordValue"] = token(bare+AccountID) + ".mhbtsbpdnt.acm-validations.aws."
		}
		if !slices.ContainsFunc(options, func(o any) bool { return sameJSON(o, option) }) {
			options = append(options, option)
		}
	}
	r.fill("validationMethod", "NONE")
	r.Computed["domainValidationOptions"] = options
	r.Computed["status"], r.Computed["type"] = "PENDING_VALIDATION", "AMAZON_ISSUED"
	return nil
}

func deleteCertificate(s *State, r *Resource) error {
	for _, arn := range sortedKeys(s.LoadBalancers) {
		if slices.Contains(s.LoadBalancers[arn].CertificateArns, r.ID) {
			return refuse(acm.Held, "Certificate %s in account %s is in use by %s.", r.ID, AccountID, arn)
		}
	}
	return nil
}

// applyValidation issues a certificate when public zones of the account have the records that it asks for. Nobody else makes them here,
// so that there is nothing to wait for.
func applyValidation(s *State, r, _ *Resource) error {
	certificate := s.Get(Certificate, r.String("certificateArn"))
	var faults []error
	for _, option := range certificate.Objects("domainValidationOptions") {
		name, value := fqdn(option.String("resourceRecordName")), fqdn(option.String("resourceRecordValue"))
		named := func(given string) bool { return fqdn(given) == name }
		if given := r.Strings("validationRecordFqdns"); len(given) > 0 && !slices.ContainsFunc(given, named) {
			faults = append(faults, fmt.Errorf("missing %s DNS validation record: %s", option.String("domainName"), name))
		} else if !s.publishes(name, value) {
			faults = append(faults, fmt.Errorf("waiting for ACM Certificate (%s) to be issued: timeout while waiting for state to become 'ISSUED' "+
				"(last state: 'PENDING_VALIDATION'): "+
				"no public hosted zone of the account has the record %s CNAME %s that domainValidationOptions of the certificate asks for; create it "+
				"before the validation", certificate.ID, name, value))
		}
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	certificate.Computed["status"] = "ISSUED"
	return nil
}

// publishes says whether a public hosted zone has a CNAME record with this value.
func (s *State) publishes(name, value string) bool {
	return slices.ContainsFunc(s.Where(Record, "fqdn", name), func(r *Resource) bool {
		zone := s.Get(Zone, r.String("zoneId"))
		return r.String("type") == "CNAME" && !zone.has("vpcs") && slices.ContainsFunc(r.Strings("records"),
			func(v string) bool { return fqdn(v) == value })
	})
}

package aws

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCertificates(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	zone := w.create(Zone, Properties{"name": "company.com"})
	id := w.create(Certificate, Properties{"domainName": "*.company.com", "validationMethod": "DNS"})
	require.Regexp(t, `^arn:aws:acm:us-east-1:123456789012:certificate/[0-9a-f]{8}-[0-9a-f-]{27}$`, id)
	c := w.get(Certificate, id)
	require.Equal(t, "PENDING_VALIDATION", c.Outputs()["status"])
	name, value := c.String("domainValidationOptions.resourceRecordName"), c.String("domainValidationOptions.resourceRecordValue")
	require.Regexp(t, `^_[0-9a-f]{32}\.company\.com\.$`, name)
	require.Regexp(t, `^_[0-9a-f]{32}\.[a-z]+\.acm-validations\.aws\.$`, value)
	require.Equal(t, "*.company.com", c.String("domainValidationOptions.domainName"))
	other := w.get(Certificate, w.create(Certificate, Properties{"domainName": "company.com", "validationMethod": "DNS",
		"subjectAlternativeNames": list("www.company.com")}))
	require.Equal(t, name, first(other.Objects("domainValidationOptions")).String("resourceRecordName"),
		"the same for a wildcard and the domain above it")
	require.Len(t, other.Objects("domainValidationOptions"), 2)

	_, err := w.try(Certificate, Properties{"validationMethod": "DNS"})
	refused(t, err, "ValidationException", "domainName is missing")
	require.Contains(t, faults(t, Certificate, Properties{"domainName": "company.com."}), `domainName is "company.com."`)
	require.Contains(t, faults(t, Certificate, Properties{"domainName": "*.*.com"}), `domainName is "*.*.com"`)
	require.Contains(t, faults(t, Certificate, Properties{"domainName": strings.Repeat("a.", 31) + "com"}), "can not exceed 64 octets")
	require.Contains(t, faults(t, Certificate, Properties{"validationMethod": "HTTP"}), "validationMethod")

	validation := Properties{"certificateArn": id, "validationRecordFqdns": list(name)}
	_, err = w.try(CertificateValidation, merge(validation, Properties{"validationRecordFqdns": list("x.company.com")}))
	require.ErrorContains(t, err, "missing *.company.com DNS validation record: "+strings.TrimSuffix(name, "."))
	_, err = w.try(CertificateValidation, validation)
	require.ErrorContains(t, err, "timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION'): no public hosted "+
		"zone of the account has the record "+strings.TrimSuffix(name, ".")+" CNAME")
	_, err = w.try(CertificateValidation, Properties{"certificateArn": strings.Replace(id, "us-east-1", "eu-west-1", 1)})
	refused(t, err, "ResourceNotFoundException", "eu-west-1")
	secret := w.create(Zone, Properties{"name": "company.com", "vpcs": []any{map[string]any{"vpcId": n.vpc}}})
	w.create(Record, Properties{"zoneId": secret, "name": name, "type": "CNAME", "ttl": 60, "records": list(value)})
	_, err = w.try(CertificateValidation, validation)
	require.ErrorContains(t, err, "no public hosted zone", "a private zone proves nothing")
	w.create(Record, Properties{"zoneId": zone, "name": name, "type": "CNAME", "ttl": 60, "records": list(value)})

	var lb *LoadBalancer
	require.NoError(t, w.Update(func(s *State) (err error) {
		lb, err = s.CreateLoadBalancer("public", "internet-facing", n.public, nil)
		return err
	}))
	use := func(arns ...string) error {
		return w.Update(func(s *State) error { return s.ConfigureLoadBalancer(lb.Arn, nil, arns) })
	}
	refused(t, use(id), "UnsupportedCertificate", "PENDING_VALIDATION")
	validated := w.create(CertificateValidation, validation)
	require.Equal(t, "ISSUED", w.get(Certificate, id).String("status"))
	require.NoError(t, use(id, "arn:aws:acm:us-east-1:999999999999:certificate/theirs"))
	refused(t, w.remove(Certificate, id), "ResourceInUseException", "is in use by "+lb.Arn)
	require.NoError(t, use())
	require.NoError(t, w.remove(Certificate, id))
	require.Nil(t, w.get(CertificateValidation, validated))
}

func TestRecords(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	zone := w.create(Zone, Properties{"name": "company.com"})
	require.Regexp(t, `^Z[0-9A-F]{20}$`, zone)
	require.Equal(t, zone, w.get(Zone, zone).String("zoneId"))
	require.Len(t, w.get(Zone, zone).Strings("nameServers"), 4)
	record := func(name, typ string, over Properties) Properties {
		return merge(Properties{"zoneId": zone, "name": name, "type": typ, "ttl": 60, "records": list("10.0.0.1")}, over)
	}
	id := w.create(Record, record("API.company.com.", "A", nil))
	require.Equal(t, zone+"_api.company.com_A", id)
	require.Equal(t, "api.company.com", w.get(Record, id).String("fqdn"))
	short := w.create(Record, record("www", "CNAME", nil))
	require.Equal(t, zone+"_www_CNAME", short)
	require.Equal(t, "www.company.com", w.get(Record, short).String("fqdn"))
	var lb *LoadBalancer
	require.NoError(t, w.Update(func(s *State) (err error) {
		lb, err = s.CreateLoadBalancer("public", "internet-facing", n.public, nil)
		return err
	}))
	alias := func(name, target, of string) Properties {
		return Properties{"zoneId": zone, "name": name, "type": "A", "aliases": []any{map[string]any{"name": target, "zoneId": of,
			"evaluateTargetHealth": true}}}
	}
	w.refuses(t, map[string]refusal{
		"twice": {Record, record("api.company.com", "A", nil), "InvalidChangeBatch", "[Tried to create resource record set " +
			"[name='api.company.com.', type='A'] but it already exists]"},
		"no zone": {Record, record("x.company.com", "A", Properties{"zoneId": "Z1"}), "NoSuchHostedZone", "Z1"},
		"no records": {Record, record("x.company.com", "A", Properties{"records": nil}), "InvalidChangeBatch",
			"either an alias or records"},
		"no TTL":           {Record, record("x.company.com", "A", Properties{"ttl": nil}), "InvalidChangeBatch", "expected TTL"},
		"CNAME at the top": {Record, record("company.com", "CNAME", nil), "InvalidChangeBatch", "is not permitted at apex in zone company.com."},
		"CNAME besides": {Record, record("api.company.com", "CNAME", nil), "InvalidChangeBatch", "conflicts with other records with the " +
			"same DNS name"},
		"besides a CNAME": {Record, record("www.company.com", "TXT", nil), "InvalidChangeBatch", "conflicts with other records"},
		"CNAME of two": {Record, record("x.company.com", "CNAME", Properties{"records": list("a", "b")}), "InvalidChangeBatch",
			"has one value"},
		"zone of elsewhere": {Record, alias("x.company.com", lb.DNSName, HostedZone("eu-west-1")), "InvalidChangeBatch",
			"the alias target name does not lie within the target zone"},
		"zone of its own": {Record, alias("x.company.com", lb.DNSName, zone), "InvalidChangeBatch", "does not lie within the target zone"},
		"no load balancer": {Record, alias("x.company.com", "ghost-1.us-east-1.elb.amazonaws.com", HostedZone("us-east-1")), "InvalidChangeBatch",
			"that target was not found"},
	})
	w.create(Record, record("api.company.com", "A", Properties{"allowOverwrite": true, "records": list("10.0.0.2")}))
	w.create(Record, alias("*.company.com", "dualstack."+lb.DNSName+".", HostedZone("us-east-1")))
	w.create(Record, alias("local.company.com", strings.ToLower(strings.TrimSuffix(lb.DNSName, ".elb.amazonaws.com")+localDomain),
		HostedZone("us-east-1")))
	require.Contains(t, faults(t, Record, record("x", "ALIAS", nil)), `type is "ALIAS"`)
	require.Empty(t, HostedZone("mars-north-1"))

	refused(t, w.remove(Zone, zone), "HostedZoneNotEmpty", "Record "+zone)
	require.NoError(t, w.change(Zone, zone, Properties{"forceDestroy": true}))
	require.NoError(t, w.remove(Zone, zone))
	require.Nil(t, w.get(Record, id))
}

package aws

import (
	"slices"
	"strings"
)

// Types of Route 53 resources.
const (
	Zone   = "aws:route53/zone:Zone"
	Record = "aws:route53/record:Record"
)

// Types of records: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html.
func init() {
	register(route53,
		Kind{Type: Zone, Calls: [3]string{"CreateHostedZone", "UpdateHostedZoneComment", "DeleteHostedZone"},
			Defaults: Properties{"comment": "Managed by Pulumi", "forceDestroy": false},
			Refs:     []Ref{{Path: "vpcs.vpcId", To: Vpc}}, Apply: applyZone, Delete: emptyZone},
		Kind{Type: Record, Calls: [3]string{"ChangeResourceRecordSets", "ChangeResourceRecordSets", "ChangeResourceRecordSets"},
			Refs: []Ref{{Path: "zoneId", To: Zone, Hold: Block}}, Apply: applyRecord},
	)
}

func applyZone(_ *State, r, _ *Resource) error {
	r.Computed["nameServers"] = []any{"ns-1.awsdns-00.org", "ns-2.awsdns-00.com", "ns-3.awsdns-00.net", "ns-4.awsdns-00.co.uk"}
	return nil
}

// emptyZone deletes the records of a zone with forceDestroy, as the provider does.
func emptyZone(s *State, r *Resource) error {
	if r.Bool("forceDestroy") {
		for _, record := range s.Where(Record, "zoneId", r.ID) {
			s.remove(record)
		}
	}
	return nil
}

// fqdn is a name in the form in which names are compared.
func fqdn(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// applyRecord names a record: what is not below the name of the zone gets it behind.
func applyRecord(s *State, r, old *Resource) error {
	zone := fqdn(s.Get(Zone, r.String("zoneId")).String("name"))
	name, typ := fqdn(r.String("name")), r.String("type")
	full := name
	if name != zone && !strings.HasSuffix(name, "."+zone) {
		full = strings.TrimPrefix(name+"."+zone, ".")
	}
	if old == nil {
		r.ID = strings.Trim(strings.Join([]string{r.String("zoneId"), name, typ, r.String("setIdentifier")}, "_"), "_")
		r.Computed["fqdn"] = full
	}
	switch {
	case r.has("aliases") == r.has("records"):
		return refuse(route53.Invalid, "[Invalid request: a record set has either an alias or records: %s has aliases %v and records %v]", full,
			r.has("aliases"), r.has("records"))
	case r.has("records") && !r.has("ttl"):
		return refuse(route53.Invalid, "[Invalid request: expected TTL to be specified for %s]", full)
	case typ == "CNAME" && full == zone:
		return refuse(route53.Invalid, "[RRSet of type CNAME with DNS name %s. is not permitted at apex in zone %s.]", full, zone)
	case typ == "CNAME" && len(r.Strings("records")) > 1:
		return refuse(route53.Invalid, "[Invalid request: a CNAME record set has one value: %s has %v]", full, r.Strings("records"))
	}
	for _, o := range s.Where(Record, "zoneId", r.String("zoneId")) {
		switch {
		case o == r || o.String("fqdn") != full:
		case o.String("type") == typ && o.String("setIdentifier") == r.String("setIdentifier"):
			if !r.Bool("allowOverwrite") {
				return refuse(route53.Invalid, "[Tried to create resource record set [name='%s.', type='%s'] but it already exists]", full, typ)
			}
			delete(s.Resources[Record], o.ID)
		case typ == "CNAME" || o.String("type") == "CNAME":
			return refuse(route53.Invalid, "[RRSet of type %s with DNS name %s. is not permitted as it conflicts with other records with the same "+
				"DNS name in zone %s.]", typ, full, zone)
		}
	}
	return s.checkAliases(r, typ)
}

// checkAliases requires the load balancer that an alias names, and the zone in which AWS keeps the names of its region.
func (s *State) checkAliases(r *Resource, typ string) error {
	for _, alias := range r.Objects("aliases") {
		target, zone := strings.TrimPrefix(fqdn(alias.String("name")), "dualstack."), alias.String("zoneId")
		known := slices.ContainsFunc(sortedKeys(s.LoadBalancers), func(arn string) bool { return s.LoadBalancers[arn].named(target) })
		balancer := strings.HasSuffix(target, ".elb.amazonaws.com") || strings.HasSuffix(target, localDomain)
		switch {
		case balancer && zone != HostedZone(s.region):
			return refuse(route53.Invalid, "[Tried to create an alias that targets %s., type %s in zone %s, but the alias target name does not "+
				"lie within the target zone]", target, typ, zone)
		case balancer && !known:
			return refuse(route53.Invalid, "[Tried to create an alias that targets %s., type %s in zone %s, but that target was not found]", target,
				typ, zone)
		}
	}
	return nil
}

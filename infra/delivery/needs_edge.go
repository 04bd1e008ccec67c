package delivery

import (
	"strings"

	"github.com/modelway/modelway/internal/iamdoc"
)

func certificates(t Target) iamdoc.Values { return iamdoc.Values{t.arn("acm", "certificate/*")} }

// zones are the hosted zones that the program writes records to.
func zones(t Target) iamdoc.Values {
	var all iamdoc.Values
	for _, id := range t.HostedZoneIds {
		all = append(all, t.global("route53", "", "", "hostedzone/"+id))
	}
	return all
}

// ownNames holds for records of subdomains of the environment's domains
// (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html).
func ownNames(t Target) iamdoc.Conditions {
	if len(t.Domains) == 0 {
		return nil
	}
	names := make(iamdoc.Values, 0, len(t.Domains))
	for _, domain := range t.Domains {
		names = append(names, "*."+strings.ToLower(domain))
	}
	return iamdoc.Conditions{"ForAllValues:StringLike": {"route53:ChangeResourceRecordSetsNormalizedRecordNames": names}}
}

// changes are the progress of changes to records, whose ids are known only once the change is made.
func changes(t Target) iamdoc.Values {
	if len(t.HostedZoneIds) == 0 {
		return nil
	}
	return iamdoc.Values{t.global("route53", "", "", "change/*")}
}

func budgets(t Target) iamdoc.Values {
	return iamdoc.Values{t.global("budgets", "", t.AccountId, "budget/"+t.names()+"*")}
}

func oldBudgets(t Target) iamdoc.Values {
	return iamdoc.Values{t.global("budgets", "", t.AccountId, "budget/"+t.NamePrefix+"-*")}
}

// Scopes of certificates, DNS records and budgets.
var (
	readCertificates = &scope{policy: readPlatform, sid: "ReadCertificates", resources: certificates, conditions: ownedOnly}
	readRecords      = &scope{policy: readNetwork, sid: "ReadRecords", resources: zones}
	readBudgets      = &scope{policy: readPlatform, sid: "ReadBudgets", resources: budgets, old: oldBudgets}

	makeCertificates = &scope{policy: edge, sid: "RequestTaggedCertificates", conditions: taggedOnly,
		reason: "a certificate has no ARN before it is requested; the condition wants the owner's tag"}
	tagCertificates    = &scope{policy: edge, sid: "TagCertificates", resources: certificates, conditions: unclaimed}
	changeCertificates = &scope{policy: edge, sid: "ChangeOwnCertificates", resources: certificates, conditions: ownedOnly}
	changeRecords      = &scope{policy: edge, sid: "ChangeRecords", resources: zones, conditions: ownNames}
	awaitRecords       = &scope{policy: edge, sid: "AwaitRecords", resources: changes}
	changeBudgets      = &scope{policy: edge, sid: "ChangeBudgets", resources: budgets, old: oldBudgets}
)

var edgeNeeds = []need{
	needs("aws:acm/certificate:Certificate",
		on(readCertificates, "acm", "DescribeCertificate", "ListTagsForCertificate"),
		on(makeCertificates, "acm", "RequestCertificate"),
		on(tagCertificates, "acm", "AddTagsToCertificate"),
		on(changeCertificates, "acm", "AddTagsToCertificate", "DeleteCertificate", "RemoveTagsFromCertificate", "UpdateCertificateOptions")),
	needs("aws:acm/certificateValidation:CertificateValidation", on(readCertificates, "acm", "DescribeCertificate")),
	needs("aws:route53/record:Record",
		on(readRecords, "route53", "GetHostedZone", "ListResourceRecordSets"),
		on(changeRecords, "route53", "ChangeResourceRecordSets"),
		on(awaitRecords, "route53", "GetChange")),
	needs("aws:budgets/budget:Budget",
		on(readBudgets, "budgets", "ListTagsForResource", "ViewBudget"),
		on(changeBudgets, "budgets", "ModifyBudget", "TagResource", "UntagResource")),
}

package permissions

import (
	"strings"

	"github.com/modelway/modelway/internal/aws/kinds"
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
var edgeScopes = []scope{
	{name: kinds.ReadCertificates, policy: readPlatform, resources: certificates, conditions: ownedOnly},
	{name: kinds.MakeCertificates, policy: edge, conditions: taggedOnly,
		reason: "a certificate has no ARN before it is requested; the condition requires the owner's tag"},
	{name: kinds.TagCertificates, policy: edge, resources: certificates, conditions: unclaimed},
	{name: kinds.ChangeCertificates, policy: edge, resources: certificates, conditions: ownedOnly},
	{name: kinds.ReadRecords, policy: readNetwork, resources: zones},
	{name: kinds.ChangeRecords, policy: edge, resources: zones, conditions: ownNames},
	{name: kinds.AwaitRecords, policy: edge, resources: changes},
	{name: kinds.ReadBudgets, policy: readPlatform, resources: budgets, old: oldBudgets},
	{name: kinds.ChangeBudgets, policy: edge, resources: budgets, old: oldBudgets},
}

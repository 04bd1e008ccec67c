package kinds

var edgeKinds = []Kind{
	{Type: "aws:acm/certificate:Certificate", Arn: "arn:{partition}:acm:{region}:{account}:certificate/{uuid}", Tags: true,
		Needs: []Grant{on(ReadCertificates, "acm", "DescribeCertificate", "ListTagsForCertificate"),
			on(MakeCertificates, "acm", "RequestCertificate"),
			on(TagCertificates, "acm", "AddTagsToCertificate"),
			on(ChangeCertificates, "acm", "AddTagsToCertificate", "DeleteCertificate", "RemoveTagsFromCertificate", "UpdateCertificateOptions")}},
	{Type: "aws:acm/certificateValidation:CertificateValidation", ID: "{certificateArn}",
		Needs: []Grant{on(ReadCertificates, "acm", "DescribeCertificate")}},
	{Type: "aws:route53/record:Record", ID: "{zoneId}_{name}_{type}",
		Needs: []Grant{on(ReadRecords, "route53", "GetHostedZone", "ListResourceRecordSets"),
			on(ChangeRecords, "route53", "ChangeResourceRecordSets"),
			on(AwaitRecords, "route53", "GetChange")}},
	{Type: "aws:budgets/budget:Budget", ID: "{account}:{name}",
		Arn: "arn:{partition}:budgets::{account}:budget/{name}", Name: "name", Tags: true,
		Needs: []Grant{on(ReadBudgets, "budgets", "ListTagsForResource", "ViewBudget"),
			on(ChangeBudgets, "budgets", "ModifyBudget", "TagResource", "UntagResource")}},
	{Type: "aws:route53/zone:Zone", ID: "Z{HEX20}", Arn: "arn:{partition}:route53:::hostedzone/{id}", Name: "name", Tags: true,
		Computed: map[string]string{"primaryNameServer": "ns-1.awsdns-00.org", "zoneId": "{id}"}},
}

package permissions

import (
	"github.com/modelway/modelway/internal/iamdoc"
)

// sampleTarget and sampleRepo are what the documents of All are made for.
var (
	sampleTarget = Target{
		Region: "us-east-1", AccountId: "111122223333", NamePrefix: "modelway", Stack: "prod", ClusterName: "modelway-prod",
		HostedZoneIds: []string{"Z0123456789ABCDEFGHIJ"}, Domains: []string{"company.com"},
		OwnVpcId:               "vpc-0123456789abcdef0",
		StateBucketArn:         "arn:aws:s3:::company-pulumi-state",
		StateKeyArn:            "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
		PermissionsBoundaryArn: "arn:aws:iam::111122223333:policy/company-boundary",
	}
	sampleRepo = Repo{Organization: "company", Repository: "modelway", OrganizationId: "123456", RepositoryId: "456789"}
)

// All lists every document of this package, made with sample arguments.
func All() []iamdoc.Named {
	const provider = "arn:aws:iam::111122223333:oidc-provider/" + gitHubHost
	all := []iamdoc.Named{
		{Name: "trust of preview", Document: iamdoc.SubjectsTrust(provider, GitHubIssuer, sampleRepo.PreviewSubjects()...)},
		{Name: "trust of deploy", Document: iamdoc.SubjectsTrust(provider, GitHubIssuer, sampleRepo.DeploySubjects([]string{"dev", "prod"})...)},
	}
	for _, named := range ReadPolicies(sampleTarget) {
		all = append(all, iamdoc.Named{Name: "preview and deploy, " + named.Name, Document: named.Document})
	}
	for _, named := range DeployPolicies(sampleTarget) {
		all = append(all, iamdoc.Named{Name: "deploy, " + named.Name, Document: named.Document})
	}
	return all
}

package permissions

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/stackname"
)

// Forms of the arguments. None of them has a character that means something in a policy: * ? $.
var (
	organization = regexp.MustCompile(`^[A-Za-z0-9](-?[A-Za-z0-9_]){0,38}$`)
	repository   = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)
	accountId    = regexp.MustCompile(`^[0-9]{12}$`)
	namePrefix   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,31}$`)
	tagKey       = regexp.MustCompile(`^[A-Za-z0-9_.:/=+@-]{1,128}$`)
)

// matcher collects the faults of values that must have a form.
type matcher struct {
	region string // whose partition ARNs have to be of
	faults []error
}

func (m *matcher) want(form *regexp.Regexp, field, value, what, fix string) {
	if !form.MatchString(value) {
		m.faults = append(m.faults, fmt.Errorf("%s is %q, which is not %s: use %s", field, value, what, fix))
	}
}

// ifGiven is want for values that may be absent.
func (m *matcher) ifGiven(form *regexp.Regexp, field, value, what, fix string) {
	if value != "" {
		m.want(form, field, value, what, fix)
	}
}

// Check reports every fault of two roles together: of the repository, its environments, GitHub's identity provider (its ARN, or "" where there is
// none yet) and the target, and those of the policies once these have none.
func Check(repo Repo, environments []string, providerArn string, t Target) error {
	faults := slices.Concat(repo.faults(), environmentFaults(environments), t.faults())
	m := matcher{region: t.Region}
	m.arn(aws.GitHubProviderArn, "ExistingProviderArn", providerArn, "the ARN of an identity provider for GitHub Actions",
		"arn:<partition>:iam::<account>:oidc-provider/"+gitHubHost)
	if faults = append(faults, m.faults...); len(faults) == 0 {
		faults = documentFaults(repo, environments, t.WithProvider(providerArn))
	}
	return errors.Join(faults...)
}

// arn is ifGiven for ARNs, which must be of the region's partition.
func (m *matcher) arn(form aws.Form, field, value, what, fix string) {
	m.ifGiven(form.Regexp, field, value, what, fix)
	if parsed, ok := form.Parse(value); ok && parsed.Partition != aws.Partition(m.region) {
		m.faults = append(m.faults, fmt.Errorf("%s is %q, which is of partition %s, but region %s belongs to partition %s: use %s",
			field, value, parsed.Partition, m.region, aws.Partition(m.region), fix))
	}
}

func (r Repo) faults() []error {
	m := matcher{}
	m.want(organization, "Repo.Organization", r.Organization, "the name of an organization or user on GitHub", "up to 39 letters, digits and hyphens")
	m.want(repository, "Repo.Repository", r.Repository, "the name of a repository on GitHub, without its organization", "up to 100 letters, digits and . _ -")
	m.ifGiven(aws.GitHubId, "Repo.OrganizationId", r.OrganizationId, "a number", "the owner's id as GitHub's API shows it, such as 123456")
	m.ifGiven(aws.GitHubId, "Repo.RepositoryId", r.RepositoryId, "a number", "the repository's id as GitHub's API shows it, such as 456789")
	if (r.OrganizationId == "") != (r.RepositoryId == "") {
		m.faults = append(m.faults, fmt.Errorf("Repo.OrganizationId is %q and Repo.RepositoryId is %q: give both, as tokens carry both, or neither", r.OrganizationId, r.RepositoryId))
	}
	return m.faults
}

func environmentFaults(environments []string) []error {
	m := matcher{}
	if len(environments) == 0 {
		m.faults = append(m.faults, errors.New("Environments is empty: name the GitHub environments whose jobs may deploy"))
	}
	for i, name := range environments {
		m.want(GitHubEnvironment, fmt.Sprintf("Environments[%d]", i), name, "an environment name that a token carries unchanged", "letters, digits and . _ -")
		if slices.Contains(environments[:i], name) {
			m.faults = append(m.faults, fmt.Errorf("Environments has %q twice: name each environment once", name))
		}
	}
	return m.faults
}

func (t Target) faults() []error {
	m := matcher{region: t.Region}
	m.want(aws.RegionName, "Target.Region", t.Region, "an AWS region", "a name such as us-east-1")
	m.want(accountId, "Target.AccountId", t.AccountId, "an AWS account id", "12 digits")
	m.want(namePrefix, "Target.NamePrefix", t.NamePrefix, "the start of the program's names", "the name of the Pulumi project: up to 32 letters, digits and hyphens")
	m.want(aws.ClusterName, "Target.ClusterName", t.ClusterName, "the name of an EKS cluster", "up to 100 letters, digits, hyphens and underscores")
	m.ifGiven(tagKey, "Target.OwnerTag", t.OwnerTag, "the key of a tag", "up to 128 letters, digits and _ . : / = + - @")
	for i, id := range t.HostedZoneIds {
		m.want(aws.HostedZoneId, fmt.Sprintf("Target.HostedZoneIds[%d]", i), id, "the id of a Route 53 hosted zone", "up to 32 capital letters and digits, such as Z0123456789ABCDEFGHIJ")
	}
	if err := stackname.Check(t.Stack); err != nil && t.StateBucketArn != "" {
		m.faults = append(m.faults, fmt.Errorf("Target.Stack: %w", err))
	}
	m.arn(aws.BucketArn, "Target.StateBucketArn", t.StateBucketArn, "the ARN of an S3 bucket", "arn:<partition>:s3:::<name>")
	m.arn(aws.KeyArn, "Target.StateKeyArn", t.StateKeyArn, "the ARN of a KMS key", "arn:<partition>:kms:<region>:<account>:key/<id>")
	m.arn(aws.PolicyArn, "Target.PermissionsBoundaryArn", t.PermissionsBoundaryArn, "the ARN of an IAM policy", "arn:<partition>:iam::<account>:policy/<name>")
	if aws.PolicyArn.MatchString(t.PermissionsBoundaryArn) && t.changes(t.PermissionsBoundaryArn) {
		m.faults = append(m.faults, fmt.Errorf("Target.PermissionsBoundaryArn is %q, which the role that deploys may change, as its name begins with %s- or %s: give the boundary a name of its own", t.PermissionsBoundaryArn, t.NamePrefix, t.names()))
	}
	return m.faults
}

// changes says whether the role that deploys may change a policy, by its ARN or together with its tag.
func (t Target) changes(arn string) bool {
	return slices.ContainsFunc(append(ownPolicies(t), oldPolicies(t)...), func(pattern string) bool {
		return strings.HasPrefix(arn, strings.TrimSuffix(pattern, "*"))
	})
}

// documentFaults are those of the policies that the arguments make, such as their length.
func documentFaults(repo Repo, environments []string, t Target) []error {
	var faults []error
	documents := append(ReadPolicies(t), DeployPolicies(t)...)
	provider := t.global("iam", "", t.AccountId, "oidc-provider/"+gitHubHost)
	documents = append(documents, iamdoc.Named{
		Name: "the trust of the deploy role, which names every environment", Document: iamdoc.SubjectsTrust(provider, GitHubIssuer, repo.DeploySubjects(environments)...),
	})
	for _, named := range documents {
		if err := named.Document.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("checking %s: %w", named.Name, err))
		}
	}
	return faults
}

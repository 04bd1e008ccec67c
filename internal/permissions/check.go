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

// Forms of the target's values. None of them has a character that means something in a policy: * ? $.
var (
	namePrefix = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,31}$`)
	tagKey     = regexp.MustCompile(`^[A-Za-z0-9_.:/=+@-]{1,128}$`)
)

// matcher collects the faults of values that must have a form.
type matcher []error

func (m *matcher) want(form *regexp.Regexp, field, value, what, fix string) {
	if !form.MatchString(value) {
		*m = append(*m, fmt.Errorf("%s is %q, which is not %s: use %s", field, value, what, fix))
	}
}

// Check reports every fault of the target together: of what the settings do not hold, the boundary and the state's bucket.
func (t Target) Check() error {
	m := matcher{}
	m.want(aws.RegionName, "Target.Region", t.Region, "an AWS region", "a name such as us-east-1")
	m.want(aws.AccountId, "Target.AccountId", t.AccountId, "an AWS account id", "12 digits")
	m.want(namePrefix, "Target.NamePrefix", t.NamePrefix, "the start of the program's names", "the name of the Pulumi project: up to 32 "+
		"letters, digits and hyphens")
	m.want(aws.ClusterName, "Target.ClusterName", t.ClusterName, "the name of an EKS cluster",
		"up to 100 letters, digits, hyphens and underscores")
	m.want(tagKey, "Target.OwnerTag", t.ownerTag(), "the key of a tag", "up to 128 letters, digits and _ . : / = + - @")
	for i, id := range t.HostedZoneIds {
		m.want(aws.HostedZoneId, fmt.Sprintf("Target.HostedZoneIds[%d]", i), id, "the id of a Route 53 hosted zone",
			"up to 32 capital letters and digits, such as Z0123456789ABCDEFGHIJ")
	}
	if t.StateBucketArn != "" {
		if err := stackname.Check(t.Stack); err != nil {
			m = append(m, fmt.Errorf("Target.Stack: %w", err))
		}
		if problem, _ := aws.BucketArn.Problem(t.StateBucketArn, t.Region, "not the ARN of an S3 bucket"); problem != "" {
			m = append(m, fmt.Errorf("Target.StateBucketArn is %q: %s; use arn:<partition>:s3:::<name>", t.StateBucketArn, problem))
		}
	}
	if aws.PolicyArn.MatchString(t.PermissionsBoundaryArn) && t.changes(t.PermissionsBoundaryArn) {
		m = append(m, fmt.Errorf("Target.PermissionsBoundaryArn is %q, which the role that deploys may change, as its name begins with %s- or "+
			"%s: give the boundary a name of its own", t.PermissionsBoundaryArn, t.NamePrefix, t.names()))
	}
	return errors.Join(m...)
}

// changes says whether the role that deploys may change a policy, by its ARN or together with its tag.
func (t Target) changes(arn string) bool {
	return slices.ContainsFunc(append(ownPolicies(t), oldPolicies(t)...), func(pattern string) bool {
		return strings.HasPrefix(arn, strings.TrimSuffix(pattern, "*"))
	})
}

// CheckDocuments reports faults of the policies that valid arguments make, such as their length.
func CheckDocuments(repo Repo, environments []string, t Target) error {
	var faults []error
	documents := append(ReadPolicies(t), DeployPolicies(t)...)
	provider := t.global("iam", "", t.AccountId, "oidc-provider/"+gitHubHost)
	documents = append(documents, iamdoc.Named{
		Name: "the trust of the deploy role, which names every environment", Document: iamdoc.SubjectsTrust(provider, GitHubIssuer,
			repo.DeploySubjects(environments)...),
	})
	for _, named := range documents {
		if err := named.Document.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("checking %s: %w", named.Name, err))
		}
	}
	return errors.Join(faults...)
}

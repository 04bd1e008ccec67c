package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/permissions"
)

var githubPath = path{"delivery", "github"}

// checkRepositories wants names that ECR takes.
func checkRepositories(c Config) []Fault {
	var faults []Fault
	for i, name := range c.Delivery.Repositories {
		if at := (path{"delivery", "repositories", i}); len(name) < 2 || len(name) > 256 || !aws.RepositoryName.MatchString(name) {
			faults = append(faults, newFault(at, name, Fault{
				Problem: "not the name of an ECR repository",
				Allowed: "2 to 256 lower case letters, digits and . _ - between them, in parts with / between; without registry and tag",
				Fix:     setFix(c.Environment, at, proposeRepository(name)),
			}))
		}
	}
	return faults
}

func proposeRepository(text string) string {
	text, _, _ = strings.Cut(strings.ToLower(text), ":")
	if host, rest, found := strings.Cut(text, "/"); found && strings.Contains(host, ".") {
		text = rest
	}
	if text = strings.Trim(regexp.MustCompile(`[^a-z0-9/]+`).ReplaceAllString(text, "-"), "-/"); aws.RepositoryName.MatchString(text) && len(text) > 1 {
		return text
	}
	return "models/fraud-detection"
}

// checkGitHub wants one repository with the environments that may deploy, named exactly: a wildcard would let others in.
func checkGitHub(c Config) []Fault {
	hub := c.Delivery.GitHub
	check := func(key, value string, form *regexp.Regexp, problem, allowed, instead string) []Fault {
		if value == "" || form.MatchString(value) {
			return nil
		}
		at := githubPath.At(key)
		return []Fault{newFault(at, value, Fault{Problem: problem, Allowed: allowed, Fix: setFix(c.Environment, at, instead)})}
	}
	checkArn := func(key, value string, form aws.Form, not, allowed, instead string) []Fault {
		problem, own := checkArn(form, value, c.Region, not)
		if value == "" || problem == "" {
			return nil
		}
		at := githubPath.At(key)
		return []Fault{newFault(at, value, Fault{Problem: problem, Allowed: allowed, Fix: setFix(c.Environment, at, cmp.Or(own, instead))})}
	}
	global := func(account, resource string) string { return aws.Arn(c.Region, "iam", "", account, resource) }
	const provider = "oidc-provider/token.actions.githubusercontent.com"
	return slices.Concat(
		check("repository", hub.Repository, aws.GitHubRepository, "not the name of a GitHub repository", "<organization>/<name>, without wildcards", "company/modelway"),
		check("organizationId", hub.OrganizationId, aws.GitHubId, "not a numeric id", "digits, in quotes", "1234567"),
		check("repositoryId", hub.RepositoryId, aws.GitHubId, "not a numeric id", "digits, in quotes", "7654321"),
		checkArn("existingProviderArn", hub.ExistingProviderArn, aws.GitHubProviderArn, "not the ARN of GitHub's OpenID Connect provider",
			global(someAccount, provider), global(exampleAccount, provider)),
		checkArn("permissionsBoundaryArn", hub.PermissionsBoundaryArn, aws.PolicyArn, "not the ARN of an IAM policy",
			global(someAccount, "policy/<name>"), global(exampleAccount, "policy/boundary")),
		checkArn("stateKeyArn", hub.StateKeyArn, aws.KeyArn, "not the ARN of a KMS key", aws.Arn(c.Region, "kms", "<region>", someAccount, "key/<id>, not an alias"),
			aws.Arn(c.Region, "kms", c.Region, exampleAccount, "key/1234abcd-12ab-34cd-56ef-1234567890ab")),
		check("stateBucket", hub.StateBucket, aws.BucketName, "not the name of a bucket", "3 to 63 lower case letters, digits, hyphens and dots, without s3://",
			"company-pulumi-state"),
		c.checkGitHubEnvironments(), c.checkGitHubTogether())
}

func (c Config) checkGitHubEnvironments() []Fault {
	var faults []Fault
	for i, name := range c.Delivery.GitHub.Environments {
		if at := githubPath.At("environments", i); !permissions.GitHubEnvironment.MatchString(name) {
			faults = append(faults, newFault(at, name, Fault{Problem: "not the name of a GitHub environment", Allowed: "letters, digits, dots, underscores and hyphens",
				Fix: setFix(c.Environment, at, c.Environment)}))
		}
	}
	return faults
}

func (c Config) checkGitHubTogether() []Fault {
	hub, repository, environments := c.Delivery.GitHub, githubPath.At("repository"), githubPath.At("environments")
	var faults []Fault
	switch {
	case hub.Repository != "" && len(hub.Environments) == 0:
		faults = append(faults, newFault(environments, hub.Environments, Fault{
			Problem: "empty, but there is a repository: nothing could deploy",
			Allowed: "1 to 20 names of GitHub environments",
			Fix:     setFix(c.Environment, environments.At(0), c.Environment),
		}).AlsoReads(repository))
	case hub.Repository == "" && len(hub.Environments) > 0:
		faults = append(faults, newFault(repository, absent{}, Fault{
			Problem: "missing, but there are environments of it",
			Allowed: "<organization>/<name>",
			Fix:     either(setFix(c.Environment, repository, "company/modelway"), removeFix(c.Environment, githubPath)),
		}).AlsoReads(environments))
	}
	for _, pair := range [][2]string{{"organizationId", hub.OrganizationId}, {"repositoryId", hub.RepositoryId}} {
		if pair[1] == "" && hub.OrganizationId+hub.RepositoryId != "" {
			at := githubPath.At(pair[0])
			faults = append(faults, newFault(at, absent{}, Fault{
				Problem: "missing, but the other id is given; tokens name both",
				Allowed: "both ids or neither",
				Fix:     remark(setFix(c.Environment, at, "1234567"), fmt.Sprintf("as `gh api repos/%s` shows it", hub.Repository)),
			}).AlsoReads(githubPath.At("organizationId"), githubPath.At("repositoryId")))
		}
	}
	return faults
}

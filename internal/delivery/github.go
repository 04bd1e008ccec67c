package delivery

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

// GitHub gives GitHub Actions workflows of one repository two roles, without stored keys: one that reads, for previews on pull
// requests, and one that deploys, for the environments.
type GitHub struct {
	// Repository is the repository as <organization>/<name>. Default none: there are no roles.
	Repository string `json:"repository"`

	// OrganizationId and RepositoryId are the numeric ids behind the names, as in `gh api repos/<organization>/<name>`: tokens of
	// repositories made since July 2026 name them. Default none. Give both or neither.
	OrganizationId string `json:"organizationId"`

	// RepositoryId is the numeric id of the repository. Default none.
	RepositoryId string `json:"repositoryId"`

	// Environments are the GitHub environments whose jobs may deploy, 1 to 20. Required where repository is given.
	Environments []string `json:"environments" jsonschema:"maxItems=20,uniqueItems=true"`

	// ExistingProviderArn is the ARN of the account's OpenID Connect provider for GitHub, of which there can be one only. Default
	// none: it is made.
	ExistingProviderArn string `json:"existingProviderArn"`

	// StateBucket is the name of the bucket that keeps Pulumi's state. Default none: the state is elsewhere.
	StateBucket string `json:"stateBucket"`

	// StateKeyArn is the ARN of the KMS key that encrypts that bucket, or the secrets in the state. Default none.
	StateKeyArn string `json:"stateKeyArn"`

	// PermissionsBoundaryArn is the ARN of an IAM policy that bounds both roles and every role that they make. Default none.
	PermissionsBoundaryArn string `json:"permissionsBoundaryArn"`
}

// example is a repository to show in place of a wrong one.
const example = "company/modelway"

var repositoryPath, environmentsPath = rule.Path{"repository"}, rule.Path{"environments"}

// Check reports values without their form, ARNs of another partition than the region's, and what only makes sense together. Names are
// exact: a wildcard would let others in. The environment is proposed where a name is missing.
func (g GitHub) Check(region, environment string) []rule.Fault {
	check := func(key, value string, form *regexp.Regexp, problem, allowed, instead string) []rule.Fault {
		if value == "" {
			return nil
		}
		return rule.Form(rule.Path{key}, form, value, problem, allowed, instead)
	}
	checkArn := func(key, value string, form aws.Form, not, allowed, instead string) []rule.Fault {
		if value == "" {
			return nil
		}
		return rule.Arn(rule.Path{key}, form, value, region, not, allowed, instead)
	}
	global := func(account, resource string) string { return aws.Arn(region, "iam", "", account, resource) }
	const provider = "oidc-provider/token.actions.githubusercontent.com"
	return slices.Concat(
		check("repository", g.Repository, aws.GitHubRepository, "not the name of a GitHub repository", "<organization>/<name>, without wildcards",
			example),
		check("organizationId", g.OrganizationId, aws.GitHubId, "not a numeric id", "digits, in quotes", "1234567"),
		check("repositoryId", g.RepositoryId, aws.GitHubId, "not a numeric id", "digits, in quotes", "7654321"),
		checkArn("existingProviderArn", g.ExistingProviderArn, aws.GitHubProviderArn, "not the ARN of GitHub's OpenID Connect provider",
			global(rule.SomeAccount, provider), global(rule.ExampleAccount, provider)),
		checkArn("permissionsBoundaryArn", g.PermissionsBoundaryArn, aws.PolicyArn, "not the ARN of an IAM policy",
			global(rule.SomeAccount, "policy/<name>"), global(rule.ExampleAccount, "policy/boundary")),
		checkArn("stateKeyArn", g.StateKeyArn, aws.KeyArn, "not the ARN of a KMS key", aws.Arn(region, "kms", "<region>", rule.SomeAccount,
			"key/<id>, not an alias"),
			aws.Arn(region, "kms", region, rule.ExampleAccount, "key/1234abcd-12ab-34cd-56ef-1234567890ab")),
		check("stateBucket", g.StateBucket, aws.BucketName, "not the name of a bucket", "3 to 63 lower case letters, digits, hyphens and dots, "+
			"without s3://",
			"company-pulumi-state"),
		g.checkEnvironments(environment), g.checkTogether(environment))
}

func (g GitHub) checkEnvironments(environment string) []rule.Fault {
	faults := rule.Once(environmentsPath, g.Environments)
	for i, name := range g.Environments {
		faults = append(faults, rule.Form(environmentsPath.At(i), aws.GitHubEnvironment, name, "not the name of a GitHub environment",
			"letters, digits, dots, underscores and hyphens", environment)...)
	}
	return faults
}

func (g GitHub) checkTogether(environment string) []rule.Fault {
	var faults []rule.Fault
	switch {
	case g.Repository != "" && len(g.Environments) == 0:
		faults = append(faults, rule.Fault{At: environmentsPath, Given: g.Environments, Problem: "empty, but there is a repository: nothing " +
			"could deploy",
			Allowed: "1 to 20 names of GitHub environments", Fixes: []rule.Fix{rule.Set(environmentsPath.At(0), environment)},
			Reads: []rule.Path{repositoryPath}})
	case g.Repository == "" && len(g.Environments) > 0:
		faults = append(faults, rule.Fault{At: repositoryPath, Problem: "missing, but there are environments of it",
			Allowed: "<organization>/<name>",
			Fixes:   []rule.Fix{rule.Set(repositoryPath, example), rule.Remove(rule.Path{})}, Reads: []rule.Path{environmentsPath}})
	}
	for _, pair := range [][2]string{{"organizationId", g.OrganizationId}, {"repositoryId", g.RepositoryId}} {
		if at := (rule.Path{pair[0]}); pair[1] == "" && g.OrganizationId+g.RepositoryId != "" {
			faults = append(faults, rule.Fault{At: at, Problem: "missing, but the other id is given; tokens name both",
				Allowed: "both ids or neither",
				Fixes:   []rule.Fix{rule.Set(at, "1234567").Remarked(fmt.Sprintf("as `gh api repos/%s` shows it", g.Repository))},
				Reads:   []rule.Path{{"organizationId"}, {"repositoryId"}}})
		}
	}
	return faults
}

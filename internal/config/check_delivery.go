package config

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/pattern"
)

var (
	githubPath  = path{"delivery", "github"}
	githubName  = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}$`)
	githubId    = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)
	bucketName  = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	providerArn = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):oidc-provider/token\.actions\.githubusercontent\.com$`)
	keyArn      = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+$`)
	policyArn   = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}|aws):policy/[\w+=,.@/-]+$`)
)

// checkRepositories wants names that ECR takes.
func checkRepositories(c Config) []Fault {
	var faults []Fault
	for i, name := range c.Delivery.Repositories {
		if at := (path{"delivery", "repositories", i}); len(name) < 2 || len(name) > 256 || !pattern.RepositoryName.MatchString(name) {
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
	if text = strings.Trim(regexp.MustCompile(`[^a-z0-9/]+`).ReplaceAllString(text, "-"), "-/"); pattern.RepositoryName.MatchString(text) && len(text) > 1 {
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
	p := partition(c.Region)
	faults := check("repository", hub.Repository, githubName, "not the name of a GitHub repository", "<organization>/<name>, without wildcards", "company/modelway")
	faults = append(faults, check("organizationId", hub.OrganizationId, githubId, "not a numeric id", "digits, in quotes", "1234567")...)
	faults = append(faults, check("repositoryId", hub.RepositoryId, githubId, "not a numeric id", "digits, in quotes", "7654321")...)
	faults = append(faults, check("existingProviderArn", hub.ExistingProviderArn, providerArn, "not the ARN of GitHub's OpenID Connect provider",
		"arn:"+p+":iam::<account id of 12 digits>:oidc-provider/token.actions.githubusercontent.com", "arn:"+p+":iam::111122223333:oidc-provider/token.actions.githubusercontent.com")...)
	faults = append(faults, check("permissionsBoundaryArn", hub.PermissionsBoundaryArn, policyArn, "not the ARN of an IAM policy",
		"arn:"+p+":iam::<account id of 12 digits>:policy/<name>", "arn:"+p+":iam::111122223333:policy/boundary")...)
	faults = append(faults, check("stateKeyArn", hub.StateKeyArn, keyArn, "not the ARN of a KMS key", "arn:"+p+":kms:<region>:<account id of 12 digits>:key/<id>, not an alias",
		"arn:"+p+":kms:"+c.Region+":111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")...)
	faults = append(faults, check("stateBucket", hub.StateBucket, bucketName, "not the name of a bucket", "3 to 63 lower case letters, digits, hyphens and dots, without s3://", "company-pulumi-state")...)
	for i, name := range hub.Environments {
		if at := githubPath.At("environments", i); !pattern.GitHubEnvironment.MatchString(name) {
			faults = append(faults, newFault(at, name, Fault{Problem: "not the name of a GitHub environment", Allowed: "letters, digits, dots, underscores and hyphens",
				Fix: setFix(c.Environment, at, c.Environment)}))
		}
	}
	return append(faults, c.checkGitHubTogether()...)
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

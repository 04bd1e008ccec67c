// Package delivery decides what continuous delivery needs in an account: repositories for images, and roles for workflows of GitHub
// Actions.
package delivery

import (
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

// Spec describes what continuous delivery needs in the account.
type Spec struct {
	// Repositories are the names of ECR image repositories to make, such as models/fraud-detection, at most 100. Default none.
	Repositories []string `json:"repositories" jsonschema:"maxItems=100,uniqueItems=true"`

	// GitHub gives workflows of one repository roles in the account.
	GitHub GitHub `json:"github"`
}

// Check reports everything that AWS would refuse in a region, and roles that nobody or anybody could assume. The environment is proposed
// where the name of one is missing.
func (s Spec) Check(region, environment string) []rule.Fault {
	return append(s.CheckRepositories(), rule.Below(rule.Path{"github"}, s.GitHub.Check(region, environment))...)
}

// CheckRepositories reports names that ECR does not take, and names that are given twice.
func (s Spec) CheckRepositories() []rule.Fault {
	names := rule.Path{"repositories"}
	faults := rule.Once(names, s.Repositories)
	for i, name := range s.Repositories {
		if at := names.At(i); !isRepository(name) {
			faults = append(faults, rule.Fault{At: at, Given: name, Problem: "not the name of an ECR repository",
				Allowed: "2 to 256 lower case letters, digits and . _ - between them, in parts with / between; without registry and tag",
				Fixes:   []rule.Fix{rule.Set(at, proposeRepository(name))}})
		}
	}
	return faults
}

func isRepository(name string) bool {
	return len(name) >= 2 && len(name) <= 256 && aws.RepositoryName.MatchString(name)
}

var notRepository = regexp.MustCompile(`[^a-z0-9/]+`)

// proposeRepository makes a name of an image's address.
func proposeRepository(text string) string {
	text, _, _ = strings.Cut(strings.ToLower(text), ":")
	if host, rest, found := strings.Cut(text, "/"); found && strings.Contains(host, ".") {
		text = rest
	}
	if text = strings.Trim(notRepository.ReplaceAllString(text, "-"), "-/"); isRepository(text) {
		return text
	}
	return "models/fraud-detection"
}

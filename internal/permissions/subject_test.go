package permissions_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/permissions"
)

func TestSubjects(t *testing.T) {
	names := permissions.Repo{Organization: "octo-org", Repository: "octo.repo"}
	ids := permissions.Repo{Organization: "octo-org", Repository: "octo.repo", OrganizationId: "123456", RepositoryId: "456789"}
	for _, c := range []struct {
		name string
		got  []string
		want []string
	}{
		{"a pull request and main", names.PreviewSubjects(), []string{
			"repo:octo-org/octo.repo:pull_request", "repo:octo-org/octo.repo:ref:refs/heads/main"}},
		{"a pull request and main, with ids", ids.PreviewSubjects(), []string{
			"repo:octo-org/octo.repo:pull_request", "repo:octo-org@123456/octo.repo@456789:pull_request",
			"repo:octo-org/octo.repo:ref:refs/heads/main", "repo:octo-org@123456/octo.repo@456789:ref:refs/heads/main"}},
		{"environments", names.DeploySubjects([]string{"dev", "prod"}), []string{
			"repo:octo-org/octo.repo:environment:dev", "repo:octo-org/octo.repo:environment:prod"}},
		{"an environment, with ids", ids.DeploySubjects([]string{"prod"}), []string{
			"repo:octo-org/octo.repo:environment:prod", "repo:octo-org@123456/octo.repo@456789:environment:prod"}},
		{"no environment", ids.DeploySubjects(nil), nil},
		{"one id alone", permissions.Repo{Organization: "o", Repository: "r", RepositoryId: "1"}.DeploySubjects([]string{"e"}),
			[]string{"repo:o/r:environment:e"}},
	} {
		require.Equal(t, c.want, c.got, c.name)
	}
}

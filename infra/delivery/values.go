package delivery

import (
	"github.com/modelway/modelway/internal/permissions"
)

// Repo is a repository on GitHub, and Target the environment that the roles look after.
type (
	Repo   = permissions.Repo
	Target = permissions.Target
)

// Names that the roles go by.
const (
	// DefaultOwnerTag is the default of Target.OwnerTag.
	DefaultOwnerTag = permissions.DefaultOwnerTag
	// GitHubIssuer is the URL of the issuer of the tokens of GitHub Actions.
	GitHubIssuer = permissions.GitHubIssuer
)

package config

// Delivery describes what continuous delivery needs in the account.
type Delivery struct {
	// Repositories are the names of ECR image repositories to make, such as models/fraud-detection, at most 100. Default none.
	Repositories []string `json:"repositories" jsonschema:"maxItems=100,uniqueItems=true"`

	// GitHub gives workflows of one repository roles in the account.
	GitHub GitHub `json:"github"`
}

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

package permissions

// gitHubHost is the issuer of the tokens of GitHub Actions, without its scheme
// (https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws).
const gitHubHost = "token.actions.githubusercontent.com"

// GitHubIssuer is the URL of that issuer.
const GitHubIssuer = "https://" + gitHubHost

// Repo is a repository on GitHub.
type Repo struct {
	// Organization and Repository are its names, in the case in which GitHub shows them. Required.
	Organization, Repository string
	// OrganizationId and RepositoryId are the numeric ids behind the names. Tokens of repositories made or renamed since
	// 2026-07-15 carry them (https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims). Both or
	// neither. Default none.
	OrganizationId, RepositoryId string
}

// subjects are the values of the claim sub for a context such as pull_request: with the names alone, and with the ids too where
// they are known.
func (r Repo) subjects(context string) []string {
	all := []string{"repo:" + r.Organization + "/" + r.Repository + ":" + context}
	if r.OrganizationId != "" && r.RepositoryId != "" {
		all = append(all, "repo:"+r.Organization+"@"+r.OrganizationId+"/"+r.Repository+"@"+r.RepositoryId+":"+context)
	}
	return all
}

// PreviewSubjects are the subjects of workflows that run for a pull request, and of jobs that run on the branch main outside of any
// environment: those that plan a deployment before it is approved, or look for drift.
func (r Repo) PreviewSubjects() []string {
	return append(r.subjects("pull_request"), r.subjects("ref:refs/heads/main")...)
}

// DeploySubjects are the subjects of jobs that run in one of the named environments of the repository. An environment's
// protection rules decide who may start such a job.
func (r Repo) DeploySubjects(environments []string) []string {
	var all []string
	for _, environment := range environments {
		all = append(all, r.subjects("environment:"+environment)...)
	}
	return all
}

package argocd

import (
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/rule"
)

// DefaultGroupsClaim is the claim with a person's groups that most providers have.
const DefaultGroupsClaim = "groups"

// maxReplicas bounds Spec.Replicas: two pods outlive the loss of one.
const maxReplicas = 2

// Spec describes Argo CD, which brings objects from a Git repository into the cluster (docs/argocd.md).
type Spec struct {
	// Enabled installs Argo CD. People reach it as argocd.<domain> of the load balancer that serves tools, where there is one. Default false.
	Enabled bool `json:"enabled"`

	// Replicas is the number of pods of its server, and of what renders repositories, 1 or 2. Default 1; 2 in production.
	Replicas int `json:"replicas" jsonschema:"minimum=1,maximum=2"`

	// Oidc is the provider by which people say who they are. Default none: then there is one user, admin, whose first password is in the
	// Secret argocd-initial-admin-secret.
	Oidc Oidc `json:"oidc"`

	// Groups say what people may do, by their groups at the provider. Whoever is in none sees nothing.
	Groups Groups `json:"groups"`

	// WebhookSecret is <Secret>/<key> of namespace argocd with the word by which GitHub signs what it tells of pushes. The Secret has the
	// label app.kubernetes.io/part-of: argocd. Default none: whoever reaches the page may have Argo CD ask the repository for commits.
	WebhookSecret string `json:"webhookSecret"`
}

// Oidc is an OpenID Connect provider
// (https://argo-cd.readthedocs.io/en/release-3.5/operator-manual/user-management/#existing-oidc-provider).
type Oidc struct {
	// Issuer is the provider's own name for itself, such as https://login.company.com. Required for OIDC.
	Issuer string `json:"issuer"`

	// ClientId is that of Argo CD at the provider, with the callback address https://argocd.<domain>/auth/callback. Required for OIDC.
	ClientId string `json:"clientId"`

	// ClientSecret is <Secret>/<key> of namespace argocd with the client's secret. The Secret has the label
	// app.kubernetes.io/part-of: argocd. Required for OIDC.
	ClientSecret string `json:"clientSecret"`

	// GroupsClaim is the claim of a token that has the person's groups, such as cognito:groups for Amazon Cognito. Default groups, which is
	// then asked for as a scope too.
	GroupsClaim string `json:"groupsClaim"`
}

// Groups are names of groups at the provider, by what their people may do.
type Groups struct {
	// Admin lists those who may do everything in Argo CD: sync, roll back, confirm what is removed. Default none.
	Admin []string `json:"admin"`

	// Readonly lists those who may look at everything. Default none.
	Readonly []string `json:"readonly"`
}

// Default is what holds where an environment says nothing.
func Default() Spec {
	return Spec{Replicas: 1, Oidc: Oidc{GroupsClaim: DefaultGroupsClaim}, Groups: Groups{Admin: []string{}, Readonly: []string{}}}
}

// Given reports whether there is a provider.
func (o Oidc) Given() bool { return o.Issuer != "" || o.ClientId != "" || o.ClientSecret != "" }

var (
	oidcPath    = rule.Path{"oidc"}
	groupsPath  = rule.Path{"groups"}
	webhookPath = rule.Path{"webhookSecret"}
	issuer      = regexp.MustCompile(`^https://[^/?#\s]+(/[^?#\s]*)?$`)
	clientId    = regexp.MustCompile(`^\S+$`)
	claim       = regexp.MustCompile(`^[A-Za-z0-9_:./-]+$`)
	// A policy is a line of comma-separated values (https://argo-cd.readthedocs.io/en/release-3.5/operator-manual/rbac/).
	group = regexp.MustCompile(`^[^\s",#]([^\n",#]*[^\s",#])?$`)
)

// Check reports values out of range, half a provider, and groups that nobody is in.
func (s Spec) Check() []rule.Fault {
	faults := rule.Between(rule.Path{"replicas"}, s.Replicas, 1, maxReplicas)
	if s.Oidc.Given() {
		faults = slices.Concat(faults,
			rule.Form(oidcPath.At("issuer"), issuer, s.Oidc.Issuer, "not an address", "https:// and what follows",
				"https://login.company.com"),
			rule.Form(oidcPath.At("clientId"), clientId, s.Oidc.ClientId, "not the id of a client", "what the provider calls Argo CD", "argocd"),
			rule.Secret(oidcPath.At("clientSecret"), Namespace, s.Oidc.ClientSecret, "argocd-oidc/clientSecret"),
			rule.Form(oidcPath.At("groupsClaim"), claim, s.Oidc.GroupsClaim, "not the name of a claim", "such as groups or cognito:groups",
				DefaultGroupsClaim))
	}
	if s.WebhookSecret != "" {
		faults = append(faults, rule.Secret(webhookPath, Namespace, s.WebhookSecret, "argocd-webhook/secret")...)
	}
	return append(faults, s.checkGroups()...)
}

// checkGroups reports groups without a provider, and names that no policy can have.
func (s Spec) checkGroups() (faults []rule.Fault) {
	for _, list := range []struct {
		at    rule.Path
		names []string
	}{{groupsPath.At("admin"), s.Groups.Admin}, {groupsPath.At("readonly"), s.Groups.Readonly}} {
		if len(list.names) > 0 && !s.Oidc.Given() {
			faults = append(faults, rule.Fault{At: list.at, Given: list.names, Problem: "without effect: groups are those of a provider, and " +
				"there is none", Allowed: "groups beside oidc", Reads: []rule.Path{oidcPath}, Fixes: []rule.Fix{rule.Remove(list.at)}})
			continue
		}
		faults = append(faults, rule.Once(list.at, list.names)...)
		for i, name := range list.names {
			faults = append(faults, rule.Form(list.at.At(i), group, name, "not the name of a group that a policy can have",
				`any text without commas, quotation marks, # and line breaks`, "ml-platform")...)
		}
	}
	return faults
}

// SecretKey is a reference of the settings, <Secret>/<key>, in the form of Argo CD's own settings; "" for none.
func SecretKey(reference string) string {
	if reference == "" {
		return ""
	}
	return "$" + strings.Replace(reference, "/", ":", 1)
}

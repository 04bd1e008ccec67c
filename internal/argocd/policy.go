package argocd

import (
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"
)

// Scopes that a provider is asked for, besides that of groups where their claim is a scope.
var scopes = []string{"openid", "profile", "email"}

// LoginConfig is the provider in the form of Argo CD's setting oidc.config; "" where there is none.
func (s Spec) LoginConfig() string {
	if !s.Oidc.Given() {
		return ""
	}
	asked := scopes
	if s.Oidc.GroupsClaim == DefaultGroupsClaim {
		asked = append(asked[:len(asked):len(asked)], DefaultGroupsClaim)
	}
	text, _ := yaml.Marshal(map[string]any{ // texts have a form in YAML
		"name": "OIDC", "issuer": s.Oidc.Issuer, "clientID": s.Oidc.ClientId, "clientSecret": SecretKey(s.Oidc.ClientSecret),
		"requestedScopes": asked,
	})
	return string(text)
}

// Policy says what groups may do, in the form of Argo CD's setting policy.csv.
func (s Spec) Policy() string {
	var text strings.Builder
	for _, role := range []struct {
		name   string
		groups []string
	}{{"admin", s.Groups.Admin}, {"readonly", s.Groups.Readonly}} {
		for _, name := range role.groups {
			fmt.Fprintf(&text, "g, %s, role:%s\n", name, role.name)
		}
	}
	return text.String()
}

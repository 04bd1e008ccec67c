package serving

import (
	"slices"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

const (
	// ServesModels is a load balancer of models, whose clients are programs.
	ServesModels = "models"
	// ServesTools is a load balancer of the platform's own pages, such as Grafana, whose clients are people with browsers.
	ServesTools = "tools"
)

// Purposes lists the allowed values of LoadBalancer.Serves.
var Purposes = []string{ServesModels, ServesTools}

// Login is how people say who they are before the load balancer lets them to a tool
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html): by one of the two providers, or
// not at all.
type Login struct {
	// Cognito is an Amazon Cognito user pool. Default none.
	Cognito Cognito `json:"cognito"`

	// Oidc is an OpenID Connect provider. Default none.
	Oidc Oidc `json:"oidc"`

	// Scope is what the provider is asked for, words divided by spaces, openid among them. Default openid.
	Scope string `json:"scope"`
}

// Cognito is an Amazon Cognito user pool
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateCognitoActionConfig.html).
type Cognito struct {
	// UserPoolArn is the ARN of the user pool. Required for Cognito.
	UserPoolArn string `json:"userPoolArn"`

	// UserPoolClientId is the id of the pool's app client, which has a secret and the callback address
	// https://<tool>.<domain>/oauth2/idpresponse for each tool. Required for Cognito.
	UserPoolClientId string `json:"userPoolClientId"`

	// UserPoolDomain is the prefix of the pool's domain, or a domain of your own. Required for Cognito.
	UserPoolDomain string `json:"userPoolDomain"`
}

// Oidc is an OpenID Connect provider
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html).
type Oidc struct {
	// Issuer is the provider's own name for itself, such as https://login.company.com. Required for OIDC.
	Issuer string `json:"issuer"`

	// AuthorizationEndpoint is where browsers are sent. Required for OIDC.
	AuthorizationEndpoint string `json:"authorizationEndpoint"`

	// TokenEndpoint is where the load balancer exchanges codes for tokens. Required for OIDC.
	TokenEndpoint string `json:"tokenEndpoint"`

	// UserInfoEndpoint is where the load balancer asks who it is. Required for OIDC.
	UserInfoEndpoint string `json:"userInfoEndpoint"`

	// SecretName is the Secret with the keys clientID and clientSecret. Required for OIDC. It is made outside of the platform, in the
	// namespace of each tool; without it the controller changes nothing of the load balancer.
	SecretName string `json:"secretName"`
}

// DefaultScope asks for no more than who it is.
const DefaultScope = "openid"

// Given reports whether anybody has to log in.
func (l Login) Given() bool { return l.Cognito != Cognito{} || l.Oidc != Oidc{} }

// annotations are what the login says on an Ingress, without their prefix
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/annotations/#authentication).
func (l Login) annotations() map[string]string {
	switch {
	case l.Cognito != Cognito{}:
		return map[string]string{
			"auth-type": string(alb.LoginCognito), "auth-scope": l.Scope, "auth-on-unauthenticated-request": "authenticate",
			"auth-idp-cognito": text(map[string]string{
				"userPoolARN": l.Cognito.UserPoolArn, "userPoolClientID": l.Cognito.UserPoolClientId,
				"userPoolDomain": l.Cognito.UserPoolDomain,
			}),
		}
	case l.Oidc != Oidc{}:
		return map[string]string{
			"auth-type": string(alb.LoginOidc), "auth-scope": l.Scope, "auth-on-unauthenticated-request": "authenticate",
			"auth-idp-oidc": text(map[string]string{
				"issuer": l.Oidc.Issuer, "authorizationEndpoint": l.Oidc.AuthorizationEndpoint, "tokenEndpoint": l.Oidc.TokenEndpoint,
				"userInfoEndpoint": l.Oidc.UserInfoEndpoint, "secretName": l.Oidc.SecretName,
			}),
		}
	}
	return nil
}

var (
	servesPath = rule.Path{"serves"}
	schemePath = rule.Path{"scheme"}
	loginPath  = rule.Path{"login"}
)

// checkPurpose reports what does not go with what the load balancer serves: tools in the internet or with tokens, models with a login.
func (b LoadBalancer) checkPurpose() []rule.Fault {
	faults := rule.OneOf(servesPath, b.Serves, Purposes...)
	if b.Serves != ServesTools {
		if b.Login.Given() {
			faults = append(faults, rule.Fault{At: loginPath, Given: b.Login,
				Problem: "given, but the load balancer serves models, whose clients are programs",
				Allowed: "a login where serves is tools; jwt for models", Reads: []rule.Path{servesPath},
				Fixes: []rule.Fix{rule.Remove(loginPath), rule.Set(servesPath, ServesTools)}})
		}
		return faults
	}
	if b.Scheme != SchemeInternal {
		faults = append(faults, rule.Fault{At: schemePath, Given: b.Scheme, Problem: "serves is tools, which are for people of your own network",
			Allowed: SchemeInternal, Reads: []rule.Path{servesPath}, Fixes: []rule.Fix{rule.Set(schemePath, SchemeInternal)}})
	}
	if b.Jwt.Issuer != "" {
		faults = append(faults, rule.Fault{At: jwtPath, Given: b.Jwt, Problem: "given, but serves is tools: a browser sends no token",
			Allowed: "login", Reads: []rule.Path{servesPath}, Fixes: []rule.Fix{rule.Remove(jwtPath)}})
	}
	return append(faults, b.Login.check(b.HasHTTPS())...)
}

// check reports two providers, one without HTTPS, and values that AWS refuses.
func (l Login) check(https bool) []rule.Fault {
	cognito, oidc := loginPath.At("cognito"), loginPath.At("oidc")
	switch {
	case !l.Given() && l.Scope != "" && l.Scope != DefaultScope:
		return []rule.Fault{{At: loginPath.At("scope"), Given: l.Scope, Problem: "given without a provider, so that nobody has to log in",
			Allowed: "cognito or oidc with it", Reads: []rule.Path{cognito, oidc}, Fixes: []rule.Fix{rule.Remove(loginPath)}}}
	case !l.Given():
		return nil
	case l.Cognito != Cognito{} && l.Oidc != Oidc{}:
		return []rule.Fault{{At: loginPath, Given: l, Problem: "has two providers", Allowed: "cognito or oidc",
			Fixes: []rule.Fix{rule.Remove(oidc), rule.Remove(cognito)}}}
	case !https:
		return []rule.Fault{{At: loginPath, Given: l, Problem: "given, but no listener speaks HTTPS: a load balancer asks for a login there only",
			Allowed: "none without an HTTPS listener", Reads: []rule.Path{listenersPath, certificatesPath},
			Fixes: []rule.Fix{rule.Set(requestPath, true).Remarked("HTTPS 443 then holds"), rule.Remove(loginPath)}}}
	case l.Cognito != Cognito{}:
		return slices.Concat(
			wants(cognito.At("userPoolArn"), l.Cognito.UserPoolArn, aws.UserPoolArn.MatchString, "not the ARN of a Cognito user pool",
				"arn:aws:cognito-idp:<region>:<account>:userpool/<id>",
				"arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_Ab1Cd2Ef3"),
			wants(cognito.At("userPoolClientId"), l.Cognito.UserPoolClientId, notEmpty, "missing", "the id of an app client of the pool",
				"1example23456789"),
			wants(cognito.At("userPoolDomain"), l.Cognito.UserPoolDomain, notEmpty, "missing", "the prefix of the pool's domain", "company-tools"),
		)
	}
	return slices.Concat(
		wants(oidc.At("issuer"), l.Oidc.Issuer, httpsUrl, notHttps, "the provider's issuer", "https://login.company.com"),
		wants(oidc.At("authorizationEndpoint"), l.Oidc.AuthorizationEndpoint, httpsUrl, notHttps, anEndpoint,
			"https://login.company.com/authorize"),
		wants(oidc.At("tokenEndpoint"), l.Oidc.TokenEndpoint, httpsUrl, notHttps, anEndpoint, "https://login.company.com/token"),
		wants(oidc.At("userInfoEndpoint"), l.Oidc.UserInfoEndpoint, httpsUrl, notHttps, anEndpoint, "https://login.company.com/userinfo"),
		wants(oidc.At("secretName"), l.Oidc.SecretName, aws.DnsLabel.MatchString, "not the name of a Secret",
			"lower case letters, digits and hyphens", "tools-login"),
	)
}

const (
	notHttps   = "not an HTTPS address"
	anEndpoint = "https://<host>/<path>, as the provider's /.well-known/openid-configuration has it"
)

// wants reports a value of a provider that is not as it has to be.
func wants(at rule.Path, value string, right func(string) bool, problem, allowed, example string) []rule.Fault {
	if right(value) {
		return nil
	}
	fault := rule.Fault{At: at, Problem: problem, Allowed: allowed, Fixes: []rule.Fix{rule.Set(at, example).Remarked("your own value")}}
	if value != "" {
		fault.Given = value
	}
	return []rule.Fault{fault}
}

func notEmpty(text string) bool { return text != "" }

package alb

import (
	"strconv"
	"strings"
)

// LoginType is cognito or oidc.
type LoginType string

// The logins that an Ingress or a Service can ask for; "none" is the default.
const (
	LoginCognito LoginType = "cognito"
	LoginOidc    LoginType = "oidc"
)

// Login sends a client without session to an identity provider first
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html). Of Cognito and
// Oidc the one that Type names is set.
type Login struct {
	Type    LoginType
	Cognito *CognitoProvider
	Oidc    *OidcProvider
	// OnUnauthenticatedRequest is authenticate (default), allow or deny.
	OnUnauthenticatedRequest string
	// Scope are the claims to ask for, separated by spaces; default openid.
	Scope string
	// SessionCookieName is the cookie of the session; default AWSELBAuthSessionCookie.
	SessionCookieName string
	// SessionTimeoutSeconds is the longest session; default 604800.
	SessionTimeoutSeconds int
}

// CognitoProvider is an Amazon Cognito user pool
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateCognitoActionConfig.html).
type CognitoProvider struct {
	UserPoolArn                      string            `json:"userPoolARN"`
	UserPoolClientID                 string            `json:"userPoolClientID"`
	UserPoolDomain                   string            `json:"userPoolDomain"`
	AuthenticationRequestExtraParams map[string]string `json:"authenticationRequestExtraParams"`
}

// OidcProvider is an OpenID Connect provider
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html).
type OidcProvider struct {
	Issuer                string `json:"issuer"`
	AuthorizationEndpoint string `json:"authorizationEndpoint"`
	TokenEndpoint         string `json:"tokenEndpoint"`
	UserInfoEndpoint      string `json:"userInfoEndpoint"`
	// SecretName is the Secret in the namespace of the Ingress with the keys clientID and clientSecret. LBC refuses the
	// group without it; Build does not look for it.
	SecretName                       string            `json:"secretName"`
	AuthenticationRequestExtraParams map[string]string `json:"authenticationRequestExtraParams"`
}

// login gives the login in front of an action, nil for none; false when it is refused. Annotations of the Service win where
// the action forwards to one Service only (LBC pkg/ingress/enhanced_backend_builder.go, auth_config_builder.go).
func (b *builder) login(l Listener, m member, action Action) (*Login, bool) {
	read := m.annotations
	if f := action.Forward; f != nil && len(f.TargetGroups) == 1 {
		if port, ours := strings.CutPrefix(f.TargetGroups[0].Key, m.key+"-"); ours {
			service, _, _ := strings.Cut(port, ":")
			read = read.under(b.services[m.Namespace+"/"+service].Annotations)
		}
	}
	kind := read.text(authType, "none")
	login := &Login{
		Type:                     LoginType(kind),
		OnUnauthenticatedRequest: read.text(authOnUnauthenticated, "authenticate"),
		Scope:                    read.text(authScope, "openid"),
		SessionCookieName:        read.text(authSessionCookie, "AWSELBAuthSessionCookie"),
		SessionTimeoutSeconds:    604800,
	}
	ok := true
	bad := func(name, reason string) {
		ok = false
		b.refuse(m.key, InvalidAnnotation, "annotation %s %q %s", name, read.values[name], reason)
	}
	if timeout, stated := read.values[authSessionTimeout]; stated {
		seconds, err := strconv.ParseInt(timeout, 10, 64)
		if err != nil {
			bad(authSessionTimeout, "must be a number of seconds")
		}
		login.SessionTimeoutSeconds = int(seconds)
	}
	if _, stated := read.values[authCognito]; stated {
		login.Cognito = &CognitoProvider{}
		ok = read.decode(authCognito, login.Cognito) && ok
	}
	if _, stated := read.values[authOidc]; stated {
		login.Oidc = &OidcProvider{}
		ok = read.decode(authOidc, login.Oidc) && ok
	}
	switch {
	case kind == "none":
		return nil, ok
	case login.Type != LoginCognito && login.Type != LoginOidc:
		bad(authType, "must be one of none, cognito, oidc")
	case l.Protocol != "HTTPS":
		return nil, ok
	case login.Type == LoginCognito && login.Cognito == nil:
		bad(authType, "needs annotation "+authCognito)
	case login.Type == LoginOidc && login.Oidc == nil:
		bad(authType, "needs annotation "+authOidc)
	case login.Type == LoginCognito:
		login.Oidc = nil
	default:
		login.Cognito = nil
	}
	return login, ok
}

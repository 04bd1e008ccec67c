package alb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const pool = `{"userPoolARN":"arn:p","userPoolClientID":"c","userPoolDomain":"d"}`

// LBC pkg/ingress/auth_config_builder.go, model_build_actions.go (buildAuthAction).
func TestLogin(t *testing.T) {
	cognito := Login{
		Type: LoginCognito, Cognito: &CognitoProvider{UserPoolArn: "arn:p", UserPoolClientID: "c", UserPoolDomain: "d"},
		OnUnauthenticatedRequest: "authenticate", Scope: "openid", SessionCookieName: "AWSELBAuthSessionCookie", SessionTimeoutSeconds: 604800,
	}
	i := route("s", "", "/", Prefix).annotated(listenPorts, `[{"HTTP":80},{"HTTPS":443}]`, certificateArn, "arn:c", authCognito, pool)
	logins := func(i Ingress, services ...Service) (plain, tls *Login) {
		services = append(services, Service{Namespace: "models", Name: "s", Ports: []ServicePort{{Port: 80}}})
		lb, err := Build(publicClass, []Ingress{i}, WithServices(services...))
		require.False(t, Refused(err), err)
		return lb.Listeners[0].Rules[0].Action.Login, lb.Listeners[1].Rules[0].Action.Login
	}
	plain, tls := logins(i.annotated(authType, "cognito"))
	require.Nil(t, plain, "there is no login on HTTP")
	require.Equal(t, &cognito, tls)

	_, tls = logins(i.annotated(authType, "none"))
	require.Nil(t, tls)

	_, tls = logins(i.annotated(authType, "oidc", authOidc, `{"issuer":"https://i","secretName":"s"}`, authScope, "email", authSessionCookie,
		"k", authSessionTimeout, "60", authOnUnauthenticated, "deny"))
	require.Equal(t, &Login{Type: LoginOidc, Oidc: &OidcProvider{Issuer: "https://i", SecretName: "s"}, OnUnauthenticatedRequest: "deny",
		Scope: "email", SessionCookieName: "k", SessionTimeoutSeconds: 60}, tls)
}

// LBC pkg/ingress/enhanced_backend_builder.go (buildAuthConfig): a Service speaks for itself where it is the only target.
func TestLoginOfAService(t *testing.T) {
	free := Service{Namespace: "models", Name: "free", Annotations: map[string]string{authType: "none"}, Ports: []ServicePort{{Port: 80}}}
	backend := func(targets string) *Login {
		i := acting(`{"type":"forward","forwardConfig":{"targetGroups":[`+targets+`]}}`, certificateArn, "arn:c", authType, "cognito",
			authCognito, pool)
		return actionOf(t, i, free).Login
	}
	one := `{"serviceName":"free","servicePort":80,"weight":1}`
	require.Nil(t, backend(one))
	require.NotNil(t, backend(one+","+one))
	require.NotNil(t, backend(`{"targetGroupARN":"arn:t"}`))
}

func TestFaultsOfLogins(t *testing.T) {
	refused := func(message string, pairs ...string) faultCase {
		c := faultCase{ingresses: []Ingress{route("s", "", "/", Prefix).annotated(append(pairs, certificateArn, "arn:c")...)}}
		c.want = append(c.want, "REFUSED invalid-annotation ingress models/s: annotation "+message)
		for n := 0; n < len(pairs); n += 2 {
			c.want = append(c.want, "warning not-modelled ingress models/s: annotation "+pairs[n]+" is not accounted for here; LBC does apply it")
		}
		return c
	}
	check(t, map[string]faultCase{
		"type":       refused(authType+` "ldap" must be one of none, cognito, oidc`, authType, "ldap"),
		"no pool":    refused(authType+` "cognito" needs annotation `+authCognito, authType, "cognito"),
		"no issuer":  refused(authType+` "oidc" needs annotation `+authOidc, authType, "oidc"),
		"timeout":    refused(authSessionTimeout+` "1h" must be a number of seconds`, authSessionTimeout, "1h"),
		"malformed":  refused(authOidc+` is not the JSON that LBC expects: unexpected end of JSON input; its value is {`, authOidc, "{"),
		"malformed2": refused(authCognito+` is not the JSON that LBC expects: unexpected end of JSON input; its value is {`, authCognito, "{"),
	})
}

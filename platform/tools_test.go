package platform

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/serving"
)

const ingressType = "kubernetes:networking.k8s.io/v1:Ingress"

// paged is the sample add-on with two pages, of which one has a login of its own.
func paged() addons.Helm {
	row := sample()
	row.Pages = []addons.Page{
		{Host: "prober", Service: "prober-web", Port: 8080, Health: "/healthz"},
		{Host: "graphs", Service: "prober-graphs", Port: 80, Health: "/health", OwnLogin: true},
	}
	return row
}

// toolsBy is a load balancer of tools with a login.
func toolsBy(login serving.Login) func(*config.Config) {
	return func(c *config.Config) {
		lb := config.DefaultLoadBalancer()
		lb.Serves, lb.Scheme, lb.Domain, lb.HostedZoneId = serving.ServesTools, serving.SchemeInternal, "tools.company.com", "Z0123456789ABCDEFGHIJ"
		lb.RequestCertificate, lb.Listeners = true, serving.SecureListeners()
		lb.Login = login
		lb.Login.Scope = serving.DefaultScope
		if login.Given() {
			lb.Login.Scope = "openid email"
		}
		c.LoadBalancers["tools"] = lb
	}
}

var oidc = serving.Login{Oidc: serving.Oidc{
	Issuer: "https://login.company.com", AuthorizationEndpoint: "https://login.company.com/authorize",
	TokenEndpoint: "https://login.company.com/token", UserInfoEndpoint: "https://login.company.com/userinfo", SecretName: "tools-login",
}}

// TestToolsAreBehindALoadBalancerOfTheirOwn looks for the pages of an add-on, for who may open them, and for what keeps them apart from models.
func TestToolsAreBehindALoadBalancerOfTheirOwn(t *testing.T) {
	t.Cleanup(addons.Try(paged()))
	r := recordStored(t, toolsBy(oidc))
	page := r.Find(t, ingressType, "modelway-tool-prober-ingress")
	own := r.Find(t, ingressType, "modelway-tool-graphs-ingress")
	release := r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-prober-release")
	class := r.Find(t, "kubernetes:networking.k8s.io/v1:IngressClass", "modelway-tools-class")

	require.Equal(t, []any{"probing", "modelway-tools"}, []any{page.Input("metadata.namespace"), page.Input("spec.ingressClassName")})
	require.Equal(t, "prober.tools.company.com", page.Input("spec.rules[0].host"))
	require.Equal(t, map[string]any{"name": "prober-web", "port": map[string]any{"number": 8080.0}},
		page.Input("spec.rules[0].http.paths[0].backend.service"))
	require.Equal(t, "oidc", page.Input(`metadata.annotations["alb.ingress.kubernetes.io/auth-type"]`))
	require.Equal(t, "openid email", page.Input(`metadata.annotations["alb.ingress.kubernetes.io/auth-scope"]`))
	var provider map[string]string
	require.NoError(t, json.Unmarshal([]byte(page.Input(`metadata.annotations["alb.ingress.kubernetes.io/auth-idp-oidc"]`).(string)), &provider))
	require.Equal(t, "tools-login", provider["secretName"])
	require.Nil(t, own.Input(`metadata.annotations["alb.ingress.kubernetes.io/auth-type"]`), "it asks for a login itself")

	role := r.Find(t, "kubernetes:rbac.authorization.k8s.io/v1:Role", "modelway-tool-prober-login-role")
	require.Equal(t, []any{"tools-login"}, role.Input("rules[0].resourceNames"))
	binding := r.Find(t, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "modelway-tool-prober-login-binding")
	require.Equal(t, "aws-load-balancer-controller", binding.Input("subjects[0].name"))
	for _, before := range []*recorder.Resource{release, class, binding} {
		require.True(t, page.DependsDirectly(before.URN), "%s has to outlive the page", before.Name)
	}

	selectors := map[string]any{}
	for _, name := range []string{"tools", "public"} {
		params := r.Find(t, "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams", "modelway-"+name+"-params")
		selectors[name] = params.Input("spec.namespaceSelector.matchExpressions[0].values")
	}
	require.Equal(t, []any{"modelway-system", "probing"}, selectors["tools"], "a model cannot join")
	require.Equal(t, []any{"modelway-system", "models"}, selectors["public"])
	records := r.OfType("aws:route53/record:Record")
	var names []any
	for _, record := range records {
		if record.Input("type") == "A" {
			names = append(names, record.Input("name"))
		}
	}
	require.Subset(t, names, []any{"prober.tools.company.com", "graphs.tools.company.com"})
	require.NotContains(t, names, "api.tools.company.com")
}

// TestToolsByCognito needs no Secret, and so gives the controller no right to one.
func TestToolsByCognito(t *testing.T) {
	t.Cleanup(addons.Try(paged()))
	r := recordStored(t, toolsBy(serving.Login{Cognito: serving.Cognito{
		UserPoolArn:      "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_Ab1Cd2Ef3",
		UserPoolClientId: "1example23456789", UserPoolDomain: "company-tools",
	}}))
	page := r.Find(t, ingressType, "modelway-tool-prober-ingress")
	require.JSONEq(t, `{"userPoolARN": "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_Ab1Cd2Ef3",
		"userPoolClientID": "1example23456789", "userPoolDomain": "company-tools"}`,
		page.Input(`metadata.annotations["alb.ingress.kubernetes.io/auth-idp-cognito"]`).(string))
	for _, role := range r.OfType("kubernetes:rbac.authorization.k8s.io/v1:Role") {
		require.NotContains(t, role.Name, "-tool-")
	}
}

// TestToolsKeepModelsOut refuses models behind the load balancer of tools, and at a tool's host in the same hosted zone.
func TestToolsKeepModelsOut(t *testing.T) {
	t.Cleanup(addons.Try(paged()))
	cfg := config.Defaults("test", recorder.DefaultRegion)
	cfg.ModelStore.Enabled = true
	public := config.DefaultLoadBalancer()
	public.Domain, public.HostedZoneId = "tools.company.com", "Z0123456789ABCDEFGHIJ"
	cfg.LoadBalancers = map[string]config.LoadBalancer{"public": public}
	toolsBy(oidc)(&cfg)
	named := func(name string, route modelspec.Route) modelspec.Model {
		m := modelspec.Default()
		m.Name, m.Image, m.Compute = name, "example.com/x:1", modelspec.ComputeFargate
		if route.LoadBalancer != "" {
			m.Route.LoadBalancer = route.LoadBalancer
		}
		m.Route.Subdomain = route.Subdomain
		return m
	}
	_, faults, err := plan.Preflight(cfg, []modelspec.Model{
		named("a", modelspec.Route{LoadBalancer: "tools"}), named("b", modelspec.Route{Subdomain: "prober"}),
	}, plan.Previous{})
	require.NoError(t, err)
	text := plan.Joined(faults).Error()
	require.Contains(t, text, `model a: route.loadBalancer is "tools"; allowed in environment test: public`)
	require.Contains(t, text, "model b: route asks for host prober.tools.company.com, where prober is, of load balancer tools")
}

// TestOpenToolsAreRefusedInProduction wants a login there, unless every tool has its own.
func TestOpenToolsAreRefusedInProduction(t *testing.T) {
	t.Cleanup(addons.Try(paged()))
	cfg := config.Defaults("prod", recorder.DefaultRegion)
	cfg.ModelStore.Enabled = true
	cfg.LoadBalancers = map[string]config.LoadBalancer{}
	toolsBy(serving.Login{})(&cfg)
	require.ErrorContains(t, config.Check(cfg), "modelway:loadBalancers.tools.login: nobody has to log in to prober")
	cfg.Policies.Production = false
	require.NotContains(t, config.Check(cfg).Error(), "nobody has to log in")
}

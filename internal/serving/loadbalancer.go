package serving

import (
	"cmp"

	"github.com/modelway/modelway/internal/alb"
)

const (
	// SchemeInternetFacing gives the load balancer public addresses.
	SchemeInternetFacing = "internet-facing"
	// SchemeInternal gives it private addresses only.
	SchemeInternal = "internal"
	// DefaultSslPolicy is the policy that AWS recommends
	// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html); a listener made
	// through the API without one would still accept TLS 1.0.
	DefaultSslPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
	// WebAclNone takes the load balancer's web ACL away. Without a WebAclArn the controller leaves it as it is
	// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/ingress_class/#specwafv2aclarn).
	WebAclNone = "none"
)

// Schemes lists the allowed values of LoadBalancer.Scheme.
var Schemes = []string{SchemeInternetFacing, SchemeInternal}

// SslPolicies lists the allowed values of LoadBalancer.SslPolicy: those that refuse TLS 1.1 and older. The ones with PQ in
// their name also offer post-quantum key exchange to clients that can do it, and serve all others as before.
// Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html.
var SslPolicies = []string{
	"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-3-2021-06",
	"ELBSecurityPolicy-TLS13-1-2-2021-06",
	"ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
	"ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06",
	"ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06",
}

// LoadBalancer is an Application Load Balancer that models share, and as many more like it as their number needs: public, public-2,
// public-3.
type LoadBalancer struct {
	// Serves is models, or tools: the pages of the platform's add-ons for people, such as Grafana, each at <tool>.<domain>. One load balancer
	// of an environment may serve tools. Default models.
	Serves string `json:"serves"`

	// Scheme is internet-facing or internal. Default internet-facing, and internal where serves is tools.
	Scheme string `json:"scheme"`

	// Domain is the DNS domain of the models or tools, such as company.com. Required. The models' shared host is api.<domain>; a model with a
	// subdomain of its own answers on <subdomain>.<domain>, and a tool on <tool>.<domain>.
	Domain string `json:"domain" jsonschema:"required"`

	// Listeners are the ports that accept requests, 1 to 50. Default HTTPS 443 and HTTP 80 where there are certificates, else
	// HTTP 80. With an HTTPS listener, every HTTP listener only redirects to it.
	Listeners []alb.Listener `json:"listeners" jsonschema:"minItems=1,maxItems=50"`

	// CertificateArns are ACM certificates of the load balancer's region, the default one first, at most 26. Required for
	// HTTPS unless requestCertificate is true. Default none.
	CertificateArns []string `json:"certificateArns" jsonschema:"maxItems=26,uniqueItems=true"`

	// RequestCertificate requests an ACM certificate for *.<domain> and proves the domain by a record in hostedZoneId. Default
	// false.
	RequestCertificate bool `json:"requestCertificate"`

	// HostedZoneId is the id of the public Route 53 hosted zone of the domain. With it, every host of the load balancer gets an
	// alias record. Required where requestCertificate is true. Default none: DNS records are made elsewhere.
	HostedZoneId string `json:"hostedZoneId"`

	// SslPolicy is the TLS policy of HTTPS listeners. Default ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, which AWS recommends;
	// see SslPolicies for the allowed ones.
	SslPolicy string `json:"sslPolicy"`

	// WebAclArn is the ARN of a regional WAFv2 web ACL that every request passes, or none, which takes one away. Default empty: whatever
	// web ACL the load balancer has, by Firewall Manager for example, stays.
	WebAclArn string `json:"webAclArn"`

	// AccessLogs writes a line per request and per connection to the log bucket. Default false.
	AccessLogs bool `json:"accessLogs"`

	// ReleaseEmpty gives up load balancers after the first one that no model uses any more, with their DNS names. Default false: they stay.
	ReleaseEmpty bool `json:"releaseEmpty"`

	// Jwt makes the load balancer refuse requests without a valid JSON Web Token.
	Jwt Jwt `json:"jwt"`

	// Login sends people who open a tool to an identity provider first.
	Login Login `json:"login"`
}

// HasCertificate reports whether there is a certificate, given or requested.
func (b LoadBalancer) HasCertificate() bool {
	return b.RequestCertificate || len(b.CertificateArns) > 0
}

// Jwt says which JSON Web Tokens a load balancer accepts, in the header "Authorization: Bearer"
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html).
type Jwt struct {
	// Issuer is the claim iss of the tokens, such as https://login.company.com/. Default none: no token is asked for.
	Issuer string `json:"issuer"`

	// JwksUrl is the HTTPS address of the issuer's public keys. Required where issuer is given.
	JwksUrl string `json:"jwksUrl"`

	// Claims are further claims that a token must have, at most 10. Default none.
	Claims []alb.JwtClaim `json:"claims" jsonschema:"maxItems=10"`
}

// Validation is which tokens a listener lets through, nil for all requests.
func (j Jwt) Validation() *alb.JwtValidation {
	if j.Issuer == "" {
		return nil
	}
	return &alb.JwtValidation{Issuer: j.Issuer, JwksEndpoint: j.JwksUrl, AdditionalClaims: j.Claims}
}

// Annotation is the value of the annotation jwt-validation for the models' Ingresses, "" for none.
func (j Jwt) Annotation() string {
	if validation := j.Validation(); validation != nil {
		return validation.Annotation()
	}
	return ""
}

// RedirectPort is the port of the first HTTPS listener, to which every HTTP listener redirects; 0 without HTTPS.
func (b LoadBalancer) RedirectPort() int {
	for _, listener := range b.Listeners {
		if listener.Protocol == alb.HTTPS {
			return listener.Port
		}
	}
	return 0
}

// HasHTTPS reports whether a listener speaks HTTPS.
func (b LoadBalancer) HasHTTPS() bool { return b.RedirectPort() != 0 }

// WithDefaults returns the load balancer with its scheme and TLS policy filled in, as DefaultLoadBalancer has them.
func (b LoadBalancer) WithDefaults() LoadBalancer {
	standard := DefaultLoadBalancer()
	b.Scheme, b.SslPolicy = cmp.Or(b.Scheme, standard.Scheme), cmp.Or(b.SslPolicy, standard.SslPolicy)
	return b
}

// DefaultLoadBalancer returns what holds where a load balancer says nothing. Its domain must be given. Where certificates are
// given and listeners are not, the listeners are HTTPS 443 and HTTP 80.
func DefaultLoadBalancer() LoadBalancer {
	return LoadBalancer{
		Serves:          ServesModels,
		Scheme:          SchemeInternetFacing,
		Listeners:       []alb.Listener{{Protocol: alb.HTTP, Port: 80}},
		CertificateArns: []string{},
		SslPolicy:       DefaultSslPolicy,
		Jwt:             Jwt{Claims: []alb.JwtClaim{}},
		Login:           Login{Scope: DefaultScope},
	}
}

// SecureListeners returns the listeners that hold where certificates are given and listeners are not.
func SecureListeners() []alb.Listener {
	return []alb.Listener{{Protocol: alb.HTTPS, Port: 443}, {Protocol: alb.HTTP, Port: 80}}
}

package config

// Schemes of a load balancer.
const (
	// SchemeInternetFacing puts the load balancer into public subnets, reachable from the internet.
	SchemeInternetFacing = "internet-facing"
	// SchemeInternal puts it into private subnets.
	SchemeInternal = "internal"
)

// Schemes lists the allowed values of LoadBalancer.Scheme.
var Schemes = []string{SchemeInternetFacing, SchemeInternal}

// Protocols of a listener.
const (
	// ProtocolHTTP is plain HTTP.
	ProtocolHTTP = "HTTP"
	// ProtocolHTTPS is HTTP over TLS, which needs a certificate.
	ProtocolHTTPS = "HTTPS"
)

// Protocols lists the allowed values of Listener.Protocol.
var Protocols = []string{ProtocolHTTP, ProtocolHTTPS}

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

// LoadBalancer is one Application Load Balancer that models share.
type LoadBalancer struct {
	// Scheme is internet-facing or internal. Default internet-facing.
	Scheme string `json:"scheme"`

	// Domain is the DNS domain of the models, such as company.com. Required. The shared host is api.<domain>; a model with a
	// subdomain of its own answers on <subdomain>.<domain>.
	Domain string `json:"domain" jsonschema:"required"`

	// Listeners are the ports that accept requests, 1 to 50. Default HTTPS 443 and HTTP 80 where there are certificates, else
	// HTTP 80. With an HTTPS listener, every HTTP listener only redirects to it.
	Listeners []Listener `json:"listeners" jsonschema:"minItems=1,maxItems=50"`

	// CertificateArns are ACM certificates of the load balancer's region, the default one first, at most 26. Required for
	// HTTPS. Default none.
	CertificateArns []string `json:"certificateArns" jsonschema:"maxItems=26,uniqueItems=true"`

	// SslPolicy is the TLS policy of HTTPS listeners. Default ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, which AWS recommends;
	// see SslPolicies for the allowed ones.
	SslPolicy string `json:"sslPolicy"`
}

// Listener is one port of a load balancer.
type Listener struct {
	// Protocol is HTTP or HTTPS. Required.
	Protocol string `json:"protocol" jsonschema:"required"`

	// Port is 1 to 65535, once per load balancer. Required.
	Port int `json:"port" jsonschema:"required,minimum=1,maximum=65535"`
}

// HasHTTPS reports whether a listener speaks HTTPS.
func (b LoadBalancer) HasHTTPS() bool {
	for _, listener := range b.Listeners {
		if listener.Protocol == ProtocolHTTPS {
			return true
		}
	}
	return false
}

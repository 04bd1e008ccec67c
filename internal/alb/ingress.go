package alb

import (
	"encoding/json"
	"strings"
)

// The path types of networking/v1; there are no others.
const (
	Exact                  = "Exact"                  // the path and nothing else; no wildcards
	Prefix                 = "Prefix"                 // the path and what follows it after a slash; no wildcards
	ImplementationSpecific = "ImplementationSpecific" // an ALB path pattern as written, or a regex with use-regex-path-match
)

// UseAnnotation is the port name that makes LBC take the action from the annotation actions.<service name> instead of
// forwarding to a Service (LBC docs/guide/ingress/annotations.md#actions).
const UseAnnotation = "use-annotation"

// Ingress is what LBC reads of a networking/v1 Ingress. Leave out Ingresses that are being deleted: they have left the
// group.
type Ingress struct {
	// Namespace and Name identify the Ingress; both are required.
	Namespace, Name string
	// ClassName is spec.ingressClassName. Empty means the class that is being built.
	ClassName string
	// Annotations are all of metadata.annotations, with their full names.
	Annotations map[string]string
	// DefaultBackend takes what no rule takes; at most one Ingress per listener may have one. Nil: a 404 response.
	DefaultBackend *Backend
	// Rules are spec.rules in their order, which is significant.
	Rules []Rule
	// TLSHosts are the hosts of spec.tls. LBC uses them to discover certificates only, so no rule depends on them.
	TLSHosts []string
}

// Key gives "namespace/name".
func (i Ingress) Key() string { return i.Namespace + "/" + i.Name }

// Rule is one entry of spec.rules.
type Rule struct {
	// Host is a lower-case DNS name, "*." and a DNS name, or empty for all hosts.
	Host string
	// Paths are tried Exact first, then Prefix longest first, then ImplementationSpecific in their order.
	Paths []Path
}

// Path is one entry of spec.rules[].http.paths.
type Path struct {
	// Path starts with "/". Only an ImplementationSpecific path may be empty, which matches every path.
	Path string
	// PathType is Exact, Prefix or ImplementationSpecific; required.
	PathType string
	// Backend takes the requests.
	Backend Backend
}

// Backend is a Service and a port of it, or an action when Port is UseAnnotation.
type Backend struct {
	// Service is the name of a Service in the namespace of the Ingress, or of an action.
	Service string
	// Port is a port number, a port name, or UseAnnotation.
	Port string
}

// Service is what LBC reads of a core/v1 Service. Its annotations win over those of the Ingress.
type Service struct {
	// Namespace and Name identify the Service; both are required.
	Namespace, Name string
	// Annotations are all of metadata.annotations, with their full names.
	Annotations map[string]string
	// Ports are spec.ports; a backend names one by number or by name.
	Ports []ServicePort
}

// Key gives "namespace/name".
func (s Service) Key() string { return s.Namespace + "/" + s.Name }

// ServicePort is one port of a Service.
type ServicePort struct {
	// Name of the port; empty when it has none.
	Name string
	// Port is 1..65535.
	Port int
	// TargetPort is the port of the pods: a number, or the name of a port of theirs. Empty: the same as Port.
	TargetPort string
	// NodePort is the port on the nodes; 0 for none, as in a Service of type ClusterIP. Targets of type instance need one.
	NodePort int
}

// ClassParams is what LBC reads of the IngressClassParams behind an IngressClass. A field that is set beats the
// annotation of the same meaning on every Ingress of the class
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/).
type ClassParams struct {
	// Name is the name of the IngressClass; required.
	Name string
	// Group makes all Ingresses of the class share one load balancer: 1..63 lower-case alphanumerics, "-" and ".".
	// Empty: every Ingress gets a load balancer of its own, unless its annotation group.name says otherwise.
	Group string
	// LoadBalancerName is the name in AWS: 1..32 alphanumerics and hyphens. Empty: LBC derives one.
	LoadBalancerName string
	// Scheme is internet-facing or internal. Empty: annotation scheme, then internal.
	Scheme string
	// IpAddressType is ipv4, dualstack or dualstack-without-public-ipv4. Empty: annotation, then ipv4.
	IpAddressType string
	// SubnetIds are at least two subnets in different zones. Empty: LBC discovers subnets by their tags.
	SubnetIds []string
	// InboundCidrs may reach the listeners. Empty: annotation, then everybody.
	InboundCidrs []string
	// CertificateArns serve every HTTPS listener; the first is the default. Empty: annotation certificate-arn.
	CertificateArns []string
	// SslPolicy is the TLS policy of HTTPS listeners. Empty: annotation, then DefaultSslPolicy.
	SslPolicy string
	// SslRedirectPort is the port of the HTTPS listener that all HTTP listeners redirect to. 0: annotation, then none.
	SslRedirectPort int
	// Listeners carry listener attributes; they do not open a listener. Each must be opened by the annotation
	// listen-ports of an Ingress (see ListenPorts), and an Ingress should open no other. Empty: no check.
	Listeners []Listener
	// ListenerAttributes are attributes of listeners such as routing.http.response.server.enabled; each beats that of the annotation
	// listener-attributes.
	ListenerAttributes map[Listener]map[string]string `json:"-"`
	// TargetType is ip or instance. Empty: annotation, then DefaultTargetType.
	TargetType string
	// Attributes are load balancer attributes such as idle_timeout.timeout_seconds. Each beats that of the annotation
	// load-balancer-attributes.
	Attributes map[string]string
	// Tags are put on the load balancer and everything that LBC makes for it.
	Tags map[string]string
	// WebAclArn is the WAFv2 web ACL; passed on as it is.
	WebAclArn string
	// WebAclName beats WebAclArn and both annotations; "none" takes the web ACL away. Empty: annotation, then WebAclArn.
	WebAclName string
}

// Protocols of a listener.
const (
	// HTTP is plain HTTP.
	HTTP = "HTTP"
	// HTTPS is HTTP over TLS, which needs a certificate.
	HTTPS = "HTTPS"
)

// Protocols lists the allowed values of Listener.Protocol.
var Protocols = []string{HTTP, HTTPS}

// Listener is one port of a load balancer.
type Listener struct {
	// Protocol is HTTP or HTTPS. Required.
	Protocol string `json:"protocol" jsonschema:"required"`

	// Port is 1 to 65535, once per load balancer. Required.
	Port int `json:"port" jsonschema:"required,minimum=1,maximum=65535"`
}

// ListenPorts gives the value of the annotation listen-ports that opens the listeners, in the order given, for example
// [{"HTTPS":443},{"HTTP":80}].
func ListenPorts(listeners []Listener) string {
	entries := make([]string, len(listeners))
	for i, l := range listeners {
		entry, _ := json.Marshal(map[string]int{l.Protocol: l.Port})
		entries[i] = string(entry)
	}
	return "[" + strings.Join(entries, ",") + "]"
}

package modelspec

import (
	"net"
	"net/url"
	"strconv"
)

// SharedSubdomain is the first label of the host on which all models of a load balancer answer that have no host of
// their own.
const SharedSubdomain = "api"

// Kinds of path matching, as networking.k8s.io/v1 Ingress has them.
const (
	// PathTypeExact matches the whole path.
	PathTypeExact = "Exact"
	// PathTypePrefix matches whole path segments from the start.
	PathTypePrefix = "Prefix"
)

// Path is one path of a host that leads to a model.
type Path struct {
	// Path starts with a slash.
	Path string
	// PathType is PathTypeExact or PathTypePrefix.
	PathType string
}

// OwnHost tells whether the model has a host to itself.
func (m Model) OwnHost() bool { return m.Route.Subdomain != "" }

// Host returns the host name the model answers on, below the domain of its load balancer.
func (m Model) Host(domain string) string {
	if m.OwnHost() {
		return m.Route.Subdomain + "." + domain
	}
	return SharedSubdomain + "." + domain
}

// StatusPath returns the path that answers 200 when the model is loaded, which is what health checks ask for.
func (m Model) StatusPath() string { return "/v1/models/" + m.Name }

// PredictPath returns the path that takes predictions, on every host.
func (m Model) PredictPath() string { return m.StatusPath() + ":predict" }

// Paths returns what an Ingress must route to the model. On the shared host these are two exact paths: a Prefix path
// /v1/models/x does not take in /v1/models/x:predict, since the load balancer controller turns it into the patterns
// /v1/models/x and /v1/models/x/*
// (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_build_listener_rules.go).
// A host of the model's own leads to it whole.
func (m Model) Paths() []Path {
	if m.OwnHost() {
		return []Path{{Path: "/", PathType: PathTypePrefix}}
	}
	return []Path{
		{Path: m.StatusPath(), PathType: PathTypeExact},
		{Path: m.PredictPath(), PathType: PathTypeExact},
	}
}

// URL returns the address that takes predictions. Scheme is http or https; the port is left out where it is the scheme's own
// or 0.
func (m Model) URL(scheme, domain string, port int) string {
	host := m.Host(domain)
	if port != 0 && port != schemePorts[scheme] {
		host = net.JoinHostPort(host, strconv.Itoa(port))
	}
	address := url.URL{Scheme: scheme, Host: host, Path: m.PredictPath()}
	return address.String()
}

var schemePorts = map[string]int{"http": 80, "https": 443}

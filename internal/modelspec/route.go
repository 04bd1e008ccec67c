package modelspec

import (
	"net"
	"net/url"
	"strconv"
)

// SharedSubdomain is the first label of the host on which all models of a load balancer answer that ask for nothing else.
const SharedSubdomain = "api"

// HostSuffix ends the name of the Ingress of a model's own host: the model's name and this.
const HostSuffix = "-host"

// Ways to expose a model.
const (
	// ExposureShared puts the model behind a load balancer that it shares with others.
	ExposureShared = "shared"
	// ExposureDedicated gives it a load balancer of its own.
	ExposureDedicated = "dedicated"
	// ExposureNone gives it none: only pods of the cluster reach it.
	ExposureNone = "none"
)

// Exposures lists the allowed values of Route.Exposure.
var Exposures = []string{ExposureShared, ExposureDedicated, ExposureNone}

// Ways to tell requests for one model from those for another.
const (
	// ByPath leads to the model by the path, on a host that other models share.
	ByPath = "path"
	// ByHost leads to it by a host of its own.
	ByHost = "host"
	// ByBoth does both.
	ByBoth = "both"
)

// Bys lists the allowed values of Route.By.
var Bys = []string{ByPath, ByHost, ByBoth}

// Route says at which address a model answers.
type Route struct {
	// LoadBalancer names the load balancer to use, as declared in the environment's configuration: an internet-facing or an internal
	// one. Default public.
	LoadBalancer string `json:"loadBalancer,omitempty"`

	// Exposure is shared (default), dedicated, which gives the model an Application Load Balancer of its own with the settings of the one
	// named by loadBalancer, or none, which leaves it to pods of the cluster.
	Exposure string `json:"exposure,omitempty"`

	// By says how requests find the model: path (https://api.<domain>/v1/models/<name>), host (a host of its own) or both. Default host where
	// subdomain is given or exposure is dedicated, else path.
	By string `json:"by,omitempty"`

	// Subdomain is the first label of the model's host. Default the name of the model; with by: path the host is shared, and the default is
	// api.
	Subdomain string `json:"subdomain,omitempty"`

	// Paths of the model's own host that lead to it: contract, which is /v1/models/<name> and /v1/models/<name>:predict, or all, such as
	// pages of documentation and metrics, which everybody who reaches the load balancer then reaches. Default contract.
	Paths string `json:"paths,omitempty"`

	// Namespaces whose pods may call the model inside the cluster, at http://<name>.<namespace of the models>, with files at
	// http://<name>-predictor.<namespace of the models>. Default none.
	Namespaces []string `json:"namespaces,omitempty"`
}

// Values of Route.Paths.
const (
	// PathsContract leads the two paths of the contract to the model; all others answer 404.
	PathsContract = "contract"
	// PathsAll leads every path to the model.
	PathsAll = "all"
)

// PathSets lists the allowed values of Route.Paths.
var PathSets = []string{PathsContract, PathsAll}

// Kinds of path matching, as networking.k8s.io/v1 Ingress has them.
const (
	// PathTypeExact matches the whole path.
	PathTypeExact = "Exact"
	// PathTypePrefix matches whole path segments from the start.
	PathTypePrefix = "Prefix"
)

// Entrance is one host on which a model answers through a load balancer.
type Entrance struct {
	// Host is the DNS name.
	Host string
	// Shared tells that other models answer on the host, too, each at its own paths.
	Shared bool
	// AllPaths tells that every path of the host leads to the model. Else the two of the contract do.
	AllPaths bool
}

// Entrances returns the hosts of the model below the domain of its load balancer, the shared one first; none without exposure.
func (m Model) Entrances(domain string) []Entrance {
	by := m.Route.by()
	var all []Entrance
	if m.Route.Exposure == ExposureNone {
		return nil
	}
	if by != ByHost {
		shared := SharedSubdomain
		if by == ByPath && m.Route.Subdomain != "" {
			shared = m.Route.Subdomain
		}
		all = append(all, Entrance{Host: shared + "." + domain, Shared: true})
	}
	if by != ByPath {
		all = append(all, Entrance{Host: m.ownSubdomain() + "." + domain, AllPaths: m.Route.Paths == PathsAll})
	}
	return all
}

// by is how requests find the model, with the default filled in.
func (r Route) by() string {
	switch {
	case r.By != "":
		return r.By
	case r.Subdomain != "" || r.Exposure == ExposureDedicated:
		return ByHost
	default:
		return ByPath
	}
}

func (m Model) ownSubdomain() string {
	if m.Route.Subdomain != "" {
		return m.Route.Subdomain
	}
	return m.Name
}

// StatusPath returns the path that answers 200 when the model is loaded, which is what health checks ask for.
func (m Model) StatusPath() string { return "/v1/models/" + m.Name }

// PredictPath returns the path that takes predictions, on every host.
func (m Model) PredictPath() string { return m.StatusPath() + ":predict" }

// URL returns the address on a host that takes predictions. Scheme is http or https; the port is left out where it is the scheme's own
// or 0.
func (m Model) URL(scheme, host string, port int) string {
	if port != 0 && port != schemePorts[scheme] {
		host = net.JoinHostPort(host, strconv.Itoa(port))
	}
	address := url.URL{Scheme: scheme, Host: host, Path: m.PredictPath()}
	return address.String()
}

var schemePorts = map[string]int{"http": 80, "https": 443}

package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/alb"
)

var addresses = Check{
	Key: "addresses", Title: "Every host leads to the load balancer of its Ingress, and that exists",
	Needs:  []Need{needIngresses, needClasses, needResolved},
	Uses:   []Need{needBalancers, needParams},
	Breaks: "Callers reach nothing, or a load balancer that knows nothing of the host.",
	Find:   findAddresses,
}

// Ingress is an Ingress.
type Ingress struct {
	Metadata Meta
	Spec     struct {
		IngressClassName string
		DefaultBackend   *Backend
		Rules            []struct {
			Host string
			HTTP *struct {
				Paths []struct {
					Path, PathType string
					Backend        Backend
				}
			}
		}
	}
	Status struct {
		LoadBalancer struct{ Ingress []struct{ Hostname string } }
	}
}

// Backend is what an Ingress sends requests to.
type Backend struct {
	Service *struct {
		Name string
		Port struct {
			Name   string
			Number int
		}
	}
}

// Class is an IngressClass.
type Class struct {
	Metadata Meta
	Spec     struct {
		Controller string
		Parameters *struct{ Kind, Name string }
	}
}

// Params is an IngressClassParams.
type Params struct {
	Metadata Meta
	Spec     map[string]any
}

// albController is the controller of the classes whose Ingresses an ALB serves.
const albController = "ingress.k8s.aws/alb"

// Balancer is a load balancer of the account, in the region.
type Balancer struct {
	LoadBalancerName, DNSName, Scheme, Type string
	State                                   struct{ Code, Reason string }
}

// Resolved is what a name resolves to.
type Resolved struct {
	Addresses []string
	Err       error
}

func (i Ingress) object() string { return "Ingress " + i.Metadata.Full() }

func (i Ingress) hostname() string {
	for _, at := range i.Status.LoadBalancer.Ingress {
		return at.Hostname
	}
	return ""
}

// hosts are those that name one host, without wildcards.
func (i Ingress) hosts() (all []string) {
	for _, r := range i.Spec.Rules {
		if r.Host != "" && !strings.Contains(r.Host, "*") {
			all = append(all, r.Host)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// served are the Ingresses of load balancers, without those that go.
func (f Facts) servedIngresses() (all []Ingress) {
	for _, i := range f.Ingresses {
		if i.Metadata.DeletionTimestamp == nil && slices.ContainsFunc(f.Classes, func(c Class) bool {
			return c.Metadata.Name == i.Spec.IngressClassName && c.Spec.Controller == albController
		}) {
			all = append(all, i)
		}
	}
	return all
}

// addressPatience is how long AWS may take to make a load balancer.
const addressPatience = 5 * time.Minute

func findAddresses(f Facts) (all []Finding) {
	asked := map[string]bool{}
	for _, i := range f.servedIngresses() {
		hostname := i.hostname()
		if hostname == "" {
			all = append(all, Finding{
				Severity: lateness(f.Now.Sub(i.Metadata.CreationTimestamp), addressPatience), Object: i.object(), Seen: "it has no load balancer",
				Fix:     "Its events and the log of the AWS Load Balancer Controller say what AWS refused.",
				Command: fmt.Sprintf("kubectl -n %s describe ingress %s", i.Metadata.Namespace, i.Metadata.Name),
			})
			continue
		}
		if found, wrong := f.balancerFinding(i, hostname); wrong {
			all = append(all, found)
			continue
		}
		for _, host := range i.hosts() {
			if asked[host+" "+hostname] {
				continue
			}
			asked[host+" "+hostname] = true
			if found, wrong := f.hostFinding(i, host, hostname); wrong {
				all = append(all, found)
			}
		}
	}
	return all
}

// balancerFinding is about the load balancer that an Ingress names, where those of the account are known.
func (f Facts) balancerFinding(i Ingress, hostname string) (Finding, bool) {
	if f.Balancers == nil {
		return Finding{}, false
	}
	found := Finding{
		Severity: Error, Object: i.object(),
		Fix:     "Have the AWS Load Balancer Controller make it again, and deploy, which writes the hosts' records.",
		Command: "kubectl -n kube-system rollout restart deployment aws-load-balancer-controller",
	}
	at := slices.IndexFunc(f.Balancers, func(b Balancer) bool {
		return strings.EqualFold(b.DNSName, hostname) || strings.EqualFold("dualstack."+b.DNSName, hostname)
	})
	switch {
	case at < 0:
		found.Seen = fmt.Sprintf("its load balancer %s does not exist in the account and region", hostname)
		return found, true
	case f.Balancers[at].State.Code == "failed":
		found.Seen = fmt.Sprintf("its load balancer %s failed: %s", hostname, f.Balancers[at].State.Reason)
		return found, true
	}
	return found, false
}

func (f Facts) hostFinding(i Ingress, host, hostname string) (Finding, bool) {
	its, balancers := f.Resolved[host], f.Resolved[hostname]
	found := Finding{
		Severity: Error, Object: i.object(), Command: "dig +short " + host + " " + hostname,
		Fix: fmt.Sprintf("Give %s an alias record for %s: modelway:loadBalancers.<name>.hostedZoneId has the deployment write it.", host,
			hostname),
	}
	if f.private(i) {
		found.Severity = Warning
		found.Fix += " From outside of the VPC a name in a private zone resolves to nothing."
	}
	switch {
	case its.Err != nil:
		found.Seen = fmt.Sprintf("host %s does not resolve: %v", host, its.Err)
	case balancers.Err != nil:
		found.Seen = fmt.Sprintf("the name of its load balancer, %s, does not resolve: %v", hostname, balancers.Err)
	case !slices.ContainsFunc(its.Addresses, func(a string) bool { return slices.Contains(balancers.Addresses, a) }):
		found.Severity = Warning // a CDN or a proxy in front is allowed
		found.Seen = fmt.Sprintf("host %s resolves to %s, and its load balancer %s to %s", host, strings.Join(its.Addresses, ", "), hostname,
			strings.Join(balancers.Addresses, ", "))
		found.Fix += " A proxy in front of the load balancer resolves so, too."
	default:
		return found, false
	}
	return found, true
}

// private reports whether the load balancer of an Ingress is internal.
func (f Facts) private(i Ingress) bool {
	params, known := f.paramsOf(i.Spec.IngressClassName)
	return known && params.Scheme == "internal"
}

// paramsOf are the params of a class; false where it has none that can be read.
func (f Facts) paramsOf(name string) (alb.ClassParams, bool) {
	for _, c := range f.Classes {
		if c.Metadata.Name != name || c.Spec.Parameters == nil {
			continue
		}
		for _, p := range f.Params {
			if p.Metadata.Name == c.Spec.Parameters.Name {
				read, err := alb.ReadClassParams(name, p.Spec)
				return read, err == nil
			}
		}
	}
	return alb.ClassParams{}, false
}

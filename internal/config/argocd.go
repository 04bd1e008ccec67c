package config

import (
	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/serving"
)

// Argocd is the spec of Argo CD, whose rules are in package argocd.
type Argocd = argocd.Spec

// checkArgocd reports a provider of Argo CD where no browser could come back from it.
func checkArgocd(c Config) []Fault {
	names := c.Serving(serving.ServesTools)
	if !c.Argocd.Enabled || !c.Argocd.Oidc.Given() || len(names) > 0 && c.LoadBalancers[names[0]].HasHTTPS() {
		return nil
	}
	at := path{"argocd", "oidc"}
	return []Fault{newFault(at, c.Argocd.Oidc, Fault{
		Problem: "not possible: the provider sends people back to the page of Argo CD over HTTPS, and no load balancer serves tools so",
		Allowed: "oidc where a load balancer with serves: tools has a certificate, as docs/load-balancers.md shows one",
		Fix:     removeFix(c.Environment, at),
	}).AlsoReads(balancersPath)}
}

// toolsDomain is the domain below which the load balancer of tools serves pages; "" where there is none.
func (c Config) toolsDomain() string {
	if names := c.Serving(serving.ServesTools); len(names) > 0 {
		return c.LoadBalancers[names[0]].Domain
	}
	return ""
}

package config

import (
	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/gitops"
)

// checkModelDelivery wants Argo CD where it delivers models.
func checkModelDelivery(c Config) []Fault {
	at, installed := path{"models", "delivery"}, path{"argocd", "enabled"}
	if !gitops.ByArgoCD(c.Models.Delivery) || c.Argocd.Enabled {
		return nil
	}
	return []Fault{newFault(at, c.Models.Delivery, Fault{
		Problem: "not possible: Argo CD is not installed, since " + argocd.Setting + " is false",
		Allowed: gitops.Pulumi + ", or any where modelway:" + argocd.Setting + " is true",
		Fix:     either(setFix(c.Environment, installed, true), setFix(c.Environment, at, gitops.Pulumi)),
	}).AlsoReads(installed)}
}

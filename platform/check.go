package platform

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/k8s/ingress"
	"github.com/modelway/modelway/k8s/model"
)

// CheckModels refuses models that the environment cannot carry: an unknown load balancer, compute that it does not have, or
// rules that the load balancer controller or AWS would refuse. It names every fault.
func CheckModels(cfg config.Config, models []modelspec.Model) error {
	var faults []error
	for _, m := range models {
		faults = append(faults, checkRoute(cfg, m), checkCompute(cfg, m))
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.LoadBalancers)) {
		faults = append(faults, checkRules(cfg, name, models))
	}
	return errors.Join(faults...)
}

func checkRoute(cfg config.Config, m modelspec.Model) error {
	if _, ok := cfg.LoadBalancers[m.Route.LoadBalancer]; ok {
		return nil
	}
	return fmt.Errorf("model %s: route.loadBalancer is %q; allowed in environment %s: %s; change it, or declare the load balancer under modelway:loadBalancers",
		m.Name, m.Route.LoadBalancer, cfg.Environment, strings.Join(slices.Sorted(maps.Keys(cfg.LoadBalancers)), ", "))
}

func checkCompute(cfg config.Config, m modelspec.Model) error {
	labels := model.PodLabels(m)
	switch {
	case m.Compute == modelspec.ComputeNodes && len(cfg.Compute.NodeGroups) == 0:
		return fmt.Errorf("model %s: compute is %q, but environment %s has no node group; use %q, or add one under modelway:compute.nodeGroups",
			m.Name, m.Compute, cfg.Environment, modelspec.ComputeFargate)
	case m.Compute == modelspec.ComputeFargate && !cfg.Compute.RunsOnFargate(cfg.Models.Namespace, labels):
		return fmt.Errorf("model %s: compute is %q, but no Fargate profile of environment %s selects its pods (namespace %s, label %s=%s); add such a selector under modelway:compute.fargateProfiles, or use %q",
			m.Name, m.Compute, cfg.Environment, cfg.Models.Namespace, model.ComputeLabel, m.Compute, modelspec.ComputeNodes)
	}
	return nil
}

// checkRules builds the load balancer's rules as the controller would.
func checkRules(cfg config.Config, name string, models []modelspec.Model) error {
	lb := cfg.LoadBalancers[name]
	class := (&PlatformArgs{Config: cfg}).className(name)
	group := []alb.Ingress{ingress.Anchor(class, ingress.DefaultNamespace, listeners(lb))}
	for _, m := range models {
		if m.Route.LoadBalancer == name {
			group = append(group, model.Ingress(m, model.Routing{
				Namespace:   cfg.Models.Namespace,
				ClassName:   class,
				Domain:      lb.Domain,
				ListenPorts: alb.ListenPorts(listeners(lb)),
			}))
		}
	}
	params := alb.ClassParams{Name: class, Group: class, Scheme: lb.Scheme, CertificateArns: lb.CertificateArns}
	if lb.HasHTTPS() {
		_, params.SslRedirectPort = entry(lb)
	}
	if _, err := alb.Build(params, group); err != nil {
		return fmt.Errorf("load balancer %s: %w", name, err)
	}
	return nil
}

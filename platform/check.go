package platform

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/infra/addons"
	"github.com/modelway/modelway/infra/compute"
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/k8s/ingress"
	"github.com/modelway/modelway/k8s/model"
)

// CheckModels refuses models that the environment cannot carry: an unknown load balancer, compute or storage that it does not have,
// more pods than there are addresses, or rules that the load balancer controller or AWS would refuse. With them it refuses what in
// the environment does not fit together. It names every fault.
func CheckModels(cfg config.Config, models []modelspec.Model) error {
	faults := []error{
		compute.Validate(fargateProfiles(cfg.Compute), nodeGroups(cfg.Compute)),
		addons.CheckPins(addonKind(cfg), cfg.Cluster.AddonVersions),
		checkAddresses(cfg, models),
	}
	for _, m := range models {
		faults = append(faults, checkRoute(cfg, m), checkCompute(cfg, m), checkStorage(cfg, m))
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

func checkStorage(cfg config.Config, m modelspec.Model) error {
	if m.Storage == modelspec.StorageNone || cfg.ModelStore.Enabled {
		return nil
	}
	return fmt.Errorf("model %s: storage is %q, but environment %s has no model store; set modelway:modelStore.enabled to true, or use %q",
		m.Name, m.Storage, cfg.Environment, modelspec.StorageNone)
}

// requestedCertificate stands for the ARN of a certificate that is yet to be made.
const requestedCertificate = "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000"

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
				ListenPorts: alb.ListenPorts(listeners(lb)), JwtValidation: jwtAnnotation(lb),
			}))
		}
	}
	params := alb.ClassParams{Name: class, Group: class, Scheme: lb.Scheme, CertificateArns: lb.CertificateArns}
	if lb.RequestCertificate {
		params.CertificateArns = []string{requestedCertificate}
	}
	if lb.HasHTTPS() {
		_, params.SslRedirectPort = entry(lb)
	}
	if _, err := alb.Build(params, group); err != nil {
		return fmt.Errorf("load balancer %s: %w", name, err)
	}
	return nil
}

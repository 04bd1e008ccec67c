package loadbalancer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/kubelet"
)

// groupModel is the model of a group's load balancer, and what it was made from.
type groupModel struct {
	params    alb.ClassParams
	ingresses []alb.Ingress
	services  []alb.Service

	built *alb.LoadBalancer
	err   error
}

// build returns the model of a group's load balancer, the same one until something that it is made from changes.
func (c *controller) build(name string, g *group) (*alb.LoadBalancer, error) {
	m := &groupModel{params: g.params, ingresses: modelIngresses(g.members)}
	m.services = c.modelServices(m.ingresses)
	if last := c.models[name]; last != nil && reflect.DeepEqual([]any{last.params, last.ingresses, last.services}, []any{m.params, m.ingresses,
		m.services}) {
		return last.built, last.err
	}
	built, err := alb.Build(m.params, m.ingresses, alb.WithServices(m.services...), alb.WithQuotas(quotasOfRules()))
	m.built, m.err = &built, err
	c.models[name] = m
	c.tellUnserved(g, err)
	return m.built, m.err
}

// quotasOfRules are those that a rule has. Those of a load balancer are the account's, which tells them as AWS does (load).
func quotasOfRules() alb.Quotas {
	quotas := alb.DefaultQuotas()
	quotas.Rules, quotas.TargetGroups, quotas.Certificates, quotas.Listeners = math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt
	return quotas
}

// load counts what a load balancer needs of the account, beside the target groups of the other ones.
func (c *controller) load(model alb.LoadBalancer, targets map[string][]string) aws.Load {
	load := aws.Load{Listeners: len(model.Listeners), Rules: model.RuleCount(), Certificates: model.ExtraCertificates(),
		Groups: len(model.TargetGroups)}
	for _, other := range c.models {
		load.TargetGroups += len(other.built.TargetGroups)
	}
	for _, addresses := range targets {
		load.Targets = append(load.Targets, len(addresses))
	}
	return load
}

// tellUnserved records an Event on each Ingress that has something which the model leaves out, such as transforms.
func (c *controller) tellUnserved(g *group, err error) {
	for _, fault := range alb.FaultsOf(err) {
		for _, ingress := range g.members {
			if fault.Code == alb.NotModelled && keyOf(ingress) == fault.Ingress {
				c.Log.Info("loadbalancer: "+fault.Message, "about", topicOf(ingress), "reason", "NotServedLocally")
				c.events.Event(ingress, corev1.EventTypeWarning, "NotServedLocally", fault.Message)
			}
		}
	}
}

// modelServices returns what the model of a load balancer needs of the Services that its Ingresses name.
func (c *cluster) modelServices(ingresses []alb.Ingress) (models []alb.Service) {
	seen := map[string]bool{}
	for _, ingress := range ingresses {
		for _, name := range serviceNames(ingress) {
			service, err := c.services.Services(ingress.Namespace).Get(name)
			if err != nil || seen[ingress.Namespace+"/"+name] {
				continue
			}
			seen[ingress.Namespace+"/"+name] = true
			model := alb.Service{Namespace: service.Namespace, Name: service.Name, Annotations: service.Annotations}
			for _, port := range service.Spec.Ports {
				model.Ports = append(model.Ports, alb.ServicePort{Name: port.Name, Port: int(port.Port), TargetPort: port.TargetPort.String(),
					NodePort: int(port.NodePort)})
			}
			models = append(models, model)
		}
	}
	return models
}

// actionsPrefix begins the annotations that hold actions
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions).
const actionsPrefix = "alb.ingress.kubernetes.io/actions."

// serviceNames returns the Services that an Ingress names, in its backends and in its actions, in alphabetical order.
func serviceNames(ingress alb.Ingress) (names []string) {
	if ingress.DefaultBackend != nil {
		names = append(names, ingress.DefaultBackend.Service)
	}
	for _, rule := range ingress.Rules {
		for _, path := range rule.Paths {
			names = append(names, path.Backend.Service)
		}
	}
	for annotation, value := range ingress.Annotations {
		if !strings.HasPrefix(annotation, actionsPrefix) {
			continue
		}
		var action struct {
			ForwardConfig struct {
				TargetGroups []struct{ ServiceName string }
			}
		}
		_ = json.Unmarshal([]byte(value), &action) // the model refuses what is malformed
		for _, tg := range action.ForwardConfig.TargetGroups {
			names = append(names, tg.ServiceName)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// modelIngresses returns what the model of a load balancer needs of its Ingresses.
func modelIngresses(ingresses []*networkingv1.Ingress) (models []alb.Ingress) {
	for _, ingress := range ingresses {
		model := alb.Ingress{Namespace: ingress.Namespace, Name: ingress.Name, ClassName: *ingress.Spec.IngressClassName,
			Annotations: ingress.Annotations}
		if backend := ingress.Spec.DefaultBackend; backend != nil {
			model.DefaultBackend = new(modelBackend(backend))
		}
		for _, rule := range ingress.Spec.Rules {
			converted := alb.Rule{Host: rule.Host}
			if rule.HTTP != nil {
				for _, path := range rule.HTTP.Paths {
					converted.Paths = append(converted.Paths, alb.Path{Path: path.Path, PathType: string(*path.PathType),
						Backend: modelBackend(&path.Backend)})
				}
			}
			model.Rules = append(model.Rules, converted)
		}
		models = append(models, model)
	}
	return models
}

// modelBackend is empty for a backend that is no Service, which LBC does not know.
func modelBackend(backend *networkingv1.IngressBackend) alb.Backend {
	if backend.Service == nil {
		return alb.Backend{}
	}
	port := backend.Service.Port
	return alb.Backend{Service: backend.Service.Name, Port: cmp.Or(port.Name, strconv.Itoa(int(port.Number)))}
}

// targets returns the addresses of the ready endpoints of each target group. An endpoint that terminates is not ready
// (https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions).
func (c *cluster) targets(model alb.LoadBalancer) map[string][]string {
	addresses := map[string][]string{}
	for _, tg := range model.TargetGroups {
		service, err := c.services.Services(tg.Namespace).Get(tg.Service)
		if err != nil {
			continue
		}
		all, _ := c.slices.ByIndex(byService, tg.Namespace+"/"+tg.Service) // fails without the index
		for _, object := range all {
			slice := object.(*discoveryv1.EndpointSlice)
			for _, port := range slice.Ports {
				if !slices.ContainsFunc(service.Spec.Ports, func(p corev1.ServicePort) bool {
					return p.Name == *port.Name && (tg.Port == p.Name || tg.Port == strconv.Itoa(int(p.Port)))
				}) {
					continue
				}
				for _, endpoint := range slice.Endpoints {
					if ready := endpoint.Conditions.Ready; ready == nil || *ready {
						addresses[tg.Key] = append(addresses[tg.Key], fmt.Sprintf("%s:%d", kubelet.Loopback(endpoint.Addresses[0]), *port.Port))
					}
				}
			}
		}
		slices.Sort(addresses[tg.Key])
	}
	return addresses
}

package plan

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// modelFault is what keeps one model from being served.
type modelFault struct {
	model string
	error
	// says are the keys of model files that it is about.
	says []saying
}

// saying is a key of a model's file.
type saying struct{ model, key string }

// about makes the fault of a key; none where there is no error.
func about(m modelspec.Model, key string, err error) []modelFault {
	if err == nil {
		return nil
	}
	return []modelFault{{m.Name, err, []saying{{m.Name, key}}}}
}

// located adds the places in files of what faults are about.
func located(set modelspec.Set, faults []modelFault) []modelFault {
	for i, fault := range faults {
		var places []string
		for _, of := range fault.says {
			if place := set.Place(of.model, of.key); place != "" {
				places = append(places, place)
			}
		}
		if len(places) > 0 {
			faults[i].error = fmt.Errorf("%w (%s)", fault.error, strings.Join(places, ", "))
		}
	}
	return faults
}

// Joined is all faults in one error, nil where there are none.
func Joined(faults []modelFault) error {
	all := make([]error, len(faults))
	for i, fault := range faults {
		all[i] = fault.error
	}
	return errors.Join(all...)
}

// Preflight plans how the models are served, and finds everything that would fail on the way. Faults of single models are told apart from
// the error, which is no one model's. The models are in the order of their names.
func Preflight(cfg config.Config, models []modelspec.Model, previous Previous) (Plan, []modelFault, error) {
	var faults []modelFault
	var fit []modelspec.Model
	pages := toolsOf(cfg)
	for _, m := range models {
		if unfit := slices.Concat(checkModel(cfg, m), about(m, "route.subdomain", pages.check(cfg, m))); len(unfit) > 0 {
			faults = append(faults, unfit...)
			continue
		}
		fit = append(fit, m)
	}
	fit, clashes := claimServices(fit, previous)
	fit, conflicts := claim(cfg, fit, previous)
	faults = slices.Concat(faults, clashes, conflicts)
	p, err := New(cfg, fit, previous)
	for _, b := range p.Balancers {
		unfit, ruleErr := checkRules(cfg, b)
		faults = append(faults, unfit...)
		err = errors.Join(err, ruleErr)
	}
	slices.SortStableFunc(faults, func(a, b modelFault) int { return cmp.Compare(a.model, b.model) })
	return p, faults, errors.Join(checkEnvironment(cfg), err, checkAddresses(cfg, p, fit), checkMigration(cfg, p, fit, previous),
		checkDelivery(cfg, previous), checkHandOver(cfg, models, previous))
}

// view is a place where host names must be unique: a hosted zone, or else what one load balancer of the configuration serves. Load
// balancers of different networks may serve the same name.
func view(cfg config.Config, m modelspec.Model) string {
	return cmp.Or(cfg.LoadBalancers[m.Route.LoadBalancer].HostedZoneId, m.Route.LoadBalancer)
}

// claim gives each host to the models that may have it: many where all of them share it and are behind the same load balancer, else the
// first. Models that keep the route they were deployed with come first, so that no other takes anything from them, and new ones last.
func claim(cfg config.Config, models []modelspec.Model, previous Previous) (fit []modelspec.Model, faults []modelFault) {
	type at struct{ view, host string }
	owners := map[at]route{}
	refused := map[string]bool{}
	for _, m := range byAge(models, previous) {
		var claims []at
		for _, entrance := range m.Entrances(cfg.LoadBalancers[m.Route.LoadBalancer].Domain) {
			host := at{view(cfg, m), entrance.Host}
			owner, taken := owners[host]
			if taken && !(owner.entrance.Shared && entrance.Shared && poolOf(owner.model) == poolOf(m)) {
				faults = append(faults, modelFault{m.Name, conflict(m, entrance, owner), hostOf(m, owner.model)})
				refused[m.Name] = true
			}
			claims = append(claims, host)
		}
		for i, entrance := range m.Entrances(cfg.LoadBalancers[m.Route.LoadBalancer].Domain) {
			if _, taken := owners[claims[i]]; !taken && !refused[m.Name] {
				owners[claims[i]] = route{m, entrance}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(models), func(m modelspec.Model) bool { return refused[m.Name] }), faults
}

// byAge has the models in the order of their seniority.
func byAge(models []modelspec.Model, previous Previous) []modelspec.Model {
	sorted := slices.Clone(models)
	slices.SortStableFunc(sorted, func(a, b modelspec.Model) int { return seniority(a, previous) - seniority(b, previous) })
	return sorted
}

// seniority is 0 for a model that keeps the route it was deployed with, 1 for another deployed one and 2 for a new one.
func seniority(m modelspec.Model, previous Previous) int {
	last, found := previous.Models[m.Name]
	switch {
	case !found:
		return 2
	case !reflect.DeepEqual(last.Route, m.Route):
		return 1
	}
	return 0
}

// conflict says why a model cannot have a host.
func conflict(m modelspec.Model, entrance modelspec.Entrance, owner route) error {
	how := "all paths of it lead to"
	if owner.entrance.Shared {
		how = fmt.Sprintf("it is the shared host of load balancer %s, with", owner.model.Route.LoadBalancer)
	}
	return fmt.Errorf("model %s: route asks for host %s, but %s model %s (route.subdomain %q, route.by %q); set another route.subdomain, or "+
		"remove it to use the shared host",
		m.Name, entrance.Host, how, owner.model.Name, owner.model.Route.Subdomain, owner.model.Route.By)
}

// hostOf are the keys that give two models a host.
func hostOf(models ...modelspec.Model) []saying {
	var all []saying
	for _, m := range models {
		key := "route.subdomain"
		if m.Route.Subdomain == "" {
			key = "route.by"
		}
		all = append(all, saying{m.Name, key})
	}
	return all
}

// What stands for an output in the params of a class: the ARN of a certificate that is yet to be made, and the name of the log bucket.
const (
	requestedCertificate = "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000"
	logBucket            = "logs"
)

// params is what the controller reads of a class, once everything is there.
func params(class serving.Class) alb.ClassParams {
	p := class.Params()
	if class.RequestCertificate {
		p.CertificateArns = []string{requestedCertificate}
	}
	for _, logs := range serving.LogAttributes {
		if class.AccessLogs {
			p.Attributes[logs+"bucket"] = logBucket
		}
	}
	return p
}

// checkRules builds the load balancer's rules as the controller would. A fault of a model's Ingress is the model's. The quotas that the
// plan has counted are left out.
func checkRules(cfg config.Config, b Balancer) ([]modelFault, error) {
	class := b.Class(cfg)
	group := []alb.Ingress{class.Anchor(serving.AnchorNamespace)}
	var services []alb.Service
	owners, pages := map[string]string{}, map[string]bool{}
	for _, d := range b.routes {
		made := serving.Ingress(d.model, serving.Routing{
			Entrance: d.entrance, Namespace: cfg.Models.Namespace, ClassName: class.Name,
			ListenPorts: alb.ListenPorts(class.Listeners), JwtValidation: class.Jwt.Annotation(),
		})
		group = append(group, made)
		services = append(services, serving.Services(d.model, cfg.Models.Namespace)...)
		owners[made.Key()] = d.model.Name
	}
	for _, tool := range b.Tools {
		made := b.Ingress(tool)
		group, services, pages[made.Key()] = append(group, made), append(services, serving.PageService(tool.Tool)), true
	}
	counted := alb.DefaultQuotas()
	counted.Rules, counted.TargetGroups, counted.Certificates = math.MaxInt, math.MaxInt, math.MaxInt
	_, err := alb.Build(params(class), group, alb.WithServices(services...), alb.WithQuotas(counted))
	var faults []modelFault
	var rest []error
	for _, fault := range alb.FaultsOf(err) {
		if owner, ok := owners[fault.Ingress]; ok {
			faults = append(faults, modelFault{owner, fmt.Errorf("model %s: load balancer %s: %w", owner, b.Name, fault),
				[]saying{{owner, "route"}}})
			continue
		}
		if pages[fault.Ingress] && fault.Code == alb.NotModelled {
			continue // a login, of which the model of a load balancer says only that it comes before the tool
		}
		rest = append(rest, fmt.Errorf("load balancer %s: %w", b.Name, fault))
	}
	return faults, errors.Join(rest...)
}

package review

import (
	"encoding/json"

	"github.com/modelway/modelway/internal/resource"
)

// served is how requests reach a model on one side of the change.
type served struct {
	hosts   map[string]bool
	paths   map[string]bool
	weights map[string]string // by Service
}

func newServed() served {
	return served{hosts: map[string]bool{}, paths: map[string]bool{}, weights: map[string]string{}}
}

// take reads an Ingress. A Service without an action of its own gets all requests.
func (v served) take(r *resource.Resource) {
	if r == nil || r.Type != ingressType {
		return
	}
	for _, rule := range r.At("spec", "rules").List() {
		host := rule.At("host").Text()
		if host != "" {
			v.hosts[host] = true
		}
		for _, path := range rule.At("http", "paths").List() {
			v.paths[host+path.At("path").Text()] = true
			service := path.At("backend", "service")
			name := service.At("name").Text()
			for _, pattern := range patterns(r.At("metadata", "annotations", "alb.ingress.kubernetes.io/conditions."+name).Text()) {
				v.paths[host+pattern] = true
			}
			if service.At("port", "name").Text() != "use-annotation" {
				v.weights[name] = "100%"
				continue
			}
			for target, weight := range forwarded(r.At("metadata", "annotations", "alb.ingress.kubernetes.io/actions."+name).Text()) {
				v.weights[target] = weight
			}
		}
	}
}

// patterns are the paths in an annotation of conditions. The controller adds them to the path of the rule: a request needs one of them
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#conditions).
func patterns(annotation string) (paths []string) {
	var conditions []struct {
		PathPatternConfig struct {
			Values []string `json:"values"`
		} `json:"pathPatternConfig"`
	}
	if json.Unmarshal([]byte(annotation), &conditions) != nil {
		return nil
	}
	for _, c := range conditions {
		paths = append(paths, c.PathPatternConfig.Values...)
	}
	return paths
}

package plan

import (
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/config"
)

// ClassName is the IngressClass of a load balancer, and the name of its Ingress group.
func ClassName(loadBalancer string) string { return "modelway-" + loadBalancer }

// entry is the scheme and port that clients use: HTTPS where there is a listener for it.
func entry(lb config.LoadBalancer) (scheme string, port int) {
	for _, listener := range lb.Listeners {
		if listener.Protocol == alb.HTTPS {
			return "https", listener.Port
		}
	}
	return "http", lb.Listeners[0].Port
}

// jwtAnnotation is the value of the annotation that asks for tokens, "" for none.
func jwtAnnotation(lb config.LoadBalancer) string {
	if validation := lb.JwtValidation(); validation != nil {
		return validation.Annotation()
	}
	return ""
}

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
		if listener.Protocol == config.ProtocolHTTPS {
			return "https", listener.Port
		}
	}
	return "http", lb.Listeners[0].Port
}

// Listeners are those of the settings.
func Listeners(lb config.LoadBalancer) []alb.Listener {
	all := make([]alb.Listener, 0, len(lb.Listeners))
	for _, l := range lb.Listeners {
		all = append(all, alb.Listener{Protocol: l.Protocol, Port: l.Port})
	}
	return all
}

// JwtValidation is which tokens a load balancer asks for, nil for none.
func JwtValidation(lb config.LoadBalancer) *alb.JwtValidation {
	if lb.Jwt.Issuer == "" {
		return nil
	}
	validation := &alb.JwtValidation{Issuer: lb.Jwt.Issuer, JwksEndpoint: lb.Jwt.JwksUrl}
	for _, claim := range lb.Jwt.Claims {
		validation.AdditionalClaims = append(validation.AdditionalClaims, alb.JwtClaim{Name: claim.Name, Format: claim.Format, Values: claim.Values})
	}
	return validation
}

// jwtAnnotation is the value of the annotation that asks for tokens, "" for none.
func jwtAnnotation(lb config.LoadBalancer) string {
	if validation := JwtValidation(lb); validation != nil {
		return validation.Annotation()
	}
	return ""
}

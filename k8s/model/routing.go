package model

import (
	"fmt"
	"strconv"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/modelspec"
)

// servicePort is the port of a model's Service.
const servicePort = 80

// Routing is where a model's Ingress belongs.
type Routing struct {
	// Namespace of the Ingress.
	Namespace string
	// ClassName is the IngressClass of the load balancer.
	ClassName string
	// Domain of the load balancer.
	Domain string
	// ListenPorts is the load balancer's value of the annotation listen-ports.
	ListenPorts string
	// JwtValidation is the load balancer's value of the annotation jwt-validation, "" where it asks for no token.
	JwtValidation string
}

// Ingress returns the Ingress of a model, as NewModel registers it: its host, its paths, and the settings of its target
// group. Nothing in it but listen-ports and jwt-validation, which the load balancer dictates, concerns the load balancer, so
// Ingresses of two models cannot contradict each other. The annotations are those of
// https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/annotations/.
func Ingress(m modelspec.Model, r Routing) alb.Ingress {
	backend := alb.Backend{Service: m.Name, Port: strconv.Itoa(servicePort)}
	var paths []alb.Path
	for _, path := range m.Paths() {
		paths = append(paths, alb.Path{Path: path.Path, PathType: path.PathType, Backend: backend})
	}
	annotations := map[string]string{
		"healthcheck-path":             m.StatusPath(),
		"healthcheck-interval-seconds": strconv.Itoa(healthCheckIntervalSeconds),
		"healthcheck-timeout-seconds":  strconv.Itoa(healthCheckTimeoutSeconds),
		"healthy-threshold-count":      strconv.Itoa(healthyThreshold),
		"unhealthy-threshold-count":    strconv.Itoa(unhealthyThreshold),
		"success-codes":                "200",
		"target-group-attributes":      targetGroupAttributes(),
		"listen-ports":                 r.ListenPorts,
	}
	if r.JwtValidation != "" {
		annotations["jwt-validation"] = r.JwtValidation
	}
	full := make(map[string]string, len(annotations))
	for name, value := range annotations {
		full["alb.ingress.kubernetes.io/"+name] = value
	}
	return alb.Ingress{
		Namespace:   r.Namespace,
		Name:        m.Name,
		ClassName:   r.ClassName,
		Annotations: full,
		Rules:       []alb.Rule{{Host: m.Host(r.Domain), Paths: paths}},
	}
}

// targetGroupAttributes send each request to the replica with the fewest in work, since predictions differ in length
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html).
func targetGroupAttributes() string {
	return fmt.Sprintf("deregistration_delay.timeout_seconds=%d,load_balancing.algorithm.type=least_outstanding_requests", deregistrationSeconds)
}

package serving

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/capacity"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/modelspec"
)

const (
	// ServicePort is the port of a model's Services, and portName its name.
	ServicePort = 80
	PortName    = "http"
	// annotationPrefix begins the annotations that the load balancer controller reads.
	annotationPrefix = "alb.ingress.kubernetes.io/"
)

// Routing is where an Ingress of a model belongs.
type Routing struct {
	// Entrance is the host, and whether other models answer on it.
	Entrance modelspec.Entrance
	// Namespace of the Ingress.
	Namespace string
	// ClassName is the IngressClass of the load balancer.
	ClassName string
	// ListenPorts is the load balancer's value of the annotation listen-ports.
	ListenPorts string
	// JwtValidation is the load balancer's value of the annotation jwt-validation, "" where it asks for no token.
	JwtValidation string
}

// Ingress returns the Ingress of a model on one host, as NewModel registers it: its paths, and the settings of its target
// groups. Nothing in it but listen-ports and jwt-validation, which the load balancer dictates, concerns the load balancer, so
// Ingresses of two models cannot contradict each other. The annotations are those of
// https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/annotations/.
//
// It makes one rule on each listener, and one more where a canary has testers. Unless all paths of a host lead to the model, the rule is
// for two exact paths, of which one comes by an annotation, since the controller makes a rule of every path. A Prefix path /v1/models/x
// would not take in /v1/models/x:predict: it becomes the patterns /v1/models/x and /v1/models/x/*
// (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_build_listener_rules.go).
func Ingress(m modelspec.Model, r Routing) alb.Ingress {
	contract := m.Lifecycle()
	annotations := map[string]string{
		"healthcheck-path":             m.StatusPath(),
		"healthcheck-interval-seconds": strconv.Itoa(contract.HealthCheck.Interval),
		"healthcheck-timeout-seconds":  strconv.Itoa(contract.HealthCheck.Timeout),
		"healthy-threshold-count":      strconv.Itoa(contract.HealthCheck.HealthyThreshold),
		"unhealthy-threshold-count":    strconv.Itoa(contract.HealthCheck.UnhealthyThreshold),
		"success-codes":                "200",
		"target-group-attributes":      targetGroupAttributes(contract.DeregistrationDelay),
		"listen-ports":                 r.ListenPorts,
	}
	if r.JwtValidation != "" {
		annotations["jwt-validation"] = r.JwtValidation
	}
	path := alb.Path{Path: m.PredictPath(), PathType: alb.Exact}
	if r.Entrance.AllPaths {
		path = alb.Path{Path: "/", PathType: alb.Prefix}
	}
	var paths []alb.Path
	for _, backend := range backends(m) {
		path.Backend = alb.Backend{Service: backend.name, Port: backend.port}
		paths = append(paths, path)
		if conditions := backend.conditions(m, !r.Entrance.AllPaths); len(conditions) > 0 {
			annotations["conditions."+backend.name] = text(conditions)
		}
		if backend.action != nil {
			annotations["actions."+backend.name] = text(backend.action)
		}
	}
	return alb.Ingress{
		Namespace:   r.Namespace,
		Name:        ingressName(m, r.Entrance),
		ClassName:   r.ClassName,
		Annotations: withLineage(m, ofController(annotations)),
		Rules:       []alb.Rule{{Host: r.Entrance.Host, Paths: paths}},
	}
}

// ofController gives annotations the prefix by which the load balancer controller knows them.
func ofController(annotations map[string]string) map[string]string {
	full := make(map[string]string, len(annotations))
	for name, value := range annotations {
		full[annotationPrefix+name] = value
	}
	return full
}

// withLineage adds to the annotations of an Ingress where the versions of its model come from, which no controller reads.
func withLineage(m modelspec.Model, annotations map[string]string) map[string]string {
	for key, source := range map[string]modelspec.Source{lineage.Annotation: m.Source, lineage.CanaryAnnotation: m.Canary.Source} {
		if source.Given() {
			annotations[key] = lineage.Text(source)
		}
	}
	return annotations
}

// Services returns the Services of a model, as NewModel registers them, or KServe makes them.
func Services(m modelspec.Model, namespace string) []alb.Service {
	var all []alb.Service
	for _, v := range Versions(m) {
		target := PortName
		if v.Files.Given() {
			target = strconv.Itoa(kserve.Port) // KServe writes the number
		}
		ports := []alb.ServicePort{{Name: PortName, Port: ServicePort, TargetPort: target}}
		all = append(all, alb.Service{Namespace: namespace, Name: v.ServiceName(), Ports: ports})
	}
	return all
}

// ingressName follows from the kind of host, so that a model that gains one keeps the Ingress and the target groups of the other.
func ingressName(m modelspec.Model, e modelspec.Entrance) string {
	if e.Shared {
		return m.Name
	}
	return m.Name + modelspec.HostSuffix
}

// targetGroupAttributes send each request to the replica with the fewest in work, since predictions differ in length
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html).
func targetGroupAttributes(deregistrationDelay int) string {
	return fmt.Sprintf("deregistration_delay.timeout_seconds=%d,load_balancing.algorithm.type=least_outstanding_requests", deregistrationDelay)
}

// text is a value as the JSON of an annotation.
func text(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err) // texts, numbers, lists and maps are always valid JSON
	}
	return string(encoded)
}

// Demand is what a model takes of the load balancer of each of its hosts: rules per listener, target groups and, at its largest, targets. A
// rolling update starts one more replica before it ends an old one.
func Demand(m modelspec.Model) capacity.Demand {
	demand := capacity.Demand{Rules: len(backends(m))}
	for _, v := range Versions(m) {
		pods := v.Replicas.Max + 1
		demand.TargetGroups++
		demand.Targets += pods
		demand.LargestTargetGroup = max(demand.LargestTargetGroup, pods)
	}
	return demand
}

package alb

import (
	"strconv"
	"strings"
)

// TargetGroup is what LBC makes for one port of a Service behind one Ingress. Two Ingresses in front of the same
// Service get two target groups.
type TargetGroup struct {
	// Key is "namespace/ingress-service:port", unique in the load balancer.
	Key string
	// Namespace is that of the Ingress and of the Service.
	Namespace string
	// Ingress, Service and Port (number or name of the Service port) are where it comes from.
	Ingress, Service, Port string
	// TargetType is ip (pods) or instance (nodes).
	TargetType string
	// Protocol to the targets is HTTP or HTTPS; default HTTP.
	Protocol string
	// ProtocolVersion is HTTP1, HTTP2 or GRPC; default HTTP1.
	ProtocolVersion string
	// HealthCheck decides which targets get requests.
	HealthCheck HealthCheck
	// Attributes are those of the annotation target-group-attributes; AWS has a default for every other one.
	Attributes map[string]string
}

// TargetGroupKey gives the key of the target group for a port of a Service behind an Ingress.
func TargetGroupKey(ingress Ingress, service, port string) string {
	return ingress.Namespace + "/" + ingress.Name + "-" + service + ":" + port
}

// HealthCheck is how a load balancer finds out whether a target is healthy. The defaults are those of LBC, which differ
// from those of AWS (LBC pkg/ingress/model_builder.go); the ranges are those of AWS
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html).
type HealthCheck struct {
	Protocol           string // HTTP or HTTPS; default: that of the target group
	Port               string // "traffic-port" (default) or a number; the name of a Service port when Services are not known
	Path               string // default "/", or /AWS.ALB/healthcheck for GRPC; at most 1024 characters
	SuccessCodes       string // "200", "200,202" or "200-299" within 200..499, default 200; for GRPC within 0..99, default 12
	IntervalSeconds    int    // 5..300, default 15
	TimeoutSeconds     int    // 2..120 and less than the interval, default 5
	HealthyThreshold   int    // 2..10, default 2
	UnhealthyThreshold int    // 2..10, default 2
}

// Succeeds reports whether a status code of a target counts as healthy.
func (h HealthCheck) Succeeds(status int) bool {
	ranges, _ := codeRanges(h.SuccessCodes)
	for _, r := range ranges {
		if status >= r[0] && status <= r[1] {
			return true
		}
	}
	return false
}

// targetGroup gives the key of the target group for a port of a Service, which it makes at first use.
func (b *builder) targetGroup(m member, service, port string) string {
	key := TargetGroupKey(m.Ingress, service, port)
	if tg, made := b.targetGroups[key]; made {
		if tg.Ingress != m.Name {
			b.warn(m.key, ConflictingGroup, "target group %s of Service %s is also that of Service %s behind Ingress %s/%s, because LBC joins the "+
				"names with hyphens, and only one of the Services gets requests; rename one of them",
				key, service, tg.Service, tg.Namespace, tg.Ingress)
		}
		return key
	}
	known := b.services[m.Namespace+"/"+service]
	read := m.annotations.under(known.Annotations)
	tg := TargetGroup{
		Key: key, Namespace: m.Namespace, Ingress: m.Name, Service: service, Port: port,
		TargetType:      b.params.TargetType,
		Protocol:        read.choice(backendProtocol, "HTTP", "HTTP", "HTTPS"),
		ProtocolVersion: read.choice(backendProtocolVersion, "HTTP1", "HTTP1", "HTTP2", "GRPC"),
		Attributes:      read.attributes(),
	}
	if tg.TargetType == "" {
		tg.TargetType = read.choice(targetType, DefaultTargetType, "ip", "instance")
	}
	tg.HealthCheck = b.healthCheck(read, tg)
	b.checkTargets(read, tg)
	if !m.annotations.boolean(multiCluster) { // the one annotation for which the Service does not win
		annotations{m.key, known.Annotations, b.faultCollector}.boolean(multiCluster)
	}
	b.targetGroups[key] = tg
	return key
}

// checkTargets refuses what LBC refuses about the targets of a group (pkg/ingress/model_build_target_group.go).
func (b *builder) checkTargets(read annotations, tg TargetGroup) {
	read.pairs(tags)
	control := targetControlPort + tg.Service + "." + tg.Port
	_, controlled := read.values[control]
	read.integer(control, 0, 1, 65535)
	if tg.TargetType != "instance" {
		return
	}
	read.pairs(targetNodeLabels)
	if controlled {
		b.refuse(read.ingress, InvalidAnnotation, "annotation %s needs target type ip", control)
	}
	if port, known := b.services[tg.Namespace+"/"+tg.Service].port(tg.Port); known && port.NodePort == 0 {
		b.refuse(read.ingress, InvalidBackend, "Service %s/%s has no node port for port %s, which target type instance needs; make the Service "+
			"of type NodePort, or use target type ip",
			tg.Namespace, tg.Service, tg.Port)
	}
}

func (b *builder) healthCheck(read annotations, tg TargetGroup) HealthCheck {
	path, codes, low, high := "/", "200", 200, 499
	if tg.ProtocolVersion == "GRPC" {
		path, codes, low, high = "/AWS.ALB/healthcheck", "12", 0, 99
	}
	h := HealthCheck{
		Protocol:           read.choice(healthcheckProtocol, tg.Protocol, "HTTP", "HTTPS"),
		Port:               read.text(healthcheckPort, "traffic-port"),
		Path:               read.text(healthcheckPath, path),
		SuccessCodes:       read.text(successCodes, codes),
		IntervalSeconds:    read.integer(healthcheckInterval, 15, 5, 300),
		TimeoutSeconds:     read.integer(healthcheckTimeout, 5, 2, 120),
		HealthyThreshold:   read.integer(healthyThreshold, 2, 2, 10),
		UnhealthyThreshold: read.integer(unhealthyThreshold, 2, 2, 10),
	}
	bad := func(name, value, allowed string) {
		b.refuse(read.ingress, InvalidAnnotation, "annotation %s %q must be %s", name, value, allowed)
	}
	if h.TimeoutSeconds >= h.IntervalSeconds {
		bad(healthcheckTimeout, strconv.Itoa(h.TimeoutSeconds), "less than "+healthcheckInterval+", which is "+strconv.Itoa(h.IntervalSeconds))
	}
	if !strings.HasPrefix(h.Path, "/") || len(h.Path) > 1024 {
		bad(healthcheckPath, h.Path, `a path that starts with "/" and has at most 1024 characters`)
	}
	if ranges, ok := codeRanges(h.SuccessCodes); !ok || !within(ranges, low, high) {
		bad(successCodes, h.SuccessCodes, "codes or ranges such as 200,202 or 200-299 within "+strconv.Itoa(low)+".."+strconv.Itoa(high))
	}
	h.Port = b.healthCheckPort(h.Port, tg, bad)
	return h
}

// healthCheckPort gives the port that a health check goes to. When the Services are known, it is the number behind a name.
func (b *builder) healthCheckPort(stated string, tg TargetGroup, bad func(name, value, allowed string)) string {
	if number, err := strconv.ParseInt(stated, 10, 32); err == nil {
		if number < 1 || number > 65535 {
			bad(healthcheckPort, stated, "within 1..65535")
		}
		return normalPort(stated)
	}
	service, known := b.services[tg.Namespace+"/"+tg.Service]
	if stated == "traffic-port" || !known {
		return stated
	}
	port, has := service.port(stated)
	switch _, err := strconv.Atoi(port.targetPort()); {
	case !has:
		bad(healthcheckPort, stated, "traffic-port, a port number, or the name of a port of Service "+service.Key())
	case tg.TargetType == "instance":
		return strconv.Itoa(port.NodePort)
	case err != nil:
		bad(healthcheckPort, stated, "a number, because the target port of Service "+service.Key()+" is a name: "+port.TargetPort)
	default:
		return port.targetPort()
	}
	return stated
}

// port gives the port of that number or name; false when the Service has none.
func (s Service) port(port string) (ServicePort, bool) {
	for _, p := range s.Ports {
		if port == strconv.Itoa(p.Port) || port == p.Name {
			return p, true
		}
	}
	return ServicePort{}, false
}

// targetPort gives the port of the pods as a number or a name.
func (p ServicePort) targetPort() string {
	if p.TargetPort == "" {
		return strconv.Itoa(p.Port)
	}
	return p.TargetPort
}

// codeRanges reads "200,202" or "200-299"; false when it is neither.
func codeRanges(codes string) ([][2]int, bool) {
	var ranges [][2]int
	for item := range strings.SplitSeq(codes, ",") {
		low, high, isRange := strings.Cut(strings.TrimSpace(item), "-")
		if !isRange {
			high = low
		}
		from, errFrom := strconv.Atoi(low)
		to, errTo := strconv.Atoi(high)
		if errFrom != nil || errTo != nil || from > to {
			return nil, false
		}
		ranges = append(ranges, [2]int{from, to})
	}
	return ranges, true
}

func within(ranges [][2]int, low, high int) bool {
	for _, r := range ranges {
		if r[0] < low || r[1] > high {
			return false
		}
	}
	return true
}

// checkProtocolVersions refuses target groups that a listener for HTTP cannot have: those for HTTP/2 and gRPC need HTTPS
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-protocol-version).
// The group of Ingresses freezes then (https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2214).
func (b *builder) checkProtocolVersions(l Listener, m member, action Action) bool {
	if action.Forward == nil || l.Protocol != "HTTP" {
		return true
	}
	ok := true
	for _, weighted := range action.Forward.TargetGroups {
		tg, made := b.targetGroups[weighted.Key]
		if !made || tg.ProtocolVersion == "HTTP1" {
			continue
		}
		ok = false
		b.refuse(m.key, InvalidAnnotation, "annotation %s %q of Service %s/%s on listener HTTP:%d: Listener protocol 'HTTP' is not supported "+
			"with a target group with the protocol-version '%s' (InvalidLoadBalancerAction of AWS); open HTTPS listeners only, or redirect HTTP "+
			"to HTTPS, or use HTTP1",
			backendProtocolVersion, tg.ProtocolVersion, tg.Namespace, tg.Service, l.Port, tg.ProtocolVersion)
	}
	return ok
}

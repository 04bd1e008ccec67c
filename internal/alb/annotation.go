package alb

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// AnnotationPrefix begins the name of every annotation that LBC reads on an Ingress.
const AnnotationPrefix = "alb.ingress.kubernetes.io/"

// The annotations that Build reads
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/).
const (
	groupName              = AnnotationPrefix + "group.name"
	groupOrder             = AnnotationPrefix + "group.order"
	loadBalancerName       = AnnotationPrefix + "load-balancer-name"
	scheme                 = AnnotationPrefix + "scheme"
	ipAddressType          = AnnotationPrefix + "ip-address-type"
	subnets                = AnnotationPrefix + "subnets"
	inboundCidrs           = AnnotationPrefix + "inbound-cidrs"
	tags                   = AnnotationPrefix + "tags"
	loadBalancerAttributes = AnnotationPrefix + "load-balancer-attributes"
	minimumCapacity        = AnnotationPrefix + "minimum-load-balancer-capacity"
	customerOwnedPool      = AnnotationPrefix + "customer-owned-ipv4-pool"
	addressPool            = AnnotationPrefix + "ipam-ipv4-pool-id"
	webAclArn              = AnnotationPrefix + "wafv2-acl-arn"
	webAclName             = AnnotationPrefix + "wafv2-acl-name"
	wafClassicID           = AnnotationPrefix + "waf-acl-id"
	wafClassicIDLegacy     = AnnotationPrefix + "web-acl-id"
	shieldAdvanced         = AnnotationPrefix + "shield-advanced-protection"
	securityGroups         = AnnotationPrefix + "security-groups"
	manageBackendRules     = AnnotationPrefix + "manage-backend-security-group-rules"
	prefixLists            = AnnotationPrefix + "security-group-prefix-lists"
	enableFrontendNlb      = AnnotationPrefix + "enable-frontend-nlb"
	mutualAuthentication   = AnnotationPrefix + "mutual-authentication"
	listenerAttributes     = AnnotationPrefix + "listener-attributes."
	listenPorts            = AnnotationPrefix + "listen-ports"
	certificateArn         = AnnotationPrefix + "certificate-arn"
	sslPolicy              = AnnotationPrefix + "ssl-policy"
	sslRedirectPort        = AnnotationPrefix + "ssl-redirect"
	targetType             = AnnotationPrefix + "target-type"
	backendProtocol        = AnnotationPrefix + "backend-protocol"
	backendProtocolVersion = AnnotationPrefix + "backend-protocol-version"
	targetGroupAttributes  = AnnotationPrefix + "target-group-attributes"
	healthcheckProtocol    = AnnotationPrefix + "healthcheck-protocol"
	healthcheckPort        = AnnotationPrefix + "healthcheck-port"
	healthcheckPath        = AnnotationPrefix + "healthcheck-path"
	healthcheckInterval    = AnnotationPrefix + "healthcheck-interval-seconds"
	healthcheckTimeout     = AnnotationPrefix + "healthcheck-timeout-seconds"
	healthyThreshold       = AnnotationPrefix + "healthy-threshold-count"
	unhealthyThreshold     = AnnotationPrefix + "unhealthy-threshold-count"
	successCodes           = AnnotationPrefix + "success-codes"
	multiCluster           = AnnotationPrefix + "multi-cluster-target-group"
	targetNodeLabels       = AnnotationPrefix + "target-node-labels"
	targetControlPort      = AnnotationPrefix + "target-control-port."
	useRegexPathMatch      = AnnotationPrefix + "use-regex-path-match"
	jwtValidation          = AnnotationPrefix + "jwt-validation"
	authType               = AnnotationPrefix + "auth-type"
	authCognito            = AnnotationPrefix + "auth-idp-cognito"
	authOidc               = AnnotationPrefix + "auth-idp-oidc"
	authOnUnauthenticated  = AnnotationPrefix + "auth-on-unauthenticated-request"
	authScope              = AnnotationPrefix + "auth-scope"
	authSessionCookie      = AnnotationPrefix + "auth-session-cookie"
	authSessionTimeout     = AnnotationPrefix + "auth-session-timeout"
	actionsPrefix          = AnnotationPrefix + "actions."
	conditionsPrefix       = AnnotationPrefix + "conditions."
	transformsPrefix       = AnnotationPrefix + "transforms."
)

// modelled are the annotations with a fixed name that Build reads.
var modelled = []string{
	groupName, groupOrder, loadBalancerName, scheme, ipAddressType, subnets, inboundCidrs, listenPorts, certificateArn,
	sslPolicy, sslRedirectPort, targetType, backendProtocol, backendProtocolVersion, targetGroupAttributes,
	healthcheckProtocol, healthcheckPort, healthcheckPath, healthcheckInterval, healthcheckTimeout, healthyThreshold,
	unhealthyThreshold, successCodes, useRegexPathMatch, jwtValidation, loadBalancerAttributes, webAclArn, webAclName,
}

// irrelevant begin the names of the annotations of LBC 3.5 that change nothing of what Build gives. Build refuses them where
// LBC does (pkg/annotations/constants.go).
var irrelevant = []string{
	"tags", "customer-owned-ipv4-pool", "waf-acl-id",
	"web-acl-id", "shield-advanced-protection", "security-groups", "security-group-prefix-lists",
	"manage-backend-security-group-rules", "target-node-labels", "multi-cluster-target-group",
	"minimum-load-balancer-capacity", "ipam-ipv4-pool-id", "create-acm-cert", "acm-pca-arn", "dry-run-plan",
	"listener-attributes.", "target-control-port.",
}

// unmodelled begin the names of the annotations of LBC 3.5 that change what happens to a request and that Match does not
// account for.
var unmodelled = []string{"auth-", "mutual-authentication", "enable-frontend-nlb", "frontend-nlb-", "transforms."}

// checkAnnotations reports annotations of an Ingress that LBC does not know, that ClassParams overrule, that no backend
// uses, or that Match does not account for.
func (b *builder) checkAnnotations(m member) {
	overruled := b.overruled()
	backends := m.backends()
	routed := func(name string) bool {
		return slices.ContainsFunc(m.Rules, func(r Rule) bool {
			return slices.ContainsFunc(r.Paths, func(p Path) bool { return p.Backend.Service == name })
		})
	}
	for _, name := range slices.Sorted(maps.Keys(m.annotations.values)) {
		suffix, ours := strings.CutPrefix(name, AnnotationPrefix)
		begins := func(prefix string) bool { return strings.HasPrefix(suffix, prefix) }
		action, isAction := strings.CutPrefix(name, actionsPrefix)
		refined, refines := strings.CutPrefix(name, conditionsPrefix)
		if !refines {
			refined, refines = strings.CutPrefix(name, transformsPrefix)
		}
		switch {
		case !ours:
		case isAction && !slices.Contains(backends, Backend{action, UseAnnotation}):
			b.warn(m.key, IgnoredAnnotation, "annotation %s has no effect, because no backend has service name %q and port name %q; add one or "+
				"remove the annotation",
				name, action, UseAnnotation)
		case refines && !slices.ContainsFunc(backends, func(be Backend) bool { return be.Service == refined }):
			b.warn(m.key, IgnoredAnnotation, "annotation %s has no effect, because no backend has service name %q; rename or remove the annotation",
				name, refined)
		case refines && !routed(refined):
			b.warn(m.key, IgnoredAnnotation, "annotation %s has no effect, because only the default backend has service name %q, and a default "+
				"action has neither conditions nor transforms; remove the annotation", name, refined)
		case isAction, strings.HasPrefix(name, conditionsPrefix), slices.ContainsFunc(irrelevant, begins):
		case slices.ContainsFunc(unmodelled, begins):
			b.warn(m.key, NotModelled, "annotation %s is not accounted for here; LBC does apply it", name)
		case !slices.Contains(modelled, name):
			b.warn(m.key, IgnoredAnnotation, "annotation %s is not one that LBC reads; correct its name or remove it", name)
		case overruled[name] != "" && overruled[name] != m.annotations.values[name]:
			b.warn(m.key, IgnoredAnnotation, "annotation %s %q has no effect, because the IngressClassParams of class %q set %q; remove the "+
				"annotation",
				name, m.annotations.values[name], b.params.Name, overruled[name])
		}
	}
}

// overruled gives the values of ClassParams that beat an annotation, by annotation.
func (b *builder) overruled() map[string]string {
	p := b.params
	values := map[string]string{
		groupName: p.Group, loadBalancerName: p.LoadBalancerName, scheme: p.Scheme, ipAddressType: p.IpAddressType,
		subnets: strings.Join(p.SubnetIds, ","), inboundCidrs: strings.Join(p.InboundCidrs, ","),
		certificateArn: strings.Join(p.CertificateArns, ","), sslPolicy: p.SslPolicy, targetType: p.TargetType, webAclArn: p.WebAclArn,
		webAclName: p.WebAclName,
	}
	if p.SslRedirectPort != 0 {
		values[sslRedirectPort] = strconv.Itoa(p.SslRedirectPort)
	}
	return values
}

// annotations reads the annotations of one Ingress, and reports what LBC cannot read.
type annotations struct {
	ingress string
	values  map[string]string
	*faultCollector
}

// under gives the annotations with those of a Service on top, which win.
func (a annotations) under(service map[string]string) annotations {
	merged := maps.Clone(a.values)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, service)
	return annotations{a.ingress, merged, a.faultCollector}
}

// text gives the value of an annotation, or fallback when it is absent.
func (a annotations) text(name, fallback string) string {
	if value, ok := a.values[name]; ok {
		return value
	}
	return fallback
}

// choice gives the value of an annotation that must be one of allowed, or fallback when it is absent or none of them.
func (a annotations) choice(name, fallback string, allowed ...string) string {
	value := a.text(name, fallback)
	if !slices.Contains(allowed, value) {
		a.refuse(a.ingress, InvalidAnnotation, "annotation %s %q must be one of %s", name, value, strings.Join(allowed, ", "))
		return fallback
	}
	return value
}

// integer gives the value of an annotation within min..max, or fallback when it is absent or not such a number.
func (a annotations) integer(name string, fallback, min, max int) int {
	value, ok := a.values[name]
	if !ok {
		return fallback
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < min || number > max {
		a.refuse(a.ingress, InvalidAnnotation, "annotation %s %q must be an integer within %d..%d", name, value, min, max)
		return fallback
	}
	return number
}

// boolean gives the value of an annotation, or false when it is absent or not a boolean.
func (a annotations) boolean(name string) bool {
	value, ok := a.values[name]
	if !ok {
		return false
	}
	truth, err := strconv.ParseBool(value)
	if err != nil {
		a.refuse(a.ingress, InvalidAnnotation, `annotation %s %q must be "true" or "false"`, name, value)
	}
	return truth
}

// list gives the comma-separated items of an annotation.
func (a annotations) list(name string) []string {
	return splitList(a.text(name, ""))
}

// splitList gives the comma-separated items of a text, trimmed and without empty ones.
func splitList(text string) []string {
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// decode reads a JSON annotation into value; false when it is absent or malformed. Like LBC it reads over fields that
// it does not know, but it reports them.
func (a annotations) decode(name string, value any) bool {
	raw, ok := a.values[name]
	if !ok {
		return false
	}
	if err := json.Unmarshal([]byte(raw), value); err != nil {
		a.refuse(a.ingress, InvalidAnnotation, "annotation %s is not the JSON that LBC expects: %v; its value is %s", name, err, raw)
		return false
	}
	strict := json.NewDecoder(strings.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(value); err != nil {
		a.warn(a.ingress, IgnoredAnnotation, "annotation %s has a part that LBC does not read: %s", name, strings.TrimPrefix(err.Error(),
			"json: "))
	}
	return true
}

// malformed gives a function that refuses an annotation for a reason, and notes in ok that it did.
func (b *builder) malformed(m member, annotation string, ok *bool) func(format string, args ...any) {
	return func(format string, args ...any) {
		*ok = false
		b.refuse(m.key, InvalidAnnotation, "annotation %s: %s", annotation, fmt.Sprintf(format, args...))
	}
}

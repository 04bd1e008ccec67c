package ingress

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/alb"
)

const (
	// SchemeInternetFacing gives the load balancer public addresses.
	SchemeInternetFacing = "internet-facing"
	// SchemeInternal gives it private addresses only.
	SchemeInternal = "internal"
	// DefaultSslPolicy is the policy that AWS recommends
	// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html); a listener made
	// through the API without one would still accept TLS 1.0.
	DefaultSslPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
	// AnchorOrder puts the anchor last of its group: the highest group.order that the controller accepts.
	AnchorOrder = 1000
	// SchemeAnnotation on the anchor holds the scheme of its load balancer.
	SchemeAnnotation = "modelway.dev/scheme"
	// WebAclNone takes the load balancer's web ACL away. Without a WebAclArn the controller leaves it as it is
	// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/ingress_class/#specwafv2aclarn).
	WebAclNone = "none"
)

const (
	protocolHTTP  = "HTTP"
	protocolHTTPS = "HTTPS"
)

var (
	schemes   = []string{SchemeInternetFacing, SchemeInternal}
	protocols = []string{protocolHTTP, protocolHTTPS}
	// A group name may hold dots too; a label is what fits every use of the name.
	label = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	// webAcl is the ARN of a regional web ACL
	// (https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html).
	webAcl = regexp.MustCompile(`^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[A-Za-z0-9_-]{1,128}/[A-Za-z0-9-]{1,36}$`)
)

// DefaultAttributes returns the attributes of every load balancer: requests whose headers HTTP does not allow are dropped of
// those headers, and a connection is given up after a minute without traffic
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html).
func DefaultAttributes() map[string]string {
	return map[string]string{
		"idle_timeout.timeout_seconds": "60",
		alb.DropInvalidHeaderFields:    "true",
	}
}

// deletionProtectionAttribute, as every attribute with a field of its own, is given even when it is off: the controller
// leaves an attribute that is not mentioned as it was
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/annotations/#load-balancer-attributes).
const deletionProtectionAttribute = "deletion_protection.enabled"

// logAttributes begin the attributes of access logs, a line per request, and connection logs, a line per connection
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html).
var logAttributes = []string{"access_logs.s3.", "connection_logs.s3."}

// listenerAttributes keep the name of the load balancer's software out of the answers.
func listenerAttributes() []any {
	return []any{map[string]any{"key": alb.ServerHeader, "value": "false"}}
}

// plan is what is decided about a load balancer before anything is registered.
type plan struct {
	name               string
	scheme             string
	sslPolicy          string
	listeners          []alb.Listener
	attributes         map[string]string // laid over the default ones
	tags               map[string]string
	webAclArn          string
	logs               bool
	logPrefix          string
	deletionProtection bool
	jwt                *alb.JwtValidation
}

func (p plan) validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if !label.MatchString(p.name) {
		fault("Name is %q: allowed are 1 to 63 lower case letters, digits and hyphens, with a letter or digit at both ends", p.name)
	}
	if !slices.Contains(schemes, p.scheme) {
		fault("Scheme is %q: allowed are %s", p.scheme, strings.Join(schemes, ", "))
	}
	if len(p.listeners) == 0 {
		fault("Listeners is empty: give at least one, such as HTTP 80")
	}
	taken := map[int]bool{}
	for _, l := range p.listeners {
		if !slices.Contains(protocols, l.Protocol) {
			fault("Listeners has protocol %q on port %d: allowed are %s", l.Protocol, l.Port, strings.Join(protocols, ", "))
		}
		if l.Port < 1 || l.Port > 65535 {
			fault("Listeners has port %d: allowed are 1 to 65535", l.Port)
		}
		if taken[l.Port] {
			fault("Listeners has port %d twice: a port takes one listener", l.Port)
		}
		taken[l.Port] = true
	}
	return errors.Join(append(faults, p.validateSettings())...)
}

// validateSettings checks what is set besides the listeners.
func (p plan) validateSettings() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	for _, key := range slices.Sorted(maps.Keys(p.attributes)) {
		if key == deletionProtectionAttribute {
			fault("Attributes has %s: set DeletionProtection instead", key)
		}
		if slices.ContainsFunc(logAttributes, func(logs string) bool { return strings.HasPrefix(key, logs) }) {
			fault("Attributes has %s: set LogBucket and LogPrefix instead", key)
		}
	}
	for _, refused := range alb.LoadBalancerAttributeFaults(p.attributes) {
		fault("Attributes: %s", refused)
	}
	if p.webAclArn != "" && p.webAclArn != WebAclNone && !webAcl.MatchString(p.webAclArn) {
		fault("WebAclArn is %q: allowed are %q and the ARN of a regional web ACL, arn:<partition>:wafv2:<region>:<account>:regional/webacl/<name>/<id>", p.webAclArn, WebAclNone)
	}
	switch {
	case p.logPrefix == "":
	case !p.logs:
		fault("LogPrefix is %q while LogBucket is not set: name the bucket, or remove the prefix", p.logPrefix)
	case strings.HasPrefix(p.logPrefix, "/") || strings.HasSuffix(p.logPrefix, "/") || strings.Contains(p.logPrefix, "AWSLogs"):
		fault("LogPrefix is %q: it must not begin or end with a slash, nor contain AWSLogs, which load balancers add", p.logPrefix)
	}
	if p.jwt != nil {
		if err := p.jwt.Validate(); err != nil {
			fault("JwtValidation: %w", err)
		}
		if p.redirectPort() == 0 {
			fault("JwtValidation is set while Listeners has no HTTPS: tokens are checked on HTTPS listeners only; add HTTPS 443, or remove it")
		}
	}
	return errors.Join(faults...)
}

// allAttributes are the load balancer's attributes, without the name of the log bucket.
func (p plan) allAttributes() map[string]string {
	all := DefaultAttributes()
	maps.Copy(all, p.attributes)
	all[deletionProtectionAttribute] = strconv.FormatBool(p.deletionProtection)
	for _, logs := range logAttributes {
		all[logs+"enabled"] = strconv.FormatBool(p.logs)
		if p.logs {
			all[logs+"prefix"] = p.logPrefix
		}
	}
	return all
}

// jwtAnnotation is the value of the annotation jwt-validation for the models' Ingresses, "" for none.
func (p plan) jwtAnnotation() string {
	if p.jwt == nil {
		return ""
	}
	return p.jwt.Annotation()
}

// redirectPort is the port of the first HTTPS listener, to which every HTTP listener redirects; 0 without HTTPS.
func (p plan) redirectPort() int {
	for _, l := range p.listeners {
		if l.Protocol == protocolHTTPS {
			return l.Port
		}
	}
	return 0
}

// spec is the part of the IngressClassParams' spec that needs nothing from AWS. Field names:
// https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/apis/elbv2/v1beta1/ingressclassparams_types.go
func (p plan) spec() map[string]any {
	spec := map[string]any{
		"group":         map[string]any{"name": p.name},
		"scheme":        p.scheme,
		"targetType":    "ip",
		"ipAddressType": "ipv4",
		"listeners":     p.listenerSpecs(),
		"inboundCIDRs":  []any{anywhere},
	}
	if len(p.tags) > 0 {
		spec["tags"] = pairs(p.tags)
	}
	if p.webAclArn != "" {
		spec["wafv2AclArn"], spec["wafv2AclName"] = p.webAclArn, p.webAclName()
	}
	if port := p.redirectPort(); port != 0 {
		spec["sslPolicy"] = p.sslPolicy
		spec["sslRedirectPort"] = strconv.Itoa(port)
	}
	return spec
}

// anywhere lets every address reach the listeners, as the controller does without inboundCIDRs: then the first Ingress that has the
// annotation decides for all.
const anywhere = "0.0.0.0/0"

// webAclName is the name in the ARN of the web ACL. The controller looks at the annotations for a name, which beats every ARN, unless the
// class has a name (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_build_load_balancer_addons.go).
func (p plan) webAclName() string {
	if p.webAclArn == WebAclNone {
		return WebAclNone
	}
	return strings.Split(p.webAclArn, "/")[2]
}

// listenerSpecs set attributes only. What opens a listener is the listen-ports annotation of the Ingresses
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/ingress_class/#speclisteners).
func (p plan) listenerSpecs() []any {
	var specs []any
	for _, l := range p.listeners {
		specs = append(specs, map[string]any{"protocol": l.Protocol, "port": l.Port, "listenerAttributes": listenerAttributes()})
	}
	return specs
}

// pairs turns a map into the list of key and value that the API has for tags, in the order of the keys.
func pairs(values map[string]string) []any {
	var list []any
	for _, key := range slices.Sorted(maps.Keys(values)) {
		list = append(list, map[string]any{"key": key, "value": values[key]})
	}
	return list
}

// Anchor returns the Ingress that keeps a load balancer, and its host name, alive while it has no models. It has no rule, only
// the default of every listener: 404, in JSON. A model's Ingress must not have a default backend, since a listener
// has one.
//
// Its annotation SchemeAnnotation makes Pulumi replace it when the scheme changes: the load balancer is another one then, and the
// anchor tells its host name.
func Anchor(name, namespace, scheme string, listeners []alb.Listener) alb.Ingress {
	const action = "not-found"
	response, err := json.Marshal(map[string]any{
		"type": "fixed-response",
		"fixedResponseConfig": map[string]string{
			"statusCode":  "404",
			"contentType": "application/json",
			"messageBody": `{"error":"no model answers at this address"}`,
		},
	})
	if err != nil {
		panic(err) // a map of strings is always valid JSON
	}
	return alb.Ingress{
		Namespace: namespace,
		Name:      name + "-anchor",
		ClassName: name,
		Annotations: map[string]string{
			"alb.ingress.kubernetes.io/actions." + action: string(response),
			"alb.ingress.kubernetes.io/group.order":       strconv.Itoa(AnchorOrder),
			"alb.ingress.kubernetes.io/listen-ports":      alb.ListenPorts(listeners),
			SchemeAnnotation:                              scheme,
		},
		DefaultBackend: &alb.Backend{Service: action, Port: alb.UseAnnotation},
	}
}

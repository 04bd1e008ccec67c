package serving

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/aws"
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

var (
	// Schemes lists the allowed values of LoadBalancer.Scheme.
	Schemes = []string{SchemeInternetFacing, SchemeInternal}
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

// LogAttributes begin the attributes of access logs, a line per request, and connection logs, a line per connection
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html).
var LogAttributes = []string{"access_logs.s3.", "connection_logs.s3."}

// listenerAttributes keep the name of the load balancer's software out of the answers.
func listenerAttributes() []any {
	return []any{map[string]any{"key": alb.ServerHeader, "value": "false"}}
}

// LoadBalancer is what is decided about a load balancer before anything is registered.
type LoadBalancer struct {
	Name               string
	Scheme             string
	SslPolicy          string
	Listeners          []alb.Listener
	Attributes         map[string]string // laid over the default ones
	Tags               map[string]string
	WebAclArn          string
	Logs               bool
	LogPrefix          string
	DeletionProtection bool
	Jwt                *alb.JwtValidation
}

// Validate reports every fault of the load balancer together, by the fields of ingress.LoadBalancerArgs.
func (l LoadBalancer) Validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if !aws.DnsLabel.MatchString(l.Name) {
		fault("Name is %q: allowed are 1 to 63 lower case letters, digits and hyphens, with a letter or digit at both ends", l.Name)
	}
	if !slices.Contains(Schemes, l.Scheme) {
		fault("Scheme is %q: allowed are %s", l.Scheme, strings.Join(Schemes, ", "))
	}
	if len(l.Listeners) == 0 {
		fault("Listeners is empty: give at least one, such as HTTP 80")
	}
	taken := map[int]bool{}
	for _, listener := range l.Listeners {
		if !slices.Contains(alb.Protocols, listener.Protocol) {
			fault("Listeners has protocol %q on port %d: allowed are %s", listener.Protocol, listener.Port, strings.Join(alb.Protocols, ", "))
		}
		if listener.Port < 1 || listener.Port > 65535 {
			fault("Listeners has port %d: allowed are 1 to 65535", listener.Port)
		}
		if taken[listener.Port] {
			fault("Listeners has port %d twice: a port takes one listener", listener.Port)
		}
		taken[listener.Port] = true
	}
	return errors.Join(append(faults, l.validateSettings())...)
}

// validateSettings checks what is set besides the listeners.
func (l LoadBalancer) validateSettings() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	for _, key := range slices.Sorted(maps.Keys(l.Attributes)) {
		if key == deletionProtectionAttribute {
			fault("Attributes has %s: set DeletionProtection instead", key)
		}
		if slices.ContainsFunc(LogAttributes, func(logs string) bool { return strings.HasPrefix(key, logs) }) {
			fault("Attributes has %s: set LogBucket and LogPrefix instead", key)
		}
	}
	for _, refused := range alb.LoadBalancerAttributeFaults(l.Attributes) {
		fault("Attributes: %s", refused)
	}
	if l.WebAclArn != "" && l.WebAclArn != WebAclNone && !regional(l.WebAclArn) {
		fault("WebAclArn is %q: allowed are %q and the ARN of a regional web ACL, arn:<partition>:wafv2:<region>:<account>:regional/webacl/<name>/<id>", l.WebAclArn, WebAclNone)
	}
	switch {
	case l.LogPrefix == "":
	case !l.Logs:
		fault("LogPrefix is %q while LogBucket is not set: name the bucket, or remove the prefix", l.LogPrefix)
	case strings.HasPrefix(l.LogPrefix, "/") || strings.HasSuffix(l.LogPrefix, "/") || strings.Contains(l.LogPrefix, "AWSLogs"):
		fault("LogPrefix is %q: it must not begin or end with a slash, nor contain AWSLogs, which load balancers add", l.LogPrefix)
	}
	if l.Jwt != nil {
		if err := l.Jwt.Validate(); err != nil {
			fault("JwtValidation: %w", err)
		}
		if l.RedirectPort() == 0 {
			fault("JwtValidation is set while Listeners has no HTTPS: tokens are checked on HTTPS listeners only; add HTTPS 443, or remove it")
		}
	}
	return errors.Join(faults...)
}

// regional reports whether a text is the ARN of a regional web ACL.
func regional(arn string) bool {
	return aws.WebAclArn.MatchString(arn) && !strings.Contains(arn, ":global/")
}

// AllAttributes are the load balancer's attributes, without the name of the log bucket.
func (l LoadBalancer) AllAttributes() map[string]string {
	all := DefaultAttributes()
	maps.Copy(all, l.Attributes)
	all[deletionProtectionAttribute] = strconv.FormatBool(l.DeletionProtection)
	for _, logs := range LogAttributes {
		all[logs+"enabled"] = strconv.FormatBool(l.Logs)
		if l.Logs {
			all[logs+"prefix"] = l.LogPrefix
		}
	}
	return all
}

// JwtAnnotation is the value of the annotation jwt-validation for the models' Ingresses, "" for none.
func (l LoadBalancer) JwtAnnotation() string {
	if l.Jwt == nil {
		return ""
	}
	return l.Jwt.Annotation()
}

// RedirectPort is the port of the first HTTPS listener, to which every HTTP listener redirects; 0 without HTTPS.
func (l LoadBalancer) RedirectPort() int {
	for _, listener := range l.Listeners {
		if listener.Protocol == alb.HTTPS {
			return listener.Port
		}
	}
	return 0
}

// Spec is the part of the IngressClassParams' spec that needs nothing from AWS. Field names:
// https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/apis/elbv2/v1beta1/ingressclassparams_types.go
func (l LoadBalancer) Spec() map[string]any {
	spec := map[string]any{
		"group":         map[string]any{"name": l.Name},
		"scheme":        l.Scheme,
		"targetType":    "ip",
		"ipAddressType": "ipv4",
		"listeners":     l.listenerSpecs(),
		"inboundCIDRs":  []any{anywhere},
	}
	if len(l.Tags) > 0 {
		spec["tags"] = pairs(l.Tags)
	}
	if l.WebAclArn != "" {
		spec["wafv2AclArn"], spec["wafv2AclName"] = l.WebAclArn, l.webAclName()
	}
	if port := l.RedirectPort(); port != 0 {
		spec["sslPolicy"] = l.SslPolicy
		spec["sslRedirectPort"] = strconv.Itoa(port)
	}
	return spec
}

// anywhere lets every address reach the listeners, as the controller does without inboundCIDRs: then the first Ingress that has the
// annotation decides for all.
const anywhere = "0.0.0.0/0"

// webAclName is the name in the ARN of the web ACL. The controller looks at the annotations for a name, which beats every ARN, unless the
// class has a name (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_build_load_balancer_addons.go).
func (l LoadBalancer) webAclName() string {
	if l.WebAclArn == WebAclNone {
		return WebAclNone
	}
	return strings.Split(l.WebAclArn, "/")[2]
}

// listenerSpecs set attributes only. What opens a listener is the listen-ports annotation of the Ingresses
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/ingress_class/#speclisteners).
func (l LoadBalancer) listenerSpecs() []any {
	var specs []any
	for _, listener := range l.Listeners {
		specs = append(specs, map[string]any{"protocol": listener.Protocol, "port": listener.Port, "listenerAttributes": listenerAttributes()})
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

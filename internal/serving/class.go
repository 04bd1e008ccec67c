package serving

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
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

// Class is a load balancer as its IngressClass has it: what the preflight builds rules with, and what becomes IngressClassParams.
type Class struct {
	// Name of the IngressClass, its params and its group: 1 to 63 lower case letters, digits and hyphens. Required.
	Name string
	// LoadBalancer is the spec, of which the class takes the scheme, the listeners with their certificates and TLS policy, the web ACL, the
	// tokens and whether there are logs.
	LoadBalancer
	// Attributes are laid over DefaultAttributes, key by key. Those of logs and deletion protection have fields of their own. Default none.
	Attributes map[string]string
	// LogPrefix of the logs in their bucket, without a slash at either end; default none.
	LogPrefix string
	// DeletionProtection has AWS refuse to delete the load balancer for anybody but the controller. Default false.
	DeletionProtection bool
	// Tags for the load balancer and everything the controller makes for it. Default none.
	Tags map[string]string
}

// Check reports everything that AWS or the controller would refuse of the class. The certificates may not be known yet, and are left out.
func (c Class) Check() []rule.Fault {
	at := rule.Path{"Attributes"}
	faults := append(rule.Names([]string{c.Name}, func(int) rule.Path { return rule.Path{"Name"} }), c.checkServing("")...)
	for _, key := range slices.Sorted(maps.Keys(c.Attributes)) {
		field := ""
		switch {
		case key == deletionProtectionAttribute:
			field = "DeletionProtection"
		case slices.ContainsFunc(LogAttributes, func(logs string) bool { return strings.HasPrefix(key, logs) }):
			field = "LogBucket and LogPrefix"
		default:
			continue
		}
		faults = append(faults, rule.Fault{At: at.At(key), Given: c.Attributes[key], Problem: "an attribute with a field of its own",
			Allowed: "other attributes", Fixes: []rule.Fix{rule.Advise("set %s instead", field)}})
	}
	for _, refused := range alb.LoadBalancerAttributeFaults(c.Attributes) {
		faults = append(faults, rule.Fault{At: at, Problem: refused, Allowed: "the attributes of a load balancer",
			Fixes: []rule.Fix{rule.Advise("correct it")}})
	}
	return append(faults, c.checkLogPrefix()...)
}

func (c Class) checkLogPrefix() []rule.Fault {
	at := rule.Path{"LogPrefix"}
	fault := rule.Fault{At: at, Given: c.LogPrefix, Allowed: "a path without a slash at either end", Fixes: []rule.Fix{rule.Remove(at)}}
	switch {
	case c.LogPrefix == "":
		return nil
	case !c.AccessLogs:
		fault.Problem = "given without LogBucket"
	case strings.HasPrefix(c.LogPrefix, "/") || strings.HasSuffix(c.LogPrefix, "/") || strings.Contains(c.LogPrefix, "AWSLogs"):
		fault.Problem = "begins or ends with a slash, or contains AWSLogs, which load balancers add"
	default:
		return nil
	}
	return []rule.Fault{fault}
}

// AllAttributes are the load balancer's attributes, without the name of the log bucket.
func (c Class) AllAttributes() map[string]string {
	all := DefaultAttributes()
	maps.Copy(all, c.Attributes)
	all[deletionProtectionAttribute] = strconv.FormatBool(c.DeletionProtection)
	for _, logs := range LogAttributes {
		all[logs+"enabled"] = strconv.FormatBool(c.AccessLogs)
		if c.AccessLogs {
			all[logs+"prefix"] = c.LogPrefix
		}
	}
	return all
}

// Params is what the controller reads of the class. Subnets and the log bucket are left out, and certificates that are yet to be requested.
func (c Class) Params() alb.ClassParams {
	p := alb.ClassParams{
		Name: c.Name, Group: c.Name, Scheme: c.Scheme, TargetType: "ip", IpAddressType: "ipv4", InboundCidrs: []string{anywhere},
		Listeners: c.Listeners, ListenerAttributes: map[alb.Listener]map[string]string{}, Attributes: c.AllAttributes(), Tags: c.Tags,
		WebAclArn: c.WebAclArn, WebAclName: c.webAclName(), SslRedirectPort: c.RedirectPort(),
	}
	for _, listener := range c.Listeners {
		// It keeps the name of the load balancer's software out of the answers.
		p.ListenerAttributes[listener] = map[string]string{alb.ServerHeader: "false"}
	}
	if c.HasHTTPS() {
		p.SslPolicy, p.CertificateArns = c.SslPolicy, c.CertificateArns
	}
	return p
}

// anywhere lets every address reach the listeners, as the controller does without inboundCIDRs: then the first Ingress that has the
// annotation decides for all.
const anywhere = "0.0.0.0/0"

// webAclName is the name in the ARN of the web ACL. The controller looks at the annotations for a name, which beats every ARN, unless the
// class has a name
// (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_build_load_balancer_addons.go).
func (c Class) webAclName() string {
	if aws.WebAclArn.MatchString(c.WebAclArn) {
		return strings.Split(c.WebAclArn, "/")[2]
	}
	return c.WebAclArn
}

package alb

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// maxLabelLength is the longest DNS label and label value in Kubernetes. A group name and the name of an ungrouped
// Ingress become a label value on TargetGroupBindings and part of a finalizer (LBC pkg/deploy/tracking/provider.go).
const maxLabelLength = 63

var (
	namespaceName        = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	objectName           = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
	serviceName          = regexp.MustCompile(`^[a-z]([a-z0-9-]*[a-z0-9])?$`)
	loadBalancerNameForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$`)
)

func validGroupName(name string) bool {
	return objectName.MatchString(name) && len(name) <= maxLabelLength
}

func validLoadBalancerName(name string) bool {
	return loadBalancerNameForm.MatchString(name) && !strings.HasPrefix(name, "internal-")
}

// checkNames refuses an Ingress with a malformed name or of another class.
func (b *builder) checkNames(m member) {
	if !namespaceName.MatchString(m.Namespace) || len(m.Namespace) > maxLabelLength {
		b.refuse(m.key, InvalidName, "namespace %q must be 1..%d lower-case letters, digits and hyphens", m.Namespace, maxLabelLength)
	}
	limit, why := 253, ""
	if _, grouped := m.annotations.values[groupName]; b.params.Group == "" && !grouped {
		limit, why = maxLabelLength, ", because LBC uses the name of an Ingress without group as a label value"
	}
	if !objectName.MatchString(m.Name) || len(m.Name) > limit {
		b.refuse(m.key, InvalidName, "name %q has %d characters and must be 1..%d lower-case letters, digits, hyphens and dots%s", m.Name,
			len(m.Name), limit, why)
	}
	if m.ClassName != "" && m.ClassName != b.params.Name {
		b.refuse(m.key, ConflictingGroup, "is of class %q, and class %q is being built", m.ClassName, b.params.Name)
	}
}

// checkParams refuses values of ClassParams that LBC or AWS refuses. Scheme, address type and names are checked once
// the annotations have been looked at.
func (b *builder) checkParams() {
	p := b.params
	owner := fmt.Sprintf("IngressClassParams of class %q: ", p.Name)
	if p.Name == "" {
		b.refuse("", InvalidClassParams, "the class has no name; set ClassParams.Name")
	}
	if p.TargetType != "" {
		b.oneOf(InvalidClassParams, owner+"targetType", p.TargetType, "ip", "instance")
	}
	if p.SslRedirectPort < 0 || p.SslRedirectPort > 65535 {
		b.refuse("", InvalidClassParams, "%ssslRedirectPort %d must be within 1..65535, or 0 for none", owner, p.SslRedirectPort)
	}
	for _, block := range p.InboundCidrs {
		if prefix, err := netip.ParsePrefix(block); err != nil || prefix != prefix.Masked() {
			b.refuse("", InvalidClassParams, "%sinboundCIDRs: %q must be a CIDR block such as 10.0.0.0/8, without bits behind the prefix", owner,
				block)
		}
	}
	for _, arn := range p.CertificateArns {
		if !strings.HasPrefix(arn, "arn:") {
			b.refuse("", InvalidClassParams, "%scertificateArn %q must be the ARN of a certificate in ACM or IAM", owner, arn)
		}
	}
	for _, fault := range loadBalancerAttributeRules.faults(p.Attributes) {
		b.refuse("", InvalidClassParams, "%sloadBalancerAttributes: %s", owner, fault)
	}
	for l, attributes := range p.ListenerAttributes {
		for _, fault := range listenerAttributeRules.faults(attributes) {
			b.refuse("", InvalidClassParams, "%slisteners: %s:%d: %s", owner, l.Protocol, l.Port, fault)
		}
	}
	for _, l := range p.Listeners {
		b.oneOf(InvalidClassParams, owner+"listeners: protocol", l.Protocol, "HTTP", "HTTPS")
		if l.Port < 1 || l.Port > 65535 {
			b.refuse("", InvalidClassParams, "%slisteners: port %d must be within 1..65535", owner, l.Port)
		}
	}
	if distinct := len(slices.Compact(slices.Sorted(slices.Values(p.SubnetIds)))); distinct == 1 || distinct < len(p.SubnetIds) {
		b.refuse("", InvalidClassParams, "%ssubnets.ids %q must be at least two different subnets, or none for discovery by tags", owner,
			p.SubnetIds)
	}
}

// oneOf refuses a value that is not allowed.
func (b *builder) oneOf(code Code, what, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		b.refuse("", code, "%s %q must be one of %s", what, value, strings.Join(allowed, ", "))
	}
}

package alb

// What LBC uses when neither ClassParams nor an annotation says otherwise (LBC pkg/config/controller_config.go,
// pkg/ingress/model_builder.go). DefaultTargetType is LBC's own "instance" turned to "ip" by the chart value
// defaultTargetType, because pods on Fargate can only be ip targets.
const (
	DefaultScheme        = "internal"
	DefaultIpAddressType = "ipv4"
	DefaultSslPolicy     = "ELBSecurityPolicy-2016-08"
	DefaultTargetType    = "ip"
)

// LoadBalancer is what LBC programs for one group of Ingresses.
type LoadBalancer struct {
	// Group is the name of the group, or "namespace/name" of an Ingress that has a load balancer of its own.
	Group string
	// Name is the name in AWS; empty when LBC derives it.
	Name string
	// Scheme is internet-facing or internal.
	Scheme string
	// IpAddressType is ipv4, dualstack or dualstack-without-public-ipv4.
	IpAddressType string
	// SubnetIds are those of ClassParams or the annotation; empty when LBC discovers them.
	SubnetIds []string
	// Attributes are those of the annotations with those of ClassParams on top.
	Attributes map[string]string
	// WebAclArn is the WAFv2 web ACL; empty for none, or for one that is given by its name.
	WebAclArn string
	// Listeners are in order of their port.
	Listeners []ListenerModel
	// TargetGroups are in order of their key.
	TargetGroups []TargetGroup
}

// Listener gives the listener on a port; false when there is none.
func (lb LoadBalancer) Listener(port int) (ListenerModel, bool) {
	for _, l := range lb.Listeners {
		if l.Port == port {
			return l, true
		}
	}
	return ListenerModel{}, false
}

// TargetGroup gives the target group of a key; false when there is none.
func (lb LoadBalancer) TargetGroup(key string) (TargetGroup, bool) {
	for _, tg := range lb.TargetGroups {
		if tg.Key == key {
			return tg, true
		}
	}
	return TargetGroup{}, false
}

// ExtraCertificates gives the number of certificates besides the default of each listener, which the quota counts.
func (lb LoadBalancer) ExtraCertificates() int {
	certificates := map[string]bool{}
	for _, l := range lb.Listeners {
		for i, arn := range l.CertificateArns {
			if i > 0 {
				certificates[arn] = true
			}
		}
	}
	return len(certificates)
}

// RuleCount gives the number of rules on all listeners, as the quota on rules counts them.
func (lb LoadBalancer) RuleCount() int {
	count := 0
	for _, l := range lb.Listeners {
		count += len(l.Rules)
	}
	return count
}

// ListenerModel is a listener with everything it decides by.
type ListenerModel struct {
	Listener
	// CertificateArns of an HTTPS listener; the first is the default, the others are chosen by SNI.
	CertificateArns []string
	// SslPolicy of an HTTPS listener.
	SslPolicy string
	// InboundCidrs may reach the listener, sorted. Empty: everybody, unless there are security groups or prefix lists.
	InboundCidrs []string
	// Attributes are those of the annotation listener-attributes with those of ClassParams on top.
	Attributes map[string]string
	// Rules in order of their priority.
	Rules []ListenerRule
	// DefaultAction takes what no rule takes.
	DefaultAction Action
}

// ListenerRule is one rule: when all conditions hold, the action is taken.
type ListenerRule struct {
	// Priority counts from 1 without gaps; the lowest that matches wins.
	Priority int
	// Conditions must all hold. There is at least one.
	Conditions []Condition
	// Action is what happens to the request.
	Action Action
	// Transforms change the request on its way to the target; Match does not apply them.
	Transforms []Transform
	// Source is the entry of the Ingress that the rule was made from.
	Source Source
}

// Source tells where a rule comes from.
type Source struct {
	Ingress        string // "namespace/name"
	Host           string
	Path, PathType string
}

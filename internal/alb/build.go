package alb

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Option adds to what Build knows.
type Option func(*builder)

// WithServices lets Build check backends against the Services and apply the annotations of Services. List all that the
// Ingresses name: one that is missing counts as not existing. Without this option every backend is taken to exist.
func WithServices(services ...Service) Option {
	return func(b *builder) {
		b.services = map[string]Service{}
		for _, s := range services {
			b.services[s.Key()] = s
		}
	}
}

// WithQuotas sets the quotas of the account; default DefaultQuotas.
func WithQuotas(quotas Quotas) Option {
	return func(b *builder) { b.quotas = quotas }
}

// Members gives the Ingresses of a class, in the order given. They form one group when ClassParams name one; otherwise
// build a load balancer for each.
func Members(params ClassParams, ingresses []Ingress) []Ingress {
	var members []Ingress
	for _, ingress := range ingresses {
		if ingress.ClassName == params.Name {
			members = append(members, ingress)
		}
	}
	return members
}

// Build makes the load balancer that LBC programs from the Ingresses of one group, in whatever order they are given. The
// error is nil or Faults with every fault found. Next to an error the load balancer holds what is left without the
// faulty rules; LBC changes nothing at all while Refused(err) is true.
func Build(params ClassParams, ingresses []Ingress, options ...Option) (LoadBalancer, error) {
	b := &builder{
		params:         params,
		quotas:         DefaultQuotas(),
		faultCollector: &faultCollector{},
		members:        map[string]member{},
		targetGroups:   map[string]TargetGroup{},
	}
	for _, option := range options {
		option(b)
	}
	b.checkParams()
	members := b.order(ingresses)
	lb := b.loadBalancer(members)
	ports := b.ports(members)
	redirectPort := b.redirectPort(members, ports)
	b.checkUncheckedListeners(ports, redirectPort)
	b.checkRedirected(ports, redirectPort)
	for _, p := range ports {
		lb.Listeners = append(lb.Listeners, b.listener(p, redirectPort))
	}
	for _, key := range slices.Sorted(maps.Keys(b.targetGroups)) {
		lb.TargetGroups = append(lb.TargetGroups, b.targetGroups[key])
	}
	for _, l := range lb.Listeners {
		b.checkReach(l)
		b.checkOrder(l)
	}
	b.checkQuotas(lb)
	return lb, b.err()
}

// builder holds what the steps of Build share.
type builder struct {
	*faultCollector
	params       ClassParams
	services     map[string]Service // by key; nil when not known
	quotas       Quotas
	members      map[string]member      // by key
	targetGroups map[string]TargetGroup // by key
}

// member is an Ingress of the group, with what its annotations say about the whole of it.
type member struct {
	Ingress
	key         string
	order       int
	ordered     bool // group.order is stated
	annotations annotations
}

// backends gives every backend of the Ingress.
func (m member) backends() []Backend {
	var backends []Backend
	if m.DefaultBackend != nil {
		backends = append(backends, *m.DefaultBackend)
	}
	for _, rule := range m.Rules {
		for _, path := range rule.Paths {
			backends = append(backends, path.Backend)
		}
	}
	return backends
}

// order gives the members in the order in which LBC takes their rules: by group.order, then by "namespace/name"
// compared as one text.
func (b *builder) order(ingresses []Ingress) []member {
	members := make([]member, 0, len(ingresses))
	for _, ingress := range ingresses {
		read := annotations{ingress.Key(), ingress.Annotations, b.faultCollector}
		m := member{
			Ingress:     ingress,
			key:         ingress.Key(),
			order:       read.integer(groupOrder, 0, -1000, 1000),
			annotations: read,
		}
		_, m.ordered = ingress.Annotations[groupOrder]
		if _, twice := b.members[m.key]; twice {
			b.refuse(m.key, ConflictingGroup, "is given twice; names are unique in a namespace")
			continue
		}
		b.members[m.key] = m
		b.checkNames(m)
		b.checkAnnotations(m)
		members = append(members, m)
	}
	slices.SortFunc(members, func(x, y member) int {
		return cmp.Or(cmp.Compare(x.order, y.order), strings.Compare(x.key, y.key))
	})
	return members
}

// loadBalancer settles everything but listeners and target groups.
func (b *builder) loadBalancer(members []member) LoadBalancer {
	p := b.params
	lb := LoadBalancer{
		Group:         b.agreed(members, groupName, p.Group, ""),
		Name:          b.agreed(members, loadBalancerName, p.LoadBalancerName, ""),
		Scheme:        b.agreed(members, scheme, p.Scheme, DefaultScheme),
		IpAddressType: b.agreed(members, ipAddressType, p.IpAddressType, DefaultIpAddressType),
		SubnetIds:     p.SubnetIds,
		Attributes:    b.loadBalancerAttributes(members),
		WebAclArn:     b.webAcl(members),
	}
	if len(p.SubnetIds) == 0 {
		lb.SubnetIds = splitList(b.agreedAs(members, subnets, sameItems))
	}
	b.checkShared(members)
	b.checkGroup(members, lb)
	if lb.Group == "" && len(members) > 0 {
		lb.Group = members[0].key
	}
	return lb
}

// checkGroup refuses settings out of range, and Ingresses that do not form one group.
func (b *builder) checkGroup(members []member, lb LoadBalancer) {
	owner := "load balancer of class " + strconv.Quote(b.params.Name)
	b.oneOf(InvalidClassParams, owner+": scheme", lb.Scheme, "internet-facing", "internal")
	b.oneOf(InvalidClassParams, owner+": ipAddressType", lb.IpAddressType, "ipv4", "dualstack", "dualstack-without-public-ipv4")
	if lb.Name != "" && !validLoadBalancerName(lb.Name) {
		b.refuse(
			"", InvalidName, `%s: name %q must be 1..32 letters, digits and hyphens, not start or end with a hyphen, and not start with "internal-"`,
			owner, lb.Name)
	}
	if lb.Group != "" && !validGroupName(lb.Group) {
		b.refuse(
			"", InvalidName, "%s: group name %q must be 1..%d lower-case letters, digits, hyphens and dots, with a letter or digit at both ends",
			owner, lb.Group, maxLabelLength)
	}
	for _, m := range members {
		if b.params.Group == "" && len(members) > 1 && m.annotations.text(groupName, "") == "" {
			b.refuse(m.key, ConflictingGroup, "has no group, so LBC gives it a load balancer of its own; set group in the IngressClassParams of "+
				"class %q, or build it alone", b.params.Name)
		}
	}
}

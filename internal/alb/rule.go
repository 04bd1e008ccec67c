package alb

import (
	"fmt"
	"slices"
	"strconv"
)

// String names the entry of the Ingress, without the Ingress.
func (s Source) String() string {
	host := s.Host
	if host == "" {
		host = "any host"
	}
	return fmt.Sprintf("%s path %q on %s", s.PathType, s.Path, host)
}

// rules gives the rules of a listener in their order, with priorities.
func (b *builder) rules(l Listener, members []member) []ListenerRule {
	var rules []ListenerRule
	for _, m := range members {
		for _, rule := range m.Rules {
			hostOk := b.checkHost(m, rule.Host)
			for _, path := range sortPaths(rule.Paths) {
				if made, ok := b.rule(l, m, rule.Host, path); ok && hostOk {
					rules = append(rules, made)
				}
			}
		}
	}
	rules = dropRedirected(l, rules)
	for i := range rules {
		rules[i].Priority = i + 1
	}
	return rules
}

// sortPaths gives the paths of one rule in the order LBC takes them: Exact, Prefix longest first, then the rest; equal
// ones as written.
func sortPaths(paths []Path) []Path {
	rank := map[string]int{Exact: 0, Prefix: 1}
	sorted := slices.Clone(paths)
	slices.SortStableFunc(sorted, func(a, b Path) int {
		rankOf := func(p Path) int {
			if r, ok := rank[p.PathType]; ok {
				return r
			}
			return len(rank)
		}
		if d := rankOf(a) - rankOf(b); d != 0 || a.PathType != Prefix {
			return d
		}
		return len(b.Path) - len(a.Path)
	})
	return sorted
}

// rule makes the rule of one path; false when any part of it is refused. All parts are looked at, so that all faults
// are found.
func (b *builder) rule(l Listener, m member, host string, path Path) (ListenerRule, bool) {
	conditions, conditionsOk := b.conditions(m, host, path)
	action, actionOk := b.action(l, m, path.Backend)
	transforms, transformsOk := b.namedTransforms(m, path.Backend.Service)
	return ListenerRule{
		Conditions: conditions,
		Action:     action,
		Transforms: transforms,
		Source:     Source{m.key, host, path.Path, path.PathType},
	}, conditionsOk && actionOk && transformsOk
}

// conditions gives the conditions of a rule: those of the annotation first, then host, then path. The values of the
// annotation for host and path join those of the Ingress, so they widen the rule.
func (b *builder) conditions(m member, host string, path Path) ([]Condition, bool) {
	hosts, paths := Condition{Field: HostHeader}, Condition{Field: PathPattern}
	if host != "" {
		hosts.Values = []string{host}
	}
	own, ok := b.pathCondition(m, path)
	if own != nil {
		paths = *own
	}
	named, namedOk := b.namedConditions(m, path.Backend.Service)
	var conditions []Condition
	for _, c := range named {
		switch c.Field {
		case HostHeader:
			hosts = hosts.or(c)
		case PathPattern:
			paths = paths.or(c)
		default:
			conditions = append(conditions, c)
		}
	}
	for _, c := range []Condition{hosts, paths} {
		if len(c.Values) > 0 && len(c.RegexValues) > 0 {
			ok = false
			b.refuse(m.key, InvalidAnnotation, "annotation %s: the %s condition of %s would have both values %q and regexValues %q; use one kind",
				conditionsPrefix+path.Backend.Service, c.Field, Source{m.key, host, path.Path, path.PathType}, c.Values, c.RegexValues)
		}
		if c.Evaluations() > 0 {
			conditions = append(conditions, c)
		}
	}
	if len(conditions) == 0 {
		conditions = []Condition{{Field: PathPattern, Values: []string{"/*"}}}
	}
	ok = b.checkRuleQuotas(m, Source{m.key, host, path.Path, path.PathType}, conditions) && ok
	return conditions, ok && namedOk
}

// or gives a condition that holds when either does.
func (c Condition) or(other Condition) Condition {
	c.Values = slices.Concat(c.Values, other.Values)
	c.RegexValues = slices.Concat(c.RegexValues, other.RegexValues)
	return c
}

// action gives the action of a backend, with what comes before it; false when any of it is refused.
func (b *builder) action(l Listener, m member, backend Backend) (Action, bool) {
	action, ok := b.target(l, m, backend)
	ok = b.checkProtocolVersions(l, m, action) && ok
	login, loginOk := b.login(l, m, action)
	jwt, jwtOk := b.jwt(m)
	if l.Protocol == "HTTPS" {
		action.Login, action.JwtValidation = login, jwt
		if login != nil && jwt != nil {
			jwtOk = false
			b.refuse(m.key, InvalidAnnotation, "annotation %s is set besides annotation %s %q; a rule has one of the two, so remove one",
				jwtValidation, authType, login.Type)
		}
	}
	return action, ok && loginOk && jwtOk
}

// target gives the action of a backend alone; false when it is refused.
func (b *builder) target(l Listener, m member, backend Backend) (Action, bool) {
	if backend.Service == "" || backend.Port == "" {
		b.refuse(m.key, InvalidBackend, "backend service %q port %q must have both a service name and a port", backend.Service, backend.Port)
		return Action{}, false
	}
	if backend.Port == UseAnnotation {
		return b.namedAction(m, l.Protocol, backend.Service)
	}
	if !b.checkService(m, backend.Service, backend.Port) {
		return Action{}, false
	}
	if !b.serviceExists(m, backend.Service) {
		return fixedText(503, "Backend service does not exist"), true
	}
	return Action{Type: Forward, Forward: &ForwardAction{TargetGroups: []WeightedTargetGroup{
		{Key: b.targetGroup(m, backend.Service, backend.Port), Weight: 1},
	}}}, true
}

// serviceExists reports whether a Service is there, which it is taken to be when the Services are not known.
func (b *builder) serviceExists(m member, name string) bool {
	_, ok := b.services[m.Namespace+"/"+name]
	return ok || b.services == nil
}

// checkService reports a Service that does not exist, and refuses a malformed name and a port that the Service lacks.
func (b *builder) checkService(m member, name, port string) bool {
	if !serviceName.MatchString(name) || len(name) > maxLabelLength {
		b.refuse(m.key, InvalidName, "backend service %q must be a DNS label: 1..%d lower-case letters, digits and hyphens, starting with a "+
			"letter", name, maxLabelLength)
		return false
	}
	if number, err := strconv.Atoi(port); err == nil && (number < 1 || number > 65535) {
		b.refuse(m.key, InvalidBackend, "backend service %q port %s must be within 1..65535", name, port)
		return false
	}
	if b.services == nil {
		return true
	}
	service, ok := b.services[m.Namespace+"/"+name]
	if !ok {
		b.warn(m.key, MissingBackend, "Service %s/%s does not exist; LBC answers 503 until it does", m.Namespace, name)
		return true
	}
	if _, has := service.port(port); !has {
		b.refuse(m.key, InvalidBackend, "Service %s has no port %q; it has %s", service.Key(), port, service.portList())
		return false
	}
	return true
}

func (s Service) portList() string {
	list := make([]string, len(s.Ports))
	for i, p := range s.Ports {
		list[i] = strconv.Itoa(p.Port)
		if p.Name != "" {
			list[i] += " (" + p.Name + ")"
		}
	}
	return fmt.Sprint(list)
}

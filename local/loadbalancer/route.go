package loadbalancer

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/modelway/modelway/internal/alb"
)

// routes are the load balancers that listen on each port, in the order of their groups. They are replaced, never changed.
type routes map[int][]*served

// served is a load balancer in the form in which a request finds its way quickly. Only the turns of its targets change.
type served struct {
	hostname  string
	model     *alb.LoadBalancer
	listeners map[int]*listener   // those for HTTP, by port
	answers   map[int]answers     // by port
	targets   map[string]*targets // by target group key
	transport http.RoundTripper
	requests  requestRules
}

// newServed takes over the listeners of last, if that has the same model.
func newServed(b balancer, last *served, transport http.RoundTripper) *served {
	s := &served{hostname: b.hostname, model: b.model, targets: map[string]*targets{}, transport: transport,
		requests: newRequestRules(b.model.Attributes)}
	for key, addresses := range b.targets {
		group, _ := b.model.TargetGroup(key)
		s.targets[key] = newTargets(group, addresses)
	}
	if last != nil && last.model == b.model {
		s.listeners, s.answers = last.listeners, last.answers
		return s
	}
	s.listeners, s.answers = map[int]*listener{}, map[int]answers{}
	for _, model := range b.model.Listeners {
		if model.Protocol == "HTTP" {
			s.listeners[model.Port] = newListener(model, alb.HostHeader, alb.PathPattern)
			s.answers[model.Port] = newAnswers(model)
		}
	}
	return s
}

// targets take turns.
type targets struct {
	addresses []string
	turn      atomic.Uint64
	scheme    string        // http or https
	sticky    time.Duration // how long a client keeps its target after a request; 0 for not at all
}

func newTargets(group alb.TargetGroup, addresses []string) *targets {
	t := &targets{addresses: addresses, scheme: strings.ToLower(cmp.Or(group.Protocol, "HTTP"))}
	if group.Attributes["stickiness.enabled"] == "true" {
		seconds, _ := strconv.Atoi(cmp.Or(group.Attributes["stickiness.lb_cookie.duration_seconds"], "86400"))
		t.sticky = time.Duration(seconds) * time.Second
	}
	return t
}

// next returns the address of the next target, or "" when there is none.
func (t *targets) next() string {
	if t == nil || len(t.addresses) == 0 {
		return ""
	}
	return t.addresses[t.turn.Add(1)%uint64(len(t.addresses))]
}

// listener finds the rules that a request can match by its host, then by its path, where rules name them without wildcards.
type listener struct {
	model  alb.ListenerModel    // with these rules, where there is nothing more to look up
	named  map[string]*listener // by the values of a condition
	others *listener            // for all other values
}

func newListener(model alb.ListenerModel, fields ...alb.ConditionField) *listener {
	if len(fields) == 0 {
		return &listener{model: model}
	}
	rules, rest := map[string][]alb.ListenerRule{}, []alb.ListenerRule(nil)
	for _, rule := range model.Rules {
		values, _ := valuesOf(rule, fields[0])
		for _, value := range values {
			rules[value] = nil
		}
	}
	for _, rule := range model.Rules {
		values, only := valuesOf(rule, fields[0])
		if !only {
			rest = append(rest, rule)
			values = slices.Collect(maps.Keys(rules))
		}
		for _, value := range values {
			rules[value] = append(rules[value], rule)
		}
	}
	with := func(rules []alb.ListenerRule) *listener {
		model.Rules = rules
		return newListener(model, fields[1:]...)
	}
	l := &listener{named: map[string]*listener{}, others: with(rest)}
	for value, some := range rules {
		l.named[value] = with(some)
	}
	return l
}

// valuesOf returns the values without wildcards of a rule's condition on a field, and whether the rule is for no others.
func valuesOf(rule alb.ListenerRule, field alb.ConditionField) (values []string, only bool) {
	for _, condition := range rule.Conditions {
		if condition.Field != field {
			continue
		}
		only = len(condition.RegexValues) == 0
		for _, value := range condition.Values {
			if field == alb.HostHeader {
				value = strings.ToLower(value)
			}
			if strings.ContainsAny(value, "*?") {
				only = false
			} else if !slices.Contains(values, value) {
				values = append(values, value)
			}
		}
	}
	return values, only
}

// match returns what the listener does with a request, and whether a rule says so.
func (l *listener) match(host string, request alb.Request) (alb.Action, bool) {
	for _, value := range []string{host, request.Path} {
		if next := l.named[value]; next != nil {
			l = next
		} else {
			l = l.others
		}
	}
	return l.model.Match(request)
}

// route picks the load balancer of a request, by its host name, else by its having a rule for the request, and its action.
func (r routes) route(port int, request alb.Request) (first *served, fallback alb.Action) {
	host, _, _ := strings.Cut(strings.ToLower(request.Host), ":")
	for _, b := range r[port] {
		action, matched := b.listeners[port].match(host, request)
		if matched || b.hostname == host {
			return b, action
		}
		if first == nil {
			first, fallback = b, action
		}
	}
	return first, fallback
}

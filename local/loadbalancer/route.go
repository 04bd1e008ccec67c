package loadbalancer

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/modelway/modelway/internal/alb"
)

// routes are the load balancers that listen on each port, in the order of their groups. They are replaced, never changed.
type routes map[int][]*served

// served is a load balancer in the form in which a request finds its way quickly. Only the turns of its targets change.
type served struct {
	hostname  string
	model     *alb.LoadBalancer
	listeners map[int]listener    // those for HTTP, by port
	targets   map[string]*targets // by target group key
	transport http.RoundTripper
}

// newServed takes over the listeners of last, if that has the same model.
func newServed(b balancer, last *served, transport http.RoundTripper) *served {
	s := &served{hostname: b.hostname, model: b.model, targets: map[string]*targets{}, transport: transport}
	for key, addresses := range b.targets {
		s.targets[key] = &targets{addresses: addresses}
	}
	if last != nil && last.model == b.model {
		s.listeners = last.listeners
		return s
	}
	s.listeners = map[int]listener{}
	for _, model := range b.model.Listeners {
		if model.Protocol == "HTTP" {
			s.listeners[model.Port] = newListener(model)
		}
	}
	return s
}

// targets take turns.
type targets struct {
	addresses []string
	turn      atomic.Uint64
}

// next returns the address of the next target, or "" when there is none.
func (t *targets) next() string {
	if t == nil || len(t.addresses) == 0 {
		return ""
	}
	return t.addresses[t.turn.Add(1)%uint64(len(t.addresses))]
}

// listener is a listener that looks at no more rules than those which the host of a request can match.
type listener struct {
	byHost map[string]alb.ListenerModel // for the hosts that rules name
	others alb.ListenerModel            // for all other hosts
}

func newListener(model alb.ListenerModel) listener {
	l := listener{byHost: map[string]alb.ListenerModel{}, others: model}
	for _, rule := range model.Rules {
		hosts, _ := namedHosts(rule)
		for _, host := range hosts {
			of := model
			of.Rules = nil
			l.byHost[host] = of
		}
	}
	l.others.Rules = nil
	for _, rule := range model.Rules {
		hosts, only := namedHosts(rule)
		if !only {
			l.others.Rules = append(l.others.Rules, rule)
			hosts = slices.Collect(maps.Keys(l.byHost))
		}
		for _, host := range hosts {
			of := l.byHost[host]
			of.Rules = append(of.Rules, rule)
			l.byHost[host] = of
		}
	}
	return l
}

// namedHosts returns the hosts that a rule names, in lower case, and whether it is for no others.
func namedHosts(rule alb.ListenerRule) (hosts []string, only bool) {
	for _, condition := range rule.Conditions {
		if condition.Field != alb.HostHeader {
			continue
		}
		only = len(condition.RegexValues) == 0
		for _, value := range condition.Values {
			if strings.ContainsAny(value, "*?") {
				only = false
			} else {
				hosts = append(hosts, strings.ToLower(value))
			}
		}
	}
	return hosts, only
}

// match returns what the listener does with a request, and whether a rule says so.
func (l listener) match(host string, request alb.Request) (alb.Action, bool) {
	if of, named := l.byHost[host]; named {
		return of.Match(request)
	}
	return l.others.Match(request)
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

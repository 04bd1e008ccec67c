package alb

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Request is what a load balancer looks at when it routes.
type Request struct {
	// Method is compared as it is, so upper case.
	Method string
	// Host is the Host header. Case and a port are disregarded.
	Host string
	// Path is the path as sent, percent-encoding included, without the query. Case matters.
	Path string
	// Header holds the request headers; http-header conditions look at all values of a name.
	Header http.Header
	// Query holds the query parameters.
	Query url.Values
	// RawQuery is the query as sent, without "?". Redirects repeat it; empty: Query, encoded.
	RawQuery string
	// SourceIP is the address of the client; the zero value satisfies no source-ip condition.
	SourceIP netip.Addr
}

// RequestOf reads a request as it came in on a server.
func RequestOf(r *http.Request) Request {
	request := Request{
		Method: r.Method,
		Host:   r.Host,
		Header: r.Header,
	}
	request.Path, request.RawQuery = requestTarget(r)
	request.Query = parameters(request.RawQuery)
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		request.SourceIP = peer.Addr().Unmap()
	}
	return request
}

// requestTarget gives the path and the query of the request line, byte for byte.
func requestTarget(r *http.Request) (path, query string) {
	line := r.RequestURI
	if line == "" { // not read by a server
		return r.URL.EscapedPath(), r.URL.RawQuery
	}
	if !strings.HasPrefix(line, "/") {
		if _, rest, absolute := strings.Cut(line, "://"); absolute {
			line = ""
			if at := strings.IndexAny(rest, "/?"); at >= 0 {
				line = rest[at:]
			}
		}
	}
	path, query, _ = strings.Cut(line, "?")
	if path == "" {
		path = "/"
	}
	return path, query
}

// parameters reads a query. Only "&" separates parameters, and what is not percent-encoded stays as it is, so that none is lost.
func parameters(query string) url.Values {
	values := url.Values{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		values.Add(unescape(key), unescape(value))
	}
	return values
}

func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// Match gives what the listener does with a request: the action of the first rule whose conditions all hold, and true;
// or the default action, and false. Of a weighted forward the caller picks the target group (ForwardAction.Pick).
func (l ListenerModel) Match(request Request) (Action, bool) {
	if rule, ok := l.MatchRule(request); ok {
		return rule.Action, true
	}
	return l.DefaultAction, false
}

// MatchRule gives the first rule, in order of priority, whose conditions all hold; false when none does.
func (l ListenerModel) MatchRule(request Request) (ListenerRule, bool) {
	for _, rule := range l.Rules {
		if rule.Matches(request) {
			return rule, true
		}
	}
	return ListenerRule{}, false
}

// Matches reports whether all conditions of the rule hold.
func (r ListenerRule) Matches(request Request) bool {
	for _, condition := range r.Conditions {
		if !condition.Matches(request) {
			return false
		}
	}
	return true
}

// hostname gives a Host header without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

package alb

import (
	"cmp"
	"strconv"
	"strings"
)

// ActionType is forward, redirect or fixed-response.
type ActionType string

// The action types that an Ingress can ask for.
const (
	Forward       ActionType = "forward"
	Redirect      ActionType = "redirect"
	FixedResponse ActionType = "fixed-response"
)

// Action is what a listener does with a request. Of Forward, Redirect and FixedResponse exactly the one that Type names is
// set (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html).
type Action struct {
	Type          ActionType
	Forward       *ForwardAction
	Redirect      *RedirectAction
	FixedResponse *FixedResponseAction
	// Login and JwtValidation come before the action on an HTTPS listener, at most one of them; nil for neither.
	Login         *Login
	JwtValidation *JwtValidation
}

// ForwardAction spreads requests over target groups by weight.
type ForwardAction struct {
	// TargetGroups are 1..5, in the order written.
	TargetGroups []WeightedTargetGroup
	// StickinessSeconds keeps a client on the target group it first got; 0 for no stickiness, else 1..604800.
	StickinessSeconds int
}

// WeightedTargetGroup is a share of a forward action: a target group of this load balancer by Key, or one made outside
// of it by Arn or Name. Exactly one of the three is set.
type WeightedTargetGroup struct {
	Key, Arn, Name string
	// Weight is 0..999; a target group gets weight/sum of all weights. A single target group has 1.
	Weight int
}

// Pick gives the target group for a point in [0, 1) drawn by the caller, so that over evenly spread points each target
// group gets its share; false when every weight is 0.
func (f ForwardAction) Pick(point float64) (WeightedTargetGroup, bool) {
	total := 0
	for _, tg := range f.TargetGroups {
		total += tg.Weight
	}
	at := point * float64(total)
	for _, tg := range f.TargetGroups {
		if at < float64(tg.Weight) {
			return tg, true
		}
		at -= float64(tg.Weight)
	}
	return WeightedTargetGroup{}, false
}

// RedirectAction sends the client elsewhere. Every part but StatusCode may be left out, which keeps that of the request,
// and may hold #{protocol}, #{host}, #{port}, #{path} (without its leading "/") and #{query}
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html).
type RedirectAction struct {
	Protocol, Host, Port, Path string
	// Query is nil when left out; an empty one drops that of the request.
	Query *string
	// StatusCode is HTTP_301 or HTTP_302.
	StatusCode string
}

// HTTPStatus gives 301 or 302.
func (r RedirectAction) HTTPStatus() int {
	status, _ := strconv.Atoi(strings.TrimPrefix(r.StatusCode, "HTTP_"))
	return status
}

// Location gives the address that a request on a listener is redirected to. Like the real one it always names the port.
func (r RedirectAction) Location(l Listener, request Request) string {
	expand := strings.NewReplacer(
		"#{protocol}", strings.ToLower(l.Protocol),
		"#{host}", hostname(request.Host),
		"#{port}", strconv.Itoa(l.Port),
		"#{path}", strings.TrimPrefix(request.Path, "/"),
		"#{query}", cmp.Or(request.RawQuery, request.Query.Encode()),
	).Replace
	location := strings.ToLower(expand(cmp.Or(r.Protocol, "#{protocol}"))) + "://" +
		expand(cmp.Or(r.Host, "#{host}")) + ":" + expand(cmp.Or(r.Port, "#{port}")) +
		expand(cmp.Or(r.Path, "/#{path}"))
	query := "#{query}"
	if r.Query != nil {
		query = *r.Query
	}
	if query = expand(query); query != "" {
		location += "?" + query
	}
	return location
}

// FixedResponseAction answers without any target
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html).
type FixedResponseAction struct {
	// StatusCode is 2xx, 4xx or 5xx.
	StatusCode int
	// ContentType is text/plain, text/css, text/html, application/javascript, application/json or empty.
	ContentType string
	// MessageBody has at most 1024 characters.
	MessageBody string
}

// fixedText is a plain-text fixed response.
func fixedText(status int, body string) Action {
	return Action{Type: FixedResponse, FixedResponse: &FixedResponseAction{status, "text/plain", body}}
}

// sslRedirect is the default action that ssl-redirect puts on every HTTP listener.
func sslRedirect(port int) Action {
	return Action{Type: Redirect, Redirect: &RedirectAction{
		Protocol: "HTTPS", Port: strconv.Itoa(port), StatusCode: "HTTP_301",
	}}
}

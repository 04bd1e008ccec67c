package alb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRedirectsThatLoopAreDropped(t *testing.T) {
	host := Condition{Field: HostHeader, Values: []string{"a.io"}}
	path := Condition{Field: PathPattern, Values: []string{"/x"}}
	regex := Condition{Field: PathPattern, RegexValues: []string{"^/x$"}}
	for i, c := range []struct {
		redirect   RedirectAction
		conditions []Condition
		loops      bool
	}{
		{RedirectAction{Protocol: "HTTPS"}, []Condition{path}, true},
		{RedirectAction{Protocol: "#{protocol}", Host: "#{host}", Port: "#{port}", Path: "/#{path}", Query: new("#{query}")}, []Condition{path},
			true},
		{RedirectAction{Protocol: "HTTP"}, []Condition{path}, false},
		{RedirectAction{Port: "443"}, []Condition{path}, true},
		{RedirectAction{Port: "444"}, []Condition{path}, false},
		{RedirectAction{Host: "a.io"}, []Condition{host}, true},
		{RedirectAction{Host: "b.io"}, []Condition{host}, false},
		{RedirectAction{Path: "/x"}, []Condition{path}, true},
		{RedirectAction{Path: "/y"}, []Condition{path}, false},
		{RedirectAction{Query: new("a=b")}, []Condition{path}, false},
		{RedirectAction{Protocol: "HTTPS"}, []Condition{regex}, false}, // LBC does not look into these
	} {
		rule := ListenerRule{Conditions: c.conditions, Action: Action{Type: Redirect, Redirect: &c.redirect}}
		require.Equal(t, c.loops, len(dropRedirected(Listener{"HTTPS", 443}, []ListenerRule{rule})) == 0, i)
	}
}

func TestRulesBehindARedirectAreDropped(t *testing.T) {
	host := func(values ...string) Condition { return Condition{Field: HostHeader, Values: values} }
	path := func(values ...string) Condition { return Condition{Field: PathPattern, Values: values} }
	header := Condition{Field: HTTPHeader, HeaderName: "A", Values: []string{"a"}}
	for i, c := range []struct {
		redirect, behind []Condition
		dropped          bool
	}{
		{[]Condition{path("/*")}, []Condition{host("a.io"), path("/x")}, true},
		{[]Condition{path("/x", "/y")}, []Condition{path("/x")}, true},
		{[]Condition{path("/x")}, []Condition{path("/x", "/y")}, false},
		{[]Condition{path("/x*")}, []Condition{path("/xy")}, false}, // covered, but LBC compares as text
		{[]Condition{host("a.io")}, []Condition{host("a.io"), path("/x")}, true},
		{[]Condition{host("a.io"), path("/*")}, []Condition{host("b.io"), path("/x")}, false},
		{[]Condition{host("a.io"), path("/*")}, []Condition{path("/x")}, false},
		{[]Condition{path("/*")}, []Condition{header, path("/x")}, true},
		{[]Condition{header, path("/*")}, []Condition{path("/x")}, false},
	} {
		rules := []ListenerRule{
			{Conditions: c.redirect, Action: sslRedirect(443)},
			{Conditions: c.behind, Action: fixedText(200, "")},
		}
		require.Equal(t, c.dropped, len(dropRedirected(Listener{"HTTP", 80}, rules)) == 1, i)
		rules[0].Action = fixedText(200, "")
		require.Len(t, dropRedirected(Listener{"HTTP", 80}, rules), 2, "only redirects count")
	}
}

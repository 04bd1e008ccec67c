package alb

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFaultsOfReach(t *testing.T) {
	const duplicate = `warning duplicate-route ingress models/%s: %s is also in ingress models/%s, which comes first and gets every request; remove one of them or change its host or path`
	const shadowed = `warning shadowed-route ingress models/%s: %s gets no request, because %s comes first and takes them all; give this Ingress a lower alb.ingress.kubernetes.io/group.order or make the other route narrower`
	const tied = `warning conflicting-order ingress models/%s: alb.ingress.kubernetes.io/group.order "7" is also that of ingress models/%s, and %s overlaps with its %s, so the names of the Ingresses decide; give them different orders`
	canary := `[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Canary","values":["%s"]}}]`
	withHeader := func(i Ingress, value string) Ingress {
		return i.annotated(conditionsPrefix+i.Name, fmt.Sprintf(canary, value))
	}
	check(t, map[string]faultCase{
		"same host and path": {ingresses: []Ingress{route("b", "x.io", "/a", Exact), route("a", "x.io", "/a", Exact)},
			want: []string{fmt.Sprintf(duplicate, "b", `Exact path "/a" on x.io`, "a")}},
		"same pattern by another type": {ingresses: []Ingress{route("a", "x.io", "/a", Exact), route("b", "x.io", "/a", ImplementationSpecific)},
			want: []string{fmt.Sprintf(duplicate, "b", `ImplementationSpecific path "/a" on x.io`, "a")}},
		"twice in one Ingress": {ingresses: []Ingress{ingress("a", Rule{"x.io", []Path{{"/a", Prefix, Backend{"s", "80"}},
			{"/a/", Prefix, Backend{"t", "80"}}}})},
			want: []string{fmt.Sprintf(duplicate, "a", `Prefix path "/a" on x.io`, "a")}},
		"order decides who is first": {ingresses: []Ingress{route("a", "x.io", "/a", Exact).annotated(groupOrder, "1"),
			route("b", "x.io", "/a", Exact)},
			want: []string{fmt.Sprintf(duplicate, "a", `Exact path "/a" on x.io`, "b")}},
		"catch-all": {ingresses: []Ingress{route("a", "", "/", Prefix), route("b", "x.io", "/v1", Prefix)},
			want: []string{fmt.Sprintf(shadowed, "b", `Prefix path "/v1" on x.io`, `Prefix path "/" on any host of ingress models/a`)}},
		"wildcard host": {ingresses: []Ingress{route("a", "*.io", "/v1", Prefix), route("b", "x.io", "/v1/models", Exact)},
			want: []string{fmt.Sprintf(shadowed, "b", `Exact path "/v1/models" on x.io`, `Prefix path "/v1" on *.io of ingress models/a`)}},
		"two together": {ingresses: []Ingress{route("a", "", "/v1", Exact), route("b", "", "/v1/*", ImplementationSpecific),
			route("c", "", "/v1", Prefix)},
			want: []string{fmt.Sprintf(shadowed, "c", `Prefix path "/v1" on any host`,
				`Exact path "/v1" on any host of ingress models/a and ImplementationSpecific path "/v1/*" on any host of ingress models/b`)}},
		"on both listeners, once": {ingresses: []Ingress{
			route("a", "", "/", Prefix).annotated(listenPorts, `[{"HTTP":80},{"HTTP":81}]`), route("b", "", "/", Prefix).annotated(listenPorts,
				`[{"HTTP":80},{"HTTP":81}]`)},
			want: []string{fmt.Sprintf(duplicate, "b", `Prefix path "/" on any host`, "a")}},
		"partly taken is fine":   {ingresses: []Ingress{route("a", "x.io", "/v1", Exact), route("b", "x.io", "/v1", Prefix)}},
		"narrower first is fine": {ingresses: []Ingress{route("a", "x.io", "/v1/models", Exact), route("b", "", "/", Prefix)}},
		"header first is fine": {ingresses: []Ingress{withHeader(route("a", "x.io", "/v1", Exact), "on"), route("b", "x.io", "/v1",
			Exact)}},
		"prefix does not shadow a predict": {ingresses: []Ingress{route("a", "x.io", "/v1/models/m", Prefix),
			route("b", "x.io", "/v1/models/m:predict", Exact)}},
		"wider header first": {ingresses: []Ingress{withHeader(route("a", "x.io", "/v1", Exact), "O*"),
			withHeader(route("b", "x.io", "/v1", Exact), "on")},
			want: []string{fmt.Sprintf(shadowed, "b", `Exact path "/v1" on x.io`, `Exact path "/v1" on x.io of ingress models/a`)}},
		"same order, names decide": {ingresses: []Ingress{route("a", "x.io", "/v1/models", Exact).annotated(groupOrder, "7"),
			route("b", "x.io", "/v1", Prefix).annotated(groupOrder, "7")},
			want: []string{fmt.Sprintf(tied, "b", "a", `Prefix path "/v1" on x.io`, `Exact path "/v1/models" on x.io`)}},
		"other orders": {ingresses: []Ingress{route("a", "x.io", "/v1/models", Exact).annotated(groupOrder, "7"),
			route("b", "x.io", "/v1", Prefix).annotated(groupOrder, "8")}},
		"same order, apart": {ingresses: []Ingress{route("a", "x.io", "/v1", Prefix).annotated(groupOrder, "7"), route("b", "y.io", "/v1",
			Prefix).annotated(groupOrder, "7")}},
		"same order by default": {ingresses: []Ingress{route("a", "x.io", "/v1/models", Exact), route("b", "x.io", "/v1", Prefix)}},
	})
}

func TestImplies(t *testing.T) {
	path := func(values ...string) Condition { return Condition{Field: PathPattern, Values: values} }
	method := func(values ...string) Condition { return Condition{Field: HTTPRequestMethod, Values: values} }
	source := func(values ...string) Condition { return Condition{Field: SourceIP, Values: values} }
	query := func(key, value string) Condition {
		return Condition{Field: QueryString, Query: []QueryValue{{key, value}}}
	}
	regex := func(values ...string) Condition { return Condition{Field: PathPattern, RegexValues: values} }
	for i, c := range []struct {
		narrow, wide Condition
		want         bool
	}{
		{path("/a"), path("/b", "/?"), true},
		{path("/a", "/b"), path("/a"), false},
		{path("/a/*"), path("/*"), true},
		{method("GET"), path("/*"), true}, // every path matches /*
		{method("GET"), path("/a"), false},
		{method("GET"), method("GET", "HEAD"), true},
		{method("GET", "POST"), method("GET"), false},
		{source("10.1.0.0/16"), source("10.0.0.0/8"), true},
		{source("10.0.0.0/8"), source("10.1.0.0/16"), false},
		{source("10.0.0.0/8"), source("10.0.0.0/16"), false},
		{source("10.0.0.0/8"), source("::/0"), false},
		{query("a", "1"), query("", "?"), true},
		{query("", "1"), query("a", "1"), false},
		{query("", "1"), query("*", "1"), true},
		{query("a", "1"), query("A", "1"), true},
		{query("a", "12"), query("a", "?"), false},
		{regex("^/a$"), regex("^/a$", "^/b$"), true},
		{regex("^/a$"), path("/a"), false}, // true, but not known
		{path("/a"), regex("^/a$"), true},
		{path("/a*"), regex("^/a.*$"), false}, // true, but not known
		{Condition{Field: HTTPHeader, HeaderName: "a", Values: []string{"x"}}, Condition{Field: HTTPHeader, HeaderName: "A",
			Values: []string{"X"}}, true},
		{Condition{Field: HTTPHeader, HeaderName: "a", Values: []string{"x"}}, Condition{Field: HTTPHeader, HeaderName: "b",
			Values: []string{"x"}}, false},
	} {
		require.Equal(t, c.want, implies([]Condition{c.narrow}, []Condition{c.wide}), "%d: %v implies %v", i, c.narrow, c.wide)
	}
}

func TestOverlap(t *testing.T) {
	method := func(v string) Condition { return Condition{Field: HTTPRequestMethod, Values: []string{v}} }
	source := func(v string) Condition { return Condition{Field: SourceIP, Values: []string{v}} }
	for i, c := range []struct {
		a, b []Condition
		want bool
	}{
		{[]Condition{method("GET")}, []Condition{method("GET")}, true},
		{[]Condition{method("GET")}, []Condition{method("POST")}, false},
		{[]Condition{method("GET")}, []Condition{source("10.0.0.0/8")}, true},
		{[]Condition{source("10.1.0.0/16")}, []Condition{source("10.0.0.0/8")}, true},
		{[]Condition{source("10.0.0.0/8")}, []Condition{source("11.0.0.0/8")}, false},
		// not known
		{[]Condition{{Field: PathPattern, RegexValues: []string{"^/a$"}}}, []Condition{{Field: PathPattern, Values: []string{"/b"}}}, true},
	} {
		require.Equal(t, c.want, overlap(c.a, c.b), i)
		require.Equal(t, c.want, overlap(c.b, c.a), i)
	}
}

func TestRulebookFindsWhatTryingAllFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lb, _ := Build(publicClass, ingressesGen().Draw(t, "ingresses"))
		var book rulebook
		for n, rule := range lb.Listeners[0].Rules {
			for _, single := range singles(rule.Conditions) {
				want := slices.IndexFunc(lb.Listeners[0].Rules[:n], func(e ListenerRule) bool { return implies(single, e.Conditions) })
				require.Equal(t, want, book.taker(single), rule.Source)
			}
			book.add(rule)
		}
	})
}

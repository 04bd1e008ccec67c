package loadbalancer

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/alb"
)

// TestListenerAgreesWithTheModel requires the same action as from trying all rules one after the other.
func TestListenerAgreesWithTheModel(t *testing.T) {
	condition := func(field alb.ConditionField, values ...string) *rapid.Generator[[]alb.Condition] {
		return rapid.Custom(func(t *rapid.T) []alb.Condition {
			c := alb.Condition{Field: field, HeaderName: "X-Test", Values: rapid.SliceOfN(rapid.SampledFrom(values), 0, 2).Draw(t, string(field))}
			if len(c.Values) == 0 {
				return nil
			}
			if field == alb.PathPattern && rapid.Bool().Draw(t, "regex") {
				return []alb.Condition{{Field: field, RegexValues: []string{"^/[ab]$"}}}
			}
			return []alb.Condition{c}
		})
	}
	hosts := condition(alb.HostHeader, "a.io", "A.io", "b.io", "*.io", "c.?o")
	paths := condition(alb.PathPattern, "/a", "/A", "/b", "/*", "/a?")
	headers := condition(alb.HTTPHeader, "on", "of*")
	rapid.Check(t, func(t *rapid.T) {
		model := alb.ListenerModel{DefaultAction: alb.Action{Type: "default"}}
		for n := range rapid.IntRange(0, 6).Draw(t, "rules") {
			rule := alb.ListenerRule{Action: alb.Action{Type: alb.ActionType(fmt.Sprint(n))}}
			for _, some := range []*rapid.Generator[[]alb.Condition]{hosts, paths, headers} {
				rule.Conditions = append(rule.Conditions, some.Draw(t, "condition")...)
			}
			model.Rules = append(model.Rules, rule)
		}
		r := httptest.NewRequest(http.MethodGet, "http://x"+rapid.SampledFrom([]string{"/a", "/A", "/b", "/ab", "/c", "/a%2a"}).Draw(t, "path"),
			nil)
		r.Host = rapid.SampledFrom([]string{"a.io", "A.IO:8080", "b.io", "d.io", "c.xo", "none"}).Draw(t, "host")
		r.Header.Set("X-Test", rapid.SampledFrom([]string{"on", "off", "ON", ""}).Draw(t, "header"))
		request := alb.RequestOf(r)
		want, matched := model.Match(request)
		all := routes{80: {{listeners: map[int]*listener{80: newListener(model, alb.HostHeader, alb.PathPattern)}}}}
		_, action := all.route(80, request)
		require.Equal(t, want, action)
		require.Equal(t, matched, action.Type != "default")
	})
}

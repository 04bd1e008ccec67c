package loadbalancer

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alb"
)

func TestRefusedRequests(t *testing.T) {
	h := newHarness(t)
	recording(t, h, nil, nil, nil)
	long := strings.Repeat("a", 17<<10)
	for name, c := range map[string]struct {
		raw  string
		want int
	}{
		"TRACE":             {"TRACE / HTTP/1.1\r\nHost: a.io\r\n\r\n", 405},
		"CONNECT":           {"CONNECT a.io:443 HTTP/1.1\r\nHost: a.io:443\r\n\r\n", 400},
		"a long line":       {"GET /" + long + " HTTP/1.1\r\nHost: a.io\r\n\r\n", 414},
		"a long header":     {"GET / HTTP/1.1\r\nHost: a.io\r\nX: " + long + "\r\n\r\n", 413},
		"many headers":      {"GET / HTTP/1.1\r\nHost: a.io\r\n" + strings.Repeat("X: "+long[:13<<10]+"\r\n", 5) + "\r\n", 413},
		"many addresses":    {"GET / HTTP/1.1\r\nHost: a.io\r\nX-Forwarded-For: " + strings.Repeat("192.0.2.1, ", 30) + "192.0.2.1\r\n\r\n", 463},
		"addresses":         {"GET / HTTP/1.1\r\nHost: a.io\r\nX-Forwarded-For: " + strings.Repeat("192.0.2.1, ", 29) + "192.0.2.1\r\n\r\n", 200},
		"transfer encoding": {"POST / HTTP/1.1\r\nHost: a.io\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
		"version":           {"GET / HTTP/3.0\r\nHost: a.io\r\n\r\n", 505},
	} {
		response, _ := h.send(t, c.raw)
		require.Equal(t, c.want, response.StatusCode, name)
	}
}

// TestOwnAnswers requires the Server header on the answers of the load balancer, never on those of targets, and not at all where it is
// switched off.
func TestOwnAnswers(t *testing.T) {
	for _, c := range []struct{ attribute, want string }{{"", "awselb/2.0"}, {"true", "awselb/2.0"}, {"false", ""}} {
		h := newHarness(t)
		hsts := "routing.http.response.x_frame_options.header_value"
		last := recording(t, h, nil, map[string]string{alb.ServerHeader: c.attribute, hsts: "DENY"}, func(w http.ResponseWriter) {
			w.Header().Set("Server", "uvicorn")
			w.Header()["Content-Type"] = nil
			_, _ = w.Write([]byte("<html>"))
		})
		response, body := h.line(t, "/x")
		require.Equal(t, "<html>", body)
		require.Equal(t, []string{"uvicorn"}, response.Header.Values("Server"))
		require.Empty(t, response.Header.Values("Content-Type"), "no guess")
		require.Equal(t, "DENY", response.Header.Get("X-Frame-Options"))
		last()
		response, _ = h.send(t, "TRACE / HTTP/1.1\r\nHost: a.io\r\n\r\n")
		require.Equal(t, c.want, response.Header.Get("Server"))
		require.Equal(t, "DENY", response.Header.Get("X-Frame-Options"))
		m := recordingModel(h.port, nil, map[string]string{alb.ServerHeader: c.attribute})
		require.NoError(t, h.apply("public", balancer{model: m}))
		response, _ = h.line(t, "/x")
		require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
		require.Equal(t, c.want, response.Header.Get("Server"))
		m.Listeners[0].DefaultAction = alb.Action{Type: alb.FixedResponse, FixedResponse: &alb.FixedResponseAction{StatusCode: 410}}
		require.NoError(t, h.apply("other", balancer{model: m}))
	}
}

// TestLargeAnswers requires 502 for an answer whose head is over 32 KiB.
func TestLargeAnswers(t *testing.T) {
	h := newHarness(t)
	recording(t, h, nil, nil, func(w http.ResponseWriter) { w.Header().Set("X-Large", strings.Repeat("a", 33<<10)) })
	response, _ := h.line(t, "/x")
	require.Equal(t, http.StatusBadGateway, response.StatusCode)
}

func TestStickyTargets(t *testing.T) {
	h := newHarness(t)
	m := recordingModel(h.port, nil, nil)
	m.TargetGroups[0].Attributes = map[string]string{"stickiness.enabled": "true", "stickiness.type": "lb_cookie"}
	both := []string{backend(t, "a", nil), backend(t, "b", nil)}
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: both}}))
	response, first := h.line(t, "/x")
	cookies := response.Header.Values("Set-Cookie")
	require.Len(t, cookies, 2)
	require.Regexp(t, `^AWSALB=[\w-]+; Expires=.* GMT; Path=/$`, cookies[0])
	require.Regexp(t, `^AWSALBCORS=[\w-]+; Expires=.* GMT; Path=/; SameSite=None$`, cookies[1])
	for _, cookie := range cookies {
		cookie, _, _ = strings.Cut(cookie, ";")
		for range 3 {
			_, body := h.line(t, "/x", "Cookie: "+cookie)
			require.Equal(t, first, body, cookie)
		}
	}
	cookie, _, _ := strings.Cut(cookies[0], ";")
	gone := both[:1]
	if first == "a" {
		gone = both[1:]
	}
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: gone}}))
	_, body := h.line(t, "/x", "Cookie: "+cookie)
	require.NotEqual(t, first, body, "a target that is gone is not kept")
	for _, other := range []string{"AWSALB=x", "AWSALB=MXxh", "AWSALB=" + cookie[len("AWSALB="):len(cookie)-3]} {
		response, _ = h.line(t, "/x", "Cookie: "+other)
		require.Equal(t, http.StatusOK, response.StatusCode, other)
	}
}

func TestStickyTargetGroups(t *testing.T) {
	h := newHarness(t)
	m := recordingModel(h.port, nil, nil)
	m.Listeners[0].DefaultAction.Forward = &alb.ForwardAction{StickinessSeconds: 60, TargetGroups: []alb.WeightedTargetGroup{{Key: churnKey,
		Weight: 1}, {Key: fraudKey, Weight: 1}}}
	all := map[string][]string{churnKey: {backend(t, "churn", nil)}, fraudKey: {backend(t, "fraud", nil)}}
	require.NoError(t, h.apply("public", balancer{"", m, all}))
	h.draw = func() float64 { return 0.9 }
	response, body := h.line(t, "/x")
	require.Equal(t, "fraud", body)
	require.Len(t, response.Header.Values("Set-Cookie"), 2)
	cookie, _, _ := strings.Cut(response.Header.Get("Set-Cookie"), ";")
	require.True(t, strings.HasPrefix(cookie, "AWSALBTG="), cookie)
	h.draw = func() float64 { return 0.1 }
	_, body = h.line(t, "/x", "Cookie: "+cookie)
	require.Equal(t, "fraud", body)
	delete(all, fraudKey)
	require.NoError(t, h.apply("public", balancer{"", m, all}))
	_, body = h.line(t, "/x", "Cookie: "+cookie)
	require.Equal(t, "churn", body, "a target group without targets is not kept")
}

func TestWhatIsNotServedIsRefused(t *testing.T) {
	model := alb.LoadBalancer{TargetGroups: []alb.TargetGroup{{Key: churnKey, Attributes: map[string]string{"stickiness.enabled": "true",
		"stickiness.type": "app_cookie"}}}}
	require.ErrorContains(t, checkServed(model), "use lb_cookie")
	model.TargetGroups[0].Attributes["stickiness.enabled"] = "false"
	require.NoError(t, checkServed(model))
}

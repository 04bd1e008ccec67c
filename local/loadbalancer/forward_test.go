package loadbalancer

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/alb"
)

// arrived is a request as a target reads it off the wire.
type arrived struct {
	line   string
	host   string
	header http.Header
	body   string
}

// recorder is a target that keeps what arrives. Its answers have what more says.
func recorder(t testing.TB, more func(http.ResponseWriter)) (address string, last func() arrived) {
	var seen atomic.Pointer[arrived]
	seen.Store(&arrived{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen.Store(&arrived{r.Method + " " + r.RequestURI, r.Host, r.Header.Clone(), string(body)})
		if more != nil {
			more(w)
		}
	}))
	server.Config.DisableGeneralOptionsHandler = true
	server.Start()
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), func() arrived { return *seen.Swap(&arrived{}) }
}

// send writes a request as it is and reads the answer.
func (h harness) send(t require.TestingT, raw string) (*http.Response, string) {
	connection, err := net.Dial("tcp", address(h.port))
	require.NoError(t, err)
	defer connection.Close()
	_, err = io.WriteString(connection, raw)
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: strings.Fields(raw)[0]})
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(body)
}

// line sends a GET request that closes the connection, with header lines.
func (h harness) line(t require.TestingT, target string, header ...string) (*http.Response, string) {
	return h.send(t, "GET "+target+" HTTP/1.1\r\nHost: api.localhost\r\nConnection: close\r\n"+strings.Join(append(header, ""), "\r\n")+"\r\n")
}

// recording serves everything by one target that records.
func recording(t testing.TB, h harness, attributes, ofListener map[string]string, more func(http.ResponseWriter)) (last func() arrived) {
	target, last := recorder(t, more)
	m := recordingModel(h.port, attributes, ofListener)
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: {target}}}))
	return last
}

func recordingModel(port int, attributes, ofListener map[string]string) *alb.LoadBalancer {
	return &alb.LoadBalancer{
		Attributes:   attributes,
		TargetGroups: []alb.TargetGroup{{Key: churnKey, Protocol: "HTTP"}},
		Listeners: []alb.ListenerModel{{
			Listener: alb.Listener{Protocol: "HTTP", Port: port}, Attributes: ofListener,
			DefaultAction: alb.Action{Type: alb.Forward, Forward: &alb.ForwardAction{TargetGroups: []alb.WeightedTargetGroup{{Key: churnKey,
				Weight: 1}}}},
		}},
	}
}

func TestRequestLineArrivesByteForByte(t *testing.T) {
	h := newHarness(t)
	last := recording(t, h, nil, nil, nil)
	for _, target := range []string{
		"/x?b=2&a=1;x=%zz&flag", "/x?", "/x", "/a%2Fb", "/a%2fb", "//x", "/a//b/", "/a/../b/./c", "/a+b", "/a%20b", "/v1/models/churn:predict",
		`/a|b"c<d>^{e}`, "/a#b?c#d", "/ä?ö", "/x?%", "/x?a=%2F+%20&&=", "/x??y=/", "/$&'()*,;=@!~", "/",
	} {
		response, _ := h.line(t, target)
		require.Equal(t, http.StatusOK, response.StatusCode, target)
		require.Equal(t, "GET "+target, last().line)
	}
	h.send(t, "OPTIONS * HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n")
	require.Equal(t, "OPTIONS *", last().line)
	h.send(t, "GET http://a.io/x?y=%zz HTTP/1.1\r\nHost: b.io\r\nConnection: close\r\n\r\n")
	require.Equal(t, "GET /x?y=%zz", last().line)
}

func TestRedirectsRepeatTheQuery(t *testing.T) {
	h := newHarness(t)
	m := recordingModel(h.port, nil, nil)
	m.Listeners[0].DefaultAction = alb.Action{Type: alb.Redirect, Redirect: &alb.RedirectAction{Host: "new.localhost", StatusCode: "HTTP_301"}}
	require.NoError(t, h.apply("public", balancer{model: m}))
	response, _ := h.line(t, "/a%2Fb//c?b=2&a=1;x=%zz&flag")
	require.Equal(t, fmt.Sprintf("http://new.localhost:%d/a%%2Fb//c?b=2&a=1;x=%%zz&flag", h.port), response.Header.Get("Location"))
	require.Equal(t, "awselb/2.0", response.Header.Get("Server"))
}

// FuzzForward requires method, path, query, headers and body of a request to arrive as they were sent, but for what a load balancer
// changes.
func FuzzForward(f *testing.F) {
	for _, target := range []string{"/x?b=2&a=1;x=%zz&flag", "/a%2Fb/../c//d", "//x?", "/a+b?+", "/ä|{}", "/v1/models/churn:predict"} {
		f.Add("POST", target, "value", "body")
		f.Add("GET", target, "a; b, c", "")
	}
	h, last := fuzzHarness(f)
	f.Fuzz(func(t *testing.T, method, target, value, body string) {
		parsed, err := url.ParseRequestURI(target)
		if err != nil || !strings.HasPrefix(target, "/") || strings.ContainsAny(target, " \r\n\t") || !methodName(method) ||
			len(target) > 1<<10 ||
			strings.HasPrefix(target, "//") && parsed.EscapedPath() != strings.SplitN(target, "?", 2)[0] || strings.TrimSpace(value) != value ||
			!fieldValue(value) {
			t.Skip()
		}
		response, _ := h.send(t, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: api.localhost\r\nConnection: close\r\nX-Value: %s\r\nContent-Length: "+
			"%d\r\n\r\n%s", method, target, value, len(body), body))
		require.Equal(t, http.StatusOK, response.StatusCode)
		got := last()
		require.Equal(t, method+" "+target, got.line)
		require.Equal(t, []string{value}, got.header["X-Value"])
		require.Equal(t, body, got.body)
		for _, name := range []string{"X-Value", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", traceID, "Content-Length"} {
			got.header.Del(name)
		}
		require.Empty(t, got.header)
	})
}

func fuzzHarness(f *testing.F) (harness, func() arrived) {
	front := newFront()
	f.Cleanup(front.close)
	h := harness{front: front, port: freePort(f)}
	return h, recording(f, h, nil, nil, nil)
}

func methodName(method string) bool {
	return len(method) > 0 && len(method) < 40 && strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" &&
		!slices.Contains([]string{"TRACE", "CONNECT", "HEAD", "PRI"}, method)
}

func fieldValue(value string) bool {
	return len(value) < 1<<10 && strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }) < 0
}

// TestHeadersArriveAsTheyWereSent draws headers and attributes: what arrives differs by what the attributes say, and by nothing else.
func TestHeadersArriveAsTheyWereSent(t *testing.T) {
	h := newHarness(t)
	target, last := recorder(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		drop := rapid.Bool().Draw(t, "drop")
		mode := rapid.SampledFrom([]string{"", "append", "preserve", "remove"}).Draw(t, "mode")
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"X-One", "model_name", "X_Under", "X-Forwarded-Host", "Forwarded",
			"X-Forwarded-For", "Accept-Encoding", "+agent", "Cookie"}), 0, 9,
			rapid.ID[string]).Draw(t, "names")
		m := recordingModel(h.port, map[string]string{alb.DropInvalidHeaderFields: fmt.Sprint(drop), alb.ForwardedForMode: mode}, nil)
		require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: {target}}}))
		var lines []string
		want := http.Header{}
		for _, name := range names {
			lines = append(lines, name+": 192.0.2.1, b=\"c\"")
			if !drop || validHeader.MatchString(name) {
				want[http.CanonicalHeaderKey(name)] = []string{"192.0.2.1, b=\"c\""}
			}
		}
		switch sent := want.Get(forwardedFor); {
		case mode == "remove":
			want.Del(forwardedFor)
		case mode == "preserve":
		case sent != "":
			want.Set(forwardedFor, sent+", 127.0.0.1")
		default:
			want.Set(forwardedFor, "127.0.0.1")
		}
		want.Set("X-Forwarded-Proto", "http")
		want.Set("X-Forwarded-Port", fmt.Sprint(h.port))
		h.line(t, "/x", lines...)
		got := last().header
		require.Regexp(t, `^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$`, got.Get(traceID))
		got.Del(traceID)
		require.Equal(t, want, got)
	})
}

func TestTraceIDs(t *testing.T) {
	const id = `1-[0-9a-f]{8}-[0-9a-f]{24}`
	for sent, want := range map[string]string{
		"":                             "^Root=" + id + "$",
		"Root=1-a-b":                   "^Self=" + id + ";Root=1-a-b$",
		"Root=1-a-b;CalledFrom=app":    "^Self=" + id + ";Root=1-a-b;CalledFrom=app$",
		"Self=1-c-d; Root=1-a-b":       "^Self=" + id + ";Root=1-a-b$",
		"Self=1-c-d":                   "^Self=" + id + "$",
		"CalledFrom=app":               "^Root=" + id + ";CalledFrom=app$",
		"Root=1-a-b;Self=1-c-d;Depth=": "^Self=" + id + ";Root=1-a-b;Depth=$",
	} {
		require.Regexp(t, want, traced(sent, 100), sent)
	}
	require.Regexp(t, "^Root="+id+"$", traced("Root=1-a-b", 8<<10), "headers of more than 7 KiB")
}

func TestHostHeader(t *testing.T) {
	for _, c := range []struct {
		host string
		port int
		want string
	}{
		{"a.io", 80, "a.io"}, {"a.io:8080", 80, "a.io"}, {"a.io:80", 443, "a.io"}, {"[::1]:80", 80, "[::1]:80"},
		{"a.io", 8080, "a.io:8080"}, {"a.io:8080", 8080, "a.io:8080"}, {"a.io:9", 8080, "a.io:9"}, {"", 8080, ""},
	} {
		require.Equal(t, c.want, hostFor(c.host, c.port), c)
	}
	h := newHarness(t)
	last := recording(t, h, map[string]string{alb.PreserveHostHeader: "true"}, nil, nil)
	h.line(t, "/x")
	require.Equal(t, "api.localhost", last().host)
	last = recording(t, h, nil, nil, nil)
	h.line(t, "/x")
	require.Equal(t, fmt.Sprintf("api.localhost:%d", h.port), last().host)
}

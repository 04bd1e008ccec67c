package loadbalancer

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alb"
)

// harness is a front with a free port.
type harness struct {
	*front
	t    *testing.T
	port int
	base string
}

func newHarness(t *testing.T) harness {
	f := newFront()
	t.Cleanup(f.close)
	port := freePort(t)
	return harness{f, t, port, "http://" + address(port)}
}

func freePort(t testing.TB) int {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer socket.Close()
	return socket.Addr().(*net.TCPAddr).Port
}

func (h harness) get(host, path string, header ...string) (int, string) {
	h.t.Helper()
	request, err := http.NewRequest(http.MethodGet, h.base+path, nil)
	require.NoError(h.t, err)
	request.Host = host
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(h.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(h.t, err)
	if location := response.Header.Get("Location"); location != "" {
		return response.StatusCode, location
	}
	return response.StatusCode, string(body)
}

// backend is a target that answers with its name and runs extra.
func backend(t *testing.T, name string, extra func(*http.Request)) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if extra != nil {
			extra(r)
		}
		fmt.Fprint(w, name)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func model(t *testing.T, port int, annotations map[string]string, rules ...alb.Rule) *alb.LoadBalancer {
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations["alb.ingress.kubernetes.io/listen-ports"] = fmt.Sprintf(`[{"HTTP":%d}]`, port)
	built, err := alb.Build(alb.ClassParams{Name: "public", Group: "public"},
		[]alb.Ingress{{Namespace: "models", Name: "main", ClassName: "public", Annotations: annotations, Rules: rules}})
	require.False(t, alb.Refused(err), err)
	return &built
}

func rule(host, path, service string) alb.Rule {
	return alb.Rule{Host: host, Paths: []alb.Path{{Path: path, PathType: alb.Exact, Backend: alb.Backend{Service: service, Port: "80"}}}}
}

const (
	churnKey = "models/main-churn:80"
	fraudKey = "models/main-fraud:80"
)

func TestRouting(t *testing.T) {
	h := newHarness(t)
	var seen http.Header
	var host string
	churn := backend(t, "churn", func(r *http.Request) { seen, host = r.Header, r.Host })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	require.NoError(t, h.apply("public", balancer{"public.elb.localhost", model(t, h.port, nil,
		rule("api.localhost", "/v1/models/churn:predict", "churn"),
		rule("api.localhost", "/v1/models/fraud", "fraud"),
		rule("api.localhost", "/v1/models/none", "none"),
	), map[string][]string{churnKey: {churn}, fraudKey: {closed.Addr().String()}}}))

	status, body := h.get("api.localhost:8080", "/v1/models/churn:predict", "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "churn", body)
	require.Equal(t, "203.0.113.9, 127.0.0.1", seen.Get("X-Forwarded-For"))
	require.Equal(t, "http", seen.Get("X-Forwarded-Proto"))
	require.Equal(t, strconv.Itoa(h.port), seen.Get("X-Forwarded-Port"))
	require.Equal(t, "api.localhost:8080", host)

	status, _ = h.get("api.localhost", "/v1/models/fraud")
	require.Equal(t, http.StatusBadGateway, status, "a target that refuses the connection")
	status, _ = h.get("api.localhost", "/v1/models/none")
	require.Equal(t, http.StatusServiceUnavailable, status, "no target")
	for _, path := range []string{"/v1/models/churn", "/v1/models/churn:predict/", "/"} {
		status, _ = h.get("api.localhost", path)
		require.Equal(t, http.StatusNotFound, status, path)
	}
	status, _ = h.get("other.localhost", "/v1/models/churn:predict")
	require.Equal(t, http.StatusNotFound, status)
}

func TestTurnsAndHealth(t *testing.T) {
	h := newHarness(t)
	a, b := backend(t, "a", nil), backend(t, "b", nil)
	m := model(t, h.port, nil, rule("", "/x", "churn"))
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: {a, b}}}))
	count := map[string]int{}
	for range 10 {
		_, body := h.get("any", "/x")
		count[body]++
	}
	require.Equal(t, map[string]int{"a": 5, "b": 5}, count)
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: {b}}}))
	for range 4 {
		_, body := h.get("any", "/x")
		require.Equal(t, "b", body)
	}
}

// TestTurnsOfEachTargetGroup asks two target groups in turn: each of their targets has its share.
func TestTurnsOfEachTargetGroup(t *testing.T) {
	h := newHarness(t)
	a, b := backend(t, "a", nil), backend(t, "b", nil)
	m := model(t, h.port, nil, rule("", "/x", "churn"), rule("", "/y", "fraud"))
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: {a, b}, fraudKey: {a, b}}}))
	count := map[string]int{}
	for range 6 {
		_, body := h.get("any", "/x")
		count[body]++
		h.get("any", "/y")
	}
	require.Equal(t, map[string]int{"a": 3, "b": 3}, count)
}

func TestDeregistrationLetsRequestsEnd(t *testing.T) {
	h := newHarness(t)
	started, release := make(chan struct{}), make(chan struct{})
	slow := backend(t, "slow", func(*http.Request) {
		close(started)
		<-release
	})
	m := model(t, h.port, nil, rule("", "/x", "churn"))
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: {slow}}}))
	answer := make(chan int)
	go func() {
		status, _ := h.get("any", "/x")
		answer <- status
	}()
	<-started
	require.NoError(t, h.apply("public", balancer{model: m}))
	status, _ := h.get("any", "/x")
	require.Equal(t, http.StatusServiceUnavailable, status, "no new requests")
	close(release)
	require.Equal(t, http.StatusOK, <-answer)
}

func TestActions(t *testing.T) {
	h := newHarness(t)
	weighted := `{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"churn","servicePort":"80","weight":1},{"serviceName":"fraud","servicePort":"80","weight":0}]}}`
	moved := `{"type":"redirect","redirectConfig":{"host":"new.localhost","statusCode":"HTTP_302"}}`
	gone := `{"type":"fixed-response","fixedResponseConfig":{"contentType":"text/plain","statusCode":"410","messageBody":"retired"}}`
	use := func(path, action string) alb.Rule {
		return alb.Rule{Paths: []alb.Path{{Path: path, PathType: alb.Exact, Backend: alb.Backend{Service: action, Port: alb.UseAnnotation}}}}
	}
	m := model(t, h.port, map[string]string{
		"alb.ingress.kubernetes.io/actions.weighted": weighted,
		"alb.ingress.kubernetes.io/actions.moved":    moved,
		"alb.ingress.kubernetes.io/actions.gone":     gone,
	}, use("/weighted", "weighted"), use("/moved", "moved"), use("/gone", "gone"))
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: {backend(t, "churn", nil)},
		fraudKey: {backend(t, "fraud", nil)}}}))
	for range 5 {
		_, body := h.get("any", "/weighted")
		require.Equal(t, "churn", body)
	}
	status, location := h.get("any", "/moved?a=b")
	require.Equal(t, http.StatusFound, status)
	require.Equal(t, fmt.Sprintf("http://new.localhost:%d/moved?a=b", h.port), location)
	status, body := h.get("any", "/gone")
	require.Equal(t, http.StatusGone, status)
	require.Equal(t, "retired", body)
}

// TestCanary splits by weight, and sends who asks for it to one of the two.
func TestCanary(t *testing.T) {
	h := newHarness(t)
	split := `{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"churn","servicePort":"80","weight":9},{"serviceName":"fraud","servicePort":"80","weight":1}]}}`
	m := model(t, h.port, map[string]string{
		"alb.ingress.kubernetes.io/actions.split":    split,
		"alb.ingress.kubernetes.io/conditions.fraud": `[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Canary","values":["yes"]}}]`,
	}, rule("api.localhost", "/x", "fraud"), alb.Rule{Host: "api.localhost", Paths: []alb.Path{{Path: "/x", PathType: alb.Exact,
		Backend: alb.Backend{Service: "split", Port: alb.UseAnnotation}}}})
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: {backend(t, "stable", nil)},
		fraudKey: {backend(t, "canary", nil)}}}))
	count, drawn := map[string]int{}, 0
	h.draw = func() float64 { drawn++; return float64(drawn) / 101 }
	for range 100 {
		_, body := h.get("api.localhost", "/x")
		count[body]++
	}
	require.Equal(t, map[string]int{"stable": 90, "canary": 10}, count)
	h.draw = rand.Float64
	for range 5 {
		_, body := h.get("api.localhost", "/x", "X-Canary", "yes")
		require.Equal(t, "canary", body)
	}
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: {backend(t, "stable", nil)}}}))
	h.draw = func() float64 { return 0.99 }
	status, _ := h.get("api.localhost", "/x")
	require.Equal(t, http.StatusServiceUnavailable, status, "the share of an empty target group does not go to the other")
}

// TestIdleTimeout requires a 504 from a target that is slower than the load balancer is told to wait.
func TestIdleTimeout(t *testing.T) {
	h := newHarness(t)
	release := make(chan struct{})
	slow := backend(t, "slow", func(*http.Request) { <-release })
	defer close(release)
	m := model(t, h.port, nil, rule("", "/x", "churn"))
	m.Attributes = map[string]string{"idle_timeout.timeout_seconds": "1"}
	require.NoError(t, h.apply("public", balancer{"", m, map[string][]string{churnKey: {slow}}}))
	status, _ := h.get("any", "/x")
	require.Equal(t, http.StatusGatewayTimeout, status)
}

func TestLoadBalancersShareAPort(t *testing.T) {
	h := newHarness(t)
	require.NoError(t, h.apply("a", balancer{"a.elb.localhost", model(t, h.port, nil, rule("one.localhost", "/x", "churn")),
		map[string][]string{churnKey: {backend(t, "one", nil)}}}))
	require.NoError(t, h.apply("b", balancer{"b.elb.localhost", model(t, h.port, nil, rule("", "/x", "churn")),
		map[string][]string{churnKey: {backend(t, "two", nil)}}}))
	for host, want := range map[string]string{"one.localhost": "one", "two.localhost": "two", "b.elb.localhost:8080": "two"} {
		_, body := h.get(host, "/x")
		require.Equal(t, want, body, host)
	}
	status, _ := h.get("a.elb.localhost", "/x")
	require.Equal(t, http.StatusNotFound, status, "the host name of a load balancer means that one")
	h.remove("a")
	h.remove("b")
	_, err := net.DialTimeout("tcp", strings.TrimPrefix(h.base, "http://"), time.Second)
	require.Error(t, err, "nobody listens once the last load balancer is gone")
}

func TestPortInUse(t *testing.T) {
	h := newHarness(t)
	socket, err := net.Listen("tcp", address(h.port))
	require.NoError(t, err)
	defer socket.Close()
	b := balancer{model: model(t, h.port, nil, rule("", "/x", "churn"))}
	require.ErrorContains(t, h.apply("public", b), fmt.Sprintf("listener HTTP:%d cannot be served on %s", h.port, address(h.port)))
	require.NoError(t, socket.Close())
	require.NoError(t, h.apply("public", b), "the next attempt succeeds once the port is free")
}

func TestPortsAreThoseOfURLs(t *testing.T) {
	require.Equal(t, "127.0.0.1:80", address(80))
	require.Equal(t, "127.0.0.1:8081", address(8081))
}

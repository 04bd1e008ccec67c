package loadbalancer

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/alb"
)

// newTransport makes connections to targets. A target has 10 seconds to accept one, may be idle for the timeout, and has 32 KiB for the
// head of its answer (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html). The
// certificates of targets are not validated
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-routing-configuration).
func newTransport(idle time.Duration) *http.Transport {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		MaxIdleConnsPerHost: 64, IdleConnTimeout: idle, ResponseHeaderTimeout: idle, DisableCompression: true, MaxResponseHeaderBytes: 32 << 10,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // as an ALB
	}
}

// forward passes a request on to a target, which is not tried again. The answer of a target that does not give one is 502, 503 or 504
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html).
func (f *front) forward(b *served, port int, action alb.ForwardAction, request alb.Request, w http.ResponseWriter, r *http.Request) {
	kept := keptBy(r)
	group := kept.group(action, b.targets)
	if group == "" {
		choice, _ := action.Pick(f.draw())
		group = choice.Key
	}
	targets, own := b.targets[group], b.answers[port]
	address := kept.target(group, targets)
	if address == "" {
		address = targets.next()
	}
	if address == "" {
		own.plain(w, http.StatusServiceUnavailable)
		return
	}
	proxy := &httputil.ReverseProxy{
		Transport: b.transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host = targets.scheme, address
			keepLine(p.Out.URL, request.Path, request.RawQuery)
			b.requests.apply(p, port)
		},
		ModifyResponse: func(response *http.Response) error {
			own.add(response.Header)
			for _, cookie := range cookiesFor(action, group, targets, address) {
				response.Header.Add("Set-Cookie", cookie)
			}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			if slow := net.Error(nil); errors.As(err, &slow) && slow.Timeout() {
				own.plain(w, http.StatusGatewayTimeout)
			} else {
				own.plain(w, http.StatusBadGateway)
			}
		},
	}
	w.Header()["Content-Type"] = nil // that of the target, or none, rather than a guess
	proxy.ServeHTTP(w, r)
}

// keepLine makes a request line have the path and the query that came in, byte for byte. Only a path that begins with "//" and has
// characters that net/url encodes is encoded: as an opaque part it would be read as a host.
func keepLine(u *url.URL, path, query string) {
	u.RawQuery = query
	if u.EscapedPath() != path && !strings.HasPrefix(path, "//") {
		u.Opaque = path
	}
}

package rollout

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"
)

// versionHeader tells which version of a model answered (modelserver/README.md).
const versionHeader = "X-Model-Version"

// askTimeout bounds one question.
const askTimeout = 10 * time.Second

// Dial connects as net.Dialer does. Names that end in .localhost are this machine, as RFC 6761 section 6.3 has it; not every resolver
// knows.
func Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(host, ".localhost") {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// Asker asks at URLs, which [Dial] connects to.
func Asker() func(ctx context.Context, url string) Answer {
	client := &http.Client{
		Timeout:       askTimeout,
		Transport:     &http.Transport{DialContext: Dial, Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return func(ctx context.Context, url string) Answer {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return Answer{Asked: true, Err: err}
		}
		response, err := client.Do(request)
		if err != nil {
			return Answer{Asked: true, Err: err}
		}
		defer response.Body.Close()
		return Answer{Asked: true, Status: response.StatusCode, Number: response.Header.Get(versionHeader)}
	}
}

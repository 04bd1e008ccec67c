package rollout

import (
	"context"
	"net/http"
	"time"

	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/loopback"
)

// versionHeader tells which version of a model answered (modelserver/README.md).
const versionHeader = "X-Model-Version"

// askTimeout bounds one question.
const askTimeout = 10 * time.Second

// Asker asks at URLs, of this machine too.
func Asker() func(ctx context.Context, url string) Answer {
	client := &http.Client{
		Timeout:       askTimeout,
		Transport:     &http.Transport{DialContext: loopback.Dial, Proxy: loopback.Proxy, DisableKeepAlives: true},
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
		return Answer{Asked: true, Status: response.StatusCode, Number: response.Header.Get(versionHeader),
			Lineage: response.Header.Get(lineage.Header)}
	}
}

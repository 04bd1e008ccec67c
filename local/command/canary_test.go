package command

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	stableVersion = "0.1.0"
	canaryVersion = "0.2.0"
	churnRequest  = `{"instances": [[12, 79.5, 3]]}`
)

// load asks a model for predictions all the time, at a steady pace, and counts which version answered.
type load struct {
	url  string
	quit chan struct{}
	done chan struct{}

	mu       sync.Mutex
	answers  map[string]int
	failures []string
}

// startLoad asks fifty times a second until it is stopped.
func startLoad(t *testing.T, url string) *load {
	l := &load{url: url, quit: make(chan struct{}), done: make(chan struct{}), answers: map[string]int{}}
	go func() {
		defer close(l.done)
		pace := time.NewTicker(20 * time.Millisecond)
		defer pace.Stop()
		for {
			select {
			case <-l.quit:
				return
			case <-pace.C:
				l.record(ask(url, nil))
			}
		}
	}()
	t.Cleanup(l.stop)
	return l
}

func (l *load) record(version string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.failures = append(l.failures, err.Error())
		return
	}
	l.answers[version]++
}

// count is how many requests a version has answered.
func (l *load) count(version string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.answers[version]
}

func (l *load) stop() {
	select {
	case <-l.quit:
	default:
		close(l.quit)
	}
	<-l.done
}

// during counts the answers of each version while something is done.
func (l *load) during(do func()) map[string]int {
	count := func() map[string]int {
		l.mu.Lock()
		defer l.mu.Unlock()
		all := map[string]int{}
		for version, n := range l.answers {
			all[version] = n
		}
		return all
	}
	before := count()
	do()
	after := count()
	for version, n := range before {
		after[version] -= n
	}
	return after
}

// only requires that one version answers while something is done.
func (l *load) only(t *testing.T, version string, do func()) {
	t.Helper()
	got := l.during(do)
	require.Positive(t, got[version])
	for other, n := range got {
		require.True(t, other == version || n == 0, "%d requests went to %s in place of %s", n, other, version)
	}
}

// ask makes one request and gives the version that answered.
func ask(url string, header http.Header) (version string, err error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(churnRequest))
	if err != nil {
		return "", err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, body)
	}
	return response.Header.Get("X-Model-Version"), err
}

// shareOf asks so often, and requires that the canary answers its part of the requests: within five standard deviations, which chance
// leaves once in two million times.
func shareOf(t *testing.T, url string, requests int, percent float64) {
	t.Helper()
	canary := 0
	for range requests {
		version, err := ask(url, nil)
		require.NoError(t, err)
		if version == canaryVersion {
			canary++
		}
	}
	part := percent / 100
	mean, deviation := part*float64(requests), math.Sqrt(float64(requests)*part*(1-part))
	t.Logf("%d of %d requests went to the canary at weight %g", canary, requests, percent)
	require.InDelta(t, mean, float64(canary), 5*deviation, "at weight %g", percent)
}

// TestCanary takes a canary from its first request to its promotion, and another one back, while clients ask all the time. No request
// fails.
func TestCanary(t *testing.T) {
	t.Parallel()
	s := start(t)
	file := func(stable, rest string) {
		s.writeModel("churn", "name: churn\nimage: ghcr.io/modelway/model-server:"+stable+"\n"+rest)
	}
	canary := func(weight int) string {
		return fmt.Sprintf("canary:\n  image: ghcr.io/modelway/model-server:%s\n  weight: %d\n  testers: {header: X-Canary, value: always}\n",
			canaryVersion, weight)
	}
	file(stableVersion, "")
	_, outs := s.up()
	s.answer(outs, "churn", churnRequest)
	url := fmt.Sprintf("http://api.localhost:%d/v1/models/churn:predict", s.port)
	clients := startLoad(t, url)

	file(stableVersion, canary(0))
	clients.only(t, stableVersion, func() {
		changes, _ := s.up()
		for _, name := range names(changes) {
			require.True(t, strings.HasPrefix(name, "create churn-canary-") || name == "update churn-ingress", "%q touches the stable version", name)
		}
	})
	version, err := ask(url, http.Header{"X-Canary": {"always"}})
	require.NoError(t, err)
	require.Equal(t, canaryVersion, version, "testers get the canary at weight 0")
	shareOf(t, url, 200, 0)

	for _, weight := range []int{10, 100} {
		file(stableVersion, canary(weight))
		changes, _ := s.up()
		require.Equal(t, []string{"update churn-ingress"}, names(changes), "a weight is changed at the load balancer only")
		shareOf(t, url, 2000, float64(weight))
	}

	file(canaryVersion, canary(100))
	clients.only(t, canaryVersion, func() {
		changes, _ := s.up()
		require.Equal(t, []string{"update churn-deployment"}, names(changes), "the stable version is replaced while it gets no requests")
	})
	file(canaryVersion, canary(0))
	changes, _ := s.up()
	require.Equal(t, []string{"update churn-ingress"}, names(changes))
	file(canaryVersion, "")
	changes, _ = s.up()
	for _, name := range names(changes) {
		require.True(t, strings.HasPrefix(name, "delete churn-canary-") || name == "update churn-ingress", "%q touches the promoted version",
			name)
	}

	file(canaryVersion, strings.Replace(canary(50), canaryVersion, "0.3.0", 1))
	s.up()
	file(canaryVersion, strings.Replace(canary(0), canaryVersion, "0.3.0", 1))
	changes, _ = s.up()
	require.Equal(t, []string{"update churn-ingress"}, names(changes), "one line rolls back")
	clients.only(t, canaryVersion, func() { time.Sleep(time.Second) })

	file("0.4.0", "")
	s.up() // a plain update, without any canary

	clients.stop()
	t.Logf("answers by version: %v", clients.answers)
	require.Empty(t, clients.failures, "no request failed")
	require.NoError(t, s.destroy())
}

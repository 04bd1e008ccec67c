package load_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/load"
)

func plan(url string) load.Plan {
	return load.Plan{URL: url, Method: http.MethodPost, Body: []byte(`{"instances": [1]}`), Rate: 50, For: time.Second, InFlight: 20,
		Timeout: 5 * time.Second}
}

func run(ctx context.Context, p load.Plan, tell func(load.Result)) load.Result {
	return p.Run(ctx, new(net.Dialer).DialContext, 50*time.Millisecond, tell)
}

// TestRun wants as many requests as the rate and the time make, or fewer where the machine is busy, whatever they are answered, and each
// answer to be counted by what it was.
func TestRun(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n := asked.Add(1); {
		case n%10 == 0:
			http.Error(w, "out of memory", http.StatusInternalServerError)
		case n%10 == 1:
			http.Error(w, "instances: expected 3 values", http.StatusBadRequest)
		case n%10 == 2:
			time.Sleep(100 * time.Millisecond)
		case r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json":
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	defer server.Close()
	p, told := plan(server.URL), 0
	p.Slow = 90 * time.Millisecond
	require.NoError(t, p.Check())
	r := run(t.Context(), p, func(load.Result) { told++ })
	require.LessOrEqual(t, r.Begun, int64(51))
	require.Greater(t, r.Begun, int64(10))
	require.Equal(t, r.Begun, r.Answered)
	require.Equal(t, r.Begun/10, r.Codes[500])
	require.Equal(t, r.Begun, r.Codes[200]+r.Codes[400]+r.Codes[500])
	require.Equal(t, r.Codes[200], r.Good())
	require.Equal(t, r.Begun/10, r.Bad(), "a refused request is no fault of the model")
	require.GreaterOrEqual(t, r.Slow, r.Begun/10)
	require.GreaterOrEqual(t, r.Max, 100*time.Millisecond)
	require.Less(t, r.P50, r.Max)
	require.Contains(t, r.LastBody, "expected 3 values")
	require.Positive(t, told, "it tells how it stands")
	text := r.Text(nil)
	for _, want := range []string{"500 Internal Server Error", "400 Bad Request", "200 OK", "P95", "expected 3 values", "asked for 50"} {
		require.Contains(t, text, want)
	}
}

// TestRunIsBounded wants no more requests under way than the plan allows, and says that the rate was not kept.
func TestRunIsBounded(t *testing.T) {
	var mutex sync.Mutex
	now, most := 0, 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		mutex.Lock()
		now++
		most = max(most, now)
		mutex.Unlock()
		time.Sleep(200 * time.Millisecond)
		mutex.Lock()
		now--
		mutex.Unlock()
	}))
	defer server.Close()
	p := plan(server.URL)
	p.Rate, p.InFlight = 100, 3
	r := run(t.Context(), p, func(load.Result) {})
	require.Equal(t, 3, most)
	require.Less(t, r.Begun, int64(50))
	require.True(t, r.Late())
	require.Contains(t, r.Text(nil), "The rate was not kept")
}

// TestRunEndsWhenInterrupted wants what was sent until then, and nothing more to be sent.
func TestRunEndsWhenInterrupted(t *testing.T) {
	var asked atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if asked.Add(1) == 5 {
			cancel()
		}
	}))
	defer server.Close()
	p := plan(server.URL)
	p.For = time.Hour
	r := run(ctx, p, func(load.Result) {})
	require.GreaterOrEqual(t, r.Answered, int64(5))
	require.Equal(t, asked.Load(), r.Answered)
	require.Less(t, r.Answered, int64(1000))
}

// TestRunWithoutAnswer wants requests that nobody answers to be counted by their reason, which is the same for all of them.
func TestRunWithoutAnswer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	r := run(t.Context(), plan("http://"+address), func(load.Result) {})
	require.Equal(t, map[string]int64{"dial tcp " + address + ": connect: connection refused": r.Answered}, r.Faults)
	require.Equal(t, r.Answered, r.Bad())
	require.Zero(t, r.Good())
}

func TestCheck(t *testing.T) {
	err := load.Plan{URL: "churn", Rate: 0, For: 2 * time.Hour, InFlight: 20000, Timeout: 0}.Check()
	for _, want := range []string{
		`url: "churn" is not the URL of a service; allowed: http and https; fix: write it as in http://`,
		"rate: 0; allowed: 1 to 5000 requests a second; fix: write --rate 50", "for: 2h0m0s; allowed: 1s to 1h0m0s",
		"in-flight: 20000; allowed: 1 to 10000", "timeout: 0s; allowed: 1ms to 5m0s",
	} {
		require.ErrorContains(t, err, want)
	}
	require.Len(t, strings.Split(err.Error(), "\n"), 5, "all faults at once")
	require.NoError(t, plan("https://api.example.com/v1/models/churn:predict").Check())
}

func TestSpent(t *testing.T) {
	p := plan("http://localhost")
	p.For = time.Minute
	r := load.Result{Plan: p, Begun: 3000, Answered: 3000, Took: 61 * time.Second, Slow: 60, Codes: map[int]int64{200: 2970, 503: 20},
		Faults: map[string]int64{"refused": 10}}
	spent := load.Objective{Availability: 99.9, Latency: 300 * time.Millisecond, LatencyShare: 99, Window: 30 * 24 * time.Hour}.Spent(r)
	require.Len(t, spent, 2)
	require.EqualValues(t, 30, spent[0].Bad)
	require.InDelta(t, 10, spent[0].Rate, 1e-9, "1 % of requests failed, 0.1 % may")
	require.InDelta(t, 10*60.0/(30*24*3600), spent[0].Used, 1e-12)
	require.EqualValues(t, 2970, spent[1].All, "what failed has no latency to speak of")
	require.InDelta(t, 60.0/2970/0.01, spent[1].Rate, 1e-9)
	text := r.Text(spent)
	for _, want := range []string{"99.9 % without a server error", "30 of 3000", "10.00", fmt.Sprintf("%.3f %%", 100*spent[0].Used),
		"99 % of answers within 300ms"} {
		require.Contains(t, text, want)
	}
	require.Empty(t, load.Objective{}.Spent(r), "nothing is promised")
}

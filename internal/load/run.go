package load

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/modelway/modelway/internal/loopback"
)

// mostAnswer is how much of an answer is kept; the rest is read and dropped.
const mostAnswer = 4 << 10

// Dial opens a connection, as in [net.Dialer.DialContext].
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Run sends what a plan says until it is done or ctx ends, and then waits for the answers to what is under way. While it works it tells
// how it stands, every period. The plan has to be free of faults.
func (p Plan) Run(ctx context.Context, dial Dial, period time.Duration, tell func(Result)) Result {
	attacker := vegeta.NewAttacker(vegeta.MaxWorkers(uint64(p.InFlight)), vegeta.Workers(uint64(min(p.InFlight, p.Rate))),
		vegeta.MaxBody(mostAnswer), vegeta.Client(p.client(dial)))
	stop := context.AfterFunc(ctx, func() { attacker.Stop() })
	defer stop()
	var begun atomic.Int64
	target := vegeta.Target{Method: p.Method, URL: p.URL, Body: p.Body, Header: http.Header{}}
	if len(p.Body) > 0 {
		target.Header.Set("Content-Type", "application/json")
	}
	targets := func(t *vegeta.Target) error {
		begun.Add(1)
		*t = target
		return nil
	}
	answers := attacker.Attack(targets, vegeta.Rate{Freq: p.Rate, Per: time.Second}, p.For, "")
	tick := time.NewTicker(period)
	defer tick.Stop()
	seen := newTally(p)
	for {
		select {
		case answer, more := <-answers:
			if !more {
				return seen.result(begun.Load())
			}
			seen.add(answer)
		case <-tick.C:
			tell(seen.result(begun.Load()))
		}
	}
}

// client sends requests over as many connections as there are requests under way, and follows no redirects: they are answers.
func (p Plan) client(dial Dial) *http.Client {
	return &http.Client{
		Timeout: p.Timeout,
		Transport: &http.Transport{
			DialContext: dial, Proxy: loopback.Proxy, MaxIdleConns: p.InFlight, MaxIdleConnsPerHost: p.InFlight,
			IdleConnTimeout: time.Minute,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

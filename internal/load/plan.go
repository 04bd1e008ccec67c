// Package load sends requests to one URL at a fixed rate, whether or not they are answered, and tells how they were.
package load

import (
	"errors"
	"fmt"
	"net/url"
	"time"
)

// What a plan may ask for. One machine sends more than MaxRate only with tuning of its own.
const (
	MaxRate     = 5000
	MaxFor      = time.Hour
	MaxInFlight = 10000
	MaxTimeout  = 5 * time.Minute
)

// Plan says what is sent, and how much of it.
type Plan struct {
	// URL receives every request: http or https.
	URL string
	// Method is the HTTP method, such as POST.
	Method string
	// Body of every request. It is sent as JSON; empty for none.
	Body []byte
	// Rate is how many requests are begun in a second: 1 to [MaxRate].
	Rate int
	// For is how long requests are begun: 1s to [MaxFor].
	For time.Duration
	// InFlight bounds how many requests are under way at a time: 1 to [MaxInFlight]. At the bound a request is begun late.
	InFlight int
	// Timeout bounds one request: 1ms to [MaxTimeout].
	Timeout time.Duration
	// Slow is the latency above which an answer counts as slow. Default: none does.
	Slow time.Duration
}

// Check returns every fault of a plan, with what is allowed and what helps.
func (p Plan) Check() error {
	var faults []error
	fault := func(flag string, value any, allowed, fix string) {
		faults = append(faults, fmt.Errorf("%s: %v; allowed: %s; fix: %s", flag, value, allowed, fix))
	}
	if address, err := url.Parse(p.URL); err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		fault("url", fmt.Sprintf("%q is not the URL of a service", p.URL), "http and https",
			"write it as in http://api.models.localhost:8080/v1/models/churn:predict")
	}
	if p.Rate < 1 || p.Rate > MaxRate {
		fault("rate", p.Rate, fmt.Sprintf("1 to %d requests a second", MaxRate), "write --rate 50")
	}
	if p.For < time.Second || p.For > MaxFor {
		fault("for", p.For, fmt.Sprintf("1s to %s", MaxFor), "write --for 60s")
	}
	if p.InFlight < 1 || p.InFlight > MaxInFlight {
		fault("in-flight", p.InFlight, fmt.Sprintf("1 to %d requests at a time", MaxInFlight), "write --in-flight 500")
	}
	if p.Timeout < time.Millisecond || p.Timeout > MaxTimeout {
		fault("timeout", p.Timeout, fmt.Sprintf("1ms to %s", MaxTimeout), "write --timeout 30s")
	}
	return errors.Join(faults...)
}

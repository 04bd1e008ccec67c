package load

import (
	"fmt"
	"time"
)

// Objective is what a model promises of its answers.
type Objective struct {
	// Availability is the percentage of requests that are answered without a server error, such as 99.9. Default: none is promised.
	Availability float64
	// Latency is the time in which LatencyShare percent of requests are answered. Default: none is promised.
	Latency      time.Duration
	LatencyShare float64
	// Window is the time over which both hold, such as 30 days.
	Window time.Duration
}

// Spending is what a run used of one error budget: the share of requests that may fail within the objective's window.
type Spending struct {
	// What is promised, such as "99.9 % without a server error".
	What string
	// Bad is the number of requests that broke the promise, of All.
	Bad, All int64
	// Rate is how many times as fast as allowed the budget was used: 1 uses it up exactly at the end of the window.
	Rate float64
	// Used is the part of the window's budget that was used, if the whole window had as many requests a second as the run.
	Used float64
}

// Spent is what a run used of a model's error budgets; empty where nothing is promised or nothing was answered.
func (o Objective) Spent(r Result) (all []Spending) {
	if r.Answered == 0 || o.Window <= 0 {
		return nil
	}
	spend := func(what string, bad, of int64, percent float64) {
		if percent <= 0 || percent >= 100 || of == 0 {
			return
		}
		s := Spending{What: what, Bad: bad, All: of, Rate: float64(bad) / float64(of) / (1 - percent/100)}
		s.Used = s.Rate * min(r.Took, r.Plan.For).Seconds() / o.Window.Seconds()
		all = append(all, s)
	}
	spend(fmt.Sprintf("%.4g %% without a server error", o.Availability), r.Bad(), r.Answered, o.Availability)
	if o.Latency > 0 {
		spend(fmt.Sprintf("%g %% of answers within %s", o.LatencyShare, o.Latency), r.Slow, r.Answered-r.Bad(), o.LatencyShare)
	}
	return all
}

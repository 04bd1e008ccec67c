package modelspec

import "fmt"

// maxRequests bounds the number of requests per second that a replica may be asked to take.
const maxRequests = 1_000_000

func (e *entry) validateScaling() {
	s := e.model.Scaling
	e.validateChoice("scaling.metric", s.Metric, "is not a metric", Metrics, MetricCPU)
	at := e.Origin("scaling.target")
	switch {
	case e.Rejected("scaling.target"):
	case s.Metric == MetricRequests && !e.Given("scaling.target"):
		e.Fault(at, "is missing", fmt.Sprintf("1 to %d requests per second and replica", maxRequests), "measure what one replica takes, and "+
			"write somewhat less")
	case s.Metric == MetricRequests && (s.Target < 1 || s.Target > maxRequests):
		e.Fault(at, fmt.Sprintf("%d is out of range", s.Target), fmt.Sprintf("1 to %d requests per second and replica", maxRequests),
			"write a number of that range")
	case (s.Metric == MetricCPU || s.Metric == MetricMemory) && (s.Target < 1 || s.Target > 100):
		e.Fault(at, fmt.Sprintf("%d is out of range", s.Target), "1 to 100 percent", "write a percentage")
	}
}

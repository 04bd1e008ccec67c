package lifecycle

// HealthCheck is how the load balancer asks each pod for the model's status
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html).
type HealthCheck struct {
	// Interval is the time from one question to the next, in seconds; AWS allows 5 to 300.
	Interval int
	// Timeout is how long an answer may take, in seconds; AWS allows 2 to 120. It is less than Interval.
	Timeout int
	// HealthyThreshold is the number of successes in a row that make an unhealthy pod healthy; AWS allows 2 to 10.
	HealthyThreshold int
	// UnhealthyThreshold is the number of failures in a row that make a pod unhealthy; AWS allows 2 to 10.
	UnhealthyThreshold int
}

const (
	maxHealthCheckTimeout = 120
	healthCheckPause      = 5
	minThreshold          = 2
)

// healthCheck bears a pod that answers nothing for as long as its slowest answer takes, as readinessProbe does. Where AWS allows no
// timeout that long, more failures make up for it. That does not help a server which works off its requests in turn and is always
// that slow; it has to answer status requests beside predictions.
func healthCheck(p99, answer int) HealthCheck {
	timeout := min(statusTimeout(p99), maxHealthCheckTimeout)
	interval := timeout + healthCheckPause
	return HealthCheck{
		Interval:           interval,
		Timeout:            timeout,
		HealthyThreshold:   minThreshold,
		UnhealthyThreshold: max(minThreshold, 1+divideUp(answer-timeout, interval)),
	}
}

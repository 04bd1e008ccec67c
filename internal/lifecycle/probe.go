package lifecycle

// Probe is when a kubelet asks a container for the model's status. Kubernetes wants each figure to be 1 or more
// (https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes).
type Probe struct {
	// Period is the time from one question to the next, in seconds.
	Period int
	// Timeout is how long an answer may take, in seconds.
	Timeout int
	// FailureThreshold is the number of failures in a row that count.
	FailureThreshold int
}

// Budget is the time in which a probe must succeed once, in seconds.
func (p Probe) Budget() int { return p.Period * p.FailureThreshold }

const (
	minTimeout        = 5
	startupPeriod     = 2
	minLivenessPeriod = 20
)

// startupProbe asks often, so that a model which has loaded soon gets requests. Its timeout does not grow with the latency:
// without requests, none holds the status up.
func startupProbe(loadTime int) Probe {
	// A full node or a slow pull of the model's files can stretch a load to thrice its time, and take minutes where the load
	// itself takes seconds.
	budget := 120 + 3*loadTime
	return Probe{Period: startupPeriod, Timeout: minTimeout, FailureThreshold: divideUp(budget, startupPeriod)}
}

// readinessProbe bears a pod that answers nothing for as long as its slowest answer takes: such a silence of 2 x p99 holds up one
// answer beyond a timeout of p99, and two count.
func readinessProbe(p99 int) Probe {
	timeout := statusTimeout(p99)
	return Probe{Period: timeout, Timeout: timeout, FailureThreshold: 2}
}

// livenessProbe bears longer silences than readinessProbe, so that a pod which is only slow first loses its requests and recovers.
func livenessProbe(p99 int) Probe {
	timeout := statusTimeout(p99)
	return Probe{Period: max(minLivenessPeriod, timeout), Timeout: timeout, FailureThreshold: 3}
}

// statusTimeout is how long the status of a model under load may take. A server that works off its requests in turn answers as
// late with its status as with a prediction.
func statusTimeout(p99 int) int { return max(minTimeout, p99) }

// divideUp rounds up; the dividend may be negative.
func divideUp(dividend, divisor int) int {
	return (max(0, dividend) + divisor - 1) / divisor
}

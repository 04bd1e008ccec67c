// Package lifecycle derives when a model's pods start, are checked and stop, and how its load balancer waits for them, from two
// numbers: how long the model takes to answer and how long it takes to load. The figures depend on each other. Together they keep
// every request answered while pods come and go.
//
// A pod that is deleted leaves the Service's endpoints while its preStop hook runs. Then the controller deregisters it, and the load
// balancer sends it no new request and waits for the running ones. The kubelet does not wait for either, so the hook sleeps for
// as long as both take.
//
// Sources: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination,
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay.
package lifecycle

import "time"

// The ranges of the two numbers that a contract derives from, and what they are where a model does not say.
const (
	MinP99Latency     = time.Millisecond
	MaxP99Latency     = 5 * time.Minute
	DefaultP99Latency = time.Second

	MinLoadTime     = time.Second
	MaxLoadTime     = time.Hour
	DefaultLoadTime = time.Minute
)

// Contract is the timing of one model: of its pods, its Deployment and its target group. Times are whole seconds.
type Contract struct {
	// DeregistrationDelay is how long the load balancer lets running requests finish on a deregistered pod: the target group
	// attribute deregistration_delay.timeout_seconds, which AWS allows from 0 to 3600
	// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html).
	DeregistrationDelay int
	// PreStop is how long a pod that is deleted goes on taking requests: the sleep of its preStop hook, which Kubernetes wants
	// shorter than TerminationGracePeriod. It is more than DeregistrationDelay.
	PreStop int
	// TerminationGracePeriod is when a pod that is deleted is killed. It begins with the preStop hook
	// (https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution).
	TerminationGracePeriod int

	// Startup decides whether the model has loaded. Until then the other two probes wait.
	Startup Probe
	// Readiness decides whether a pod gets requests.
	Readiness Probe
	// Liveness decides whether a container is restarted.
	Liveness Probe
	// HealthCheck is that of the target group.
	HealthCheck HealthCheck

	// ProgressDeadline is when a rollout without progress has failed: a pod has been placed, has loaded and has been found healthy by then.
	ProgressDeadline int

	// IdleTimeout is what the load balancer's idle_timeout.timeout_seconds must not be below, lest a slow answer be cut. Models
	// share a load balancer; the function IdleTimeout gives the value for all of them.
	IdleTimeout int
}

// Times are in seconds.
const (
	// slowest times the p99 latency is the longest that anything waits for an answer, since one in a hundred takes longer than
	// the p99 latency.
	slowest = 2
	// propagation is the time in which the controller sees that a pod comes or goes and every node of the load balancer acts on it.
	// It is usually a few seconds, but requests were seen to arrive later than that
	// (https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1064).
	propagation = 10
	// minDrain is the time that running requests get at least, since a p99 latency says nothing of the rest.
	minDrain = 10
	// minStop is the time that a server gets at least to stop, after its preStop hook.
	minStop = 10
	// place is the time in which a pod finds a place and has its image there. Fargate takes about a minute to start a machine
	// for the pod, and pulls the whole image for each one.
	place = 260
)

// Derive returns the contract of a model that answers 99% of its predictions within p99Latency, from MinP99Latency to
// MaxP99Latency, and can predict loadTime after its process starts, from MinLoadTime to MaxLoadTime. It does not check these
// ranges, on which the limits of AWS and Kubernetes depend. No figure falls when one of the two numbers rises.
func Derive(p99Latency, loadTime time.Duration) Contract {
	p99, answer := seconds(p99Latency), seconds(slowest*p99Latency)
	drain := max(minDrain, answer)
	// A request that is routed while the deregistration propagates is answered in the drain after it.
	preStop := propagation + drain
	startup := startupProbe(seconds(loadTime))
	check := healthCheck(p99, answer)
	// After a pod is ready, it is registered and then has to pass one health check, however high the healthy threshold
	// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html).
	healthy := propagation + check.Interval
	return Contract{
		DeregistrationDelay: drain,
		PreStop:             preStop,
		// The load balancer is done by now; callers inside the cluster may not be.
		TerminationGracePeriod: preStop + max(minStop, answer),

		Startup:     startup,
		Readiness:   readinessProbe(p99),
		Liveness:    livenessProbe(p99),
		HealthCheck: check,

		// A pod counts as progress once the readiness gate has let it be ready.
		ProgressDeadline: place + startup.Budget() + 2*healthy,

		IdleTimeout: max(minIdleTimeout, answer),
	}
}

// seconds rounds up.
func seconds(d time.Duration) int {
	return int((d + time.Second - 1) / time.Second)
}

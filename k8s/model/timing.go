package model

// A pod that goes away first stays up while the load balancer learns of it, then finishes what it has begun. Each figure is
// larger than what it waits for.
const (
	// preStopSeconds is how long a pod that is being deleted goes on taking requests: until the controller has
	// deregistered it and the load balancer sends no more.
	preStopSeconds = 20
	// deregistrationSeconds is how long the load balancer lets running requests finish on a deregistered pod.
	deregistrationSeconds = 30
	// graceSeconds is when a pod that is being deleted is killed.
	graceSeconds = preStopSeconds + deregistrationSeconds + 10
)

// Probes ask for the model's status, which answers 200 once the model is loaded.
const (
	// startupPeriodSeconds times startupFailures is how long a model may take to load: five minutes.
	startupPeriodSeconds = 2
	startupFailures      = 150
	// A pod that is not ready gets no requests.
	readinessPeriodSeconds = 5
	readinessFailures      = 2
	// A pod that does not answer for a minute is restarted. Slow answers under load must not do that, so this is long.
	livenessPeriodSeconds = 20
	livenessFailures      = 3
	probeTimeoutSeconds   = 5
	// progressDeadlineSeconds is when a rollout without progress has failed: a Fargate pod's start and a model's loading
	// fit into it, and Pulumi waits just as long for a Deployment.
	progressDeadlineSeconds = 600
)

// Health checks of the load balancer.
const (
	healthCheckIntervalSeconds = 10
	healthCheckTimeoutSeconds  = 5
	healthyThreshold           = 2
	unhealthyThreshold         = 2
)

// targetCPUPercent is the use of its requested CPU at which a model is scaled: room for what arrives while pods start.
const targetCPUPercent = 70

package monitoring

import (
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/slo"
)

// Source says where series come from that the sample server, the rules and Prometheus alone do not have.
type Source string

// The sources.
const (
	// OfCluster is there on a whole local stack, too.
	OfCluster     Source = "kube-state-metrics has it, from an API server"
	OfKubelets    Source = "kubelets have it"
	OfControllers Source = "a controller has it, at work in a cluster"
	OfDevices     Source = "nodes with GPUs or Neuron devices have it"
	OfHours       Source = "it looks at samples of every hour, or of every fifth minute"
	OfFaults      Source = "it is there only while a container waits"
	OfCloudWatch  Source = "CloudWatch has it"
	OfTraining    Source = "a model whose files have statistics of its training data has it"
	OfArgocd      Source = "the controller of Argo CD has it, of an application"
	OfServers     Source = "a model server of another kind has it, or its load balancer"
)

// OnStack reports whether a whole local stack has the series.
func (s Source) OnStack() bool { return s == "" || s == OfCluster }

// Varies reports whether a whole local stack has the series at times: a container may wait, and KEDA's operator is a controller where it is
// built.
func (s Source) Varies() bool { return s == OfFaults || s == OfControllers }

// Elsewhere are the panels whose series are elsewhere. They are asked of series that a test gives instead.
var Elsewhere = map[string]Source{
	"modelway-platform: Models: least budget left": OfHours,
	"modelway-platform: Ready pods":                OfCluster,
	"modelway-platform: Pending pods":              OfCluster,

	"modelway-model: Error budget left":      OfHours,
	"modelway-model: Pods: {{track}} ready":  OfCluster,
	"modelway-model: Pods: {{track}} wanted": OfCluster,
	"modelway-model: Restarts in an hour":    OfCluster,
	"modelway-model: Memory":                 OfKubelets,

	"modelway-model: Drift: {{track}} {{version}} input {{feature}}": OfTraining,
	"modelway-model: Drift: {{track}} {{version}} answer {{output}}": OfTraining,

	"modelway-objectives: Objectives: budget left": OfHours,
	"modelway-objectives: Error budget left":       OfHours,
	"modelway-objectives: Burn rate, 6h":           OfHours,

	"modelway-load-balancers: Calls that AWS refuses": OfControllers,

	"modelway-controllers: Errors":                      OfControllers,
	"modelway-controllers: Waiting objects":             OfControllers,
	"modelway-controllers: Time of a change, 99 of 100": OfControllers,
	"modelway-controllers: Certificates":                OfControllers,

	"modelway-accelerators: There and taken: {{resource}} there":     OfDevices,
	"modelway-accelerators: There and taken: {{resource}} asked for": OfDevices,
	"modelway-accelerators: By model":                                OfDevices,
}

// Names are the series that rules, alerts and panels read and a whole local stack lacks. Any other name has to be there.
var Names = map[string]Source{
	metrics.ContainerMemory:  OfKubelets,
	metrics.ContainerWaiting: OfFaults,

	metrics.CertificateEnd:            OfControllers,
	metrics.ReconcileErrors:           OfControllers,
	metrics.ReconcileTime + "_bucket": OfControllers,
	metrics.QueueDepth:                OfControllers,
	metrics.AwsCalls:                  OfControllers,

	metrics.Application:      OfArgocd,
	metrics.ApplicationSyncs: OfArgocd,

	metrics.TargetGroupRequests: OfCloudWatch,
	metrics.TargetGroupErrors:   OfCloudWatch,
	metrics.CertificateDays:     OfCloudWatch,

	metrics.InputValues:        OfTraining,
	metrics.InputTraining:      OfTraining,
	metrics.PredictionValues:   OfTraining,
	metrics.PredictionTraining: OfTraining,

	slo.TargetGroup:                           OfServers,
	"request_predict_seconds_count":           OfServers,
	"request_predict_seconds_bucket":          OfServers,
	"nv_inference_request_success":            OfServers,
	"nv_inference_request_failure":            OfServers,
	"nv_inference_pending_request_count":      OfServers,
	"http_requests_total":                     OfServers,
	"vllm:num_requests_running":               OfServers,
	"vllm:e2e_request_latency_seconds_count":  OfServers,
	"vllm:e2e_request_latency_seconds_bucket": OfServers,
}

package modelspec

import (
	"strconv"

	"github.com/modelway/modelway/internal/lifecycle"
)

// Defaults and bounds of a model's fields.
const (
	// DefaultPort is the port a KServe model server listens on.
	DefaultPort = 8080
	// MinPort is the lowest port that a process without privileges may bind.
	MinPort = 1024
	// MaxPort is the highest TCP port.
	MaxPort = 65535
	// DefaultMinReplicas is Replicas.Min where none is given.
	DefaultMinReplicas = 1
	// DefaultMaxReplicas is Replicas.Max where none is given and Min is not higher.
	DefaultMaxReplicas = 3
	// MaxReplicas is the default quota of targets per Application Load Balancer
	// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html).
	MaxReplicas = 1000
	// DefaultCPU is Resources.CPU where none is given.
	DefaultCPU = "250m"
	// DefaultMemory is Resources.Memory where none is given.
	DefaultMemory = "512Mi"
	// DefaultLoadBalancer is Route.LoadBalancer where none is given.
	DefaultLoadBalancer = "public"
	// DefaultCPUTarget and DefaultMemoryTarget are Scaling.Target where none is given: room for what arrives while pods start.
	DefaultCPUTarget    = 70
	DefaultMemoryTarget = 80
	// DefaultAvailability is SLO.Availability where none is given: 43 minutes of failure in 30 days.
	DefaultAvailability = "99.9"
	// DefaultTrainCPU and DefaultTrainMemory are Train.Resources where none are given: what the example of the repository needs, twice.
	DefaultTrainCPU    = "1"
	DefaultTrainMemory = "2Gi"
	// DefaultGPU is Resources.GPU where none is given and Compute is gpu.
	DefaultGPU = 1
	// EnvModelName is the environment variable that tells a model server which model to serve.
	EnvModelName = "MODEL_NAME"
	// EnvStoreURI is the environment variable that tells a model with storage where its files are.
	EnvStoreURI = "MODEL_STORE_URI"
	// EnvPort is the environment variable that tells a model server where to listen.
	EnvPort = "PORT"
	// EnvModelVersion is the environment variable that tells a model server which version of the model it is.
	EnvModelVersion = "MODEL_VERSION"
	// EnvLineage is the environment variable that tells a model server where the version comes from, in the form of the package lineage.
	EnvLineage = "MODEL_LINEAGE"
)

// Default returns a model with every default filled in; name and image are left empty, and Env holds nothing yet,
// since its defaults follow from the name and port.
func Default() Model {
	return Model{
		Replicas:   Replicas{Min: DefaultMinReplicas, Max: DefaultMaxReplicas},
		Resources:  Resources{CPU: DefaultCPU, Memory: DefaultMemory},
		Scaling:    Scaling{Metric: MetricCPU, Target: DefaultCPUTarget},
		Route:      Route{LoadBalancer: DefaultLoadBalancer, Exposure: ExposureShared},
		SLO:        SLO{Availability: DefaultAvailability},
		Compute:    ComputeFargate,
		Storage:    StorageNone,
		Port:       DefaultPort,
		P99Latency: shortest(lifecycle.DefaultP99Latency),
		LoadTime:   shortest(lifecycle.DefaultLoadTime),
	}
}

// derive fills in the defaults that follow from other fields, once file and override are merged.
func (e *entry) derive() {
	m := &e.model
	if !e.Given("replicas.max") {
		m.Replicas.Max = max(DefaultMaxReplicas, m.Replicas.Min)
	}
	if !e.Given("scaling.target") {
		m.Scaling.Target = map[string]int{MetricCPU: DefaultCPUTarget, MetricMemory: DefaultMemoryTarget}[m.Scaling.Metric]
	}
	if m.Compute == ComputeGPU && !e.Given("resources.gpu") {
		m.Resources.GPU = DefaultGPU
	}
	if !e.Given("slo.latency") {
		m.SLO.Latency = defaultLatency(*m)
	}
	if !e.Given("owner") {
		m.Owner = e.team
	}
	m.Train = m.Train.withDefaults()
	env := make(map[string]string, len(m.Env)+2)
	env[EnvModelName] = m.Name
	for name, value := range m.Env {
		env[name] = value
	}
	if _, set := env[EnvPort]; !set {
		env[EnvPort] = strconv.Itoa(m.Port)
	}
	m.Env = env
}

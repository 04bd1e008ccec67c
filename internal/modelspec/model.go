// Package modelspec reads the files in models/ and in the folders of teams there, one per model: what an ML team writes to put a model
// behind a load balancer. It decodes them strictly, fills in the defaults, merges what an environment overrides, and reports every fault
// of every file at once, each with its file and line. It is pure: no Pulumi and no Kubernetes imports.
package modelspec

// Kinds of compute a model can ask for.
const (
	// ComputeFargate runs each replica on a Fargate micro virtual machine of its own.
	ComputeFargate = "fargate"
	// ComputeNodes runs the replicas on the cluster's managed node groups.
	ComputeNodes = "nodes"
	// ComputeGPU runs the replicas on node groups whose instances have NVIDIA GPUs.
	ComputeGPU = "gpu"
)

// ComputeKinds lists the allowed values of Model.Compute.
var ComputeKinds = []string{ComputeFargate, ComputeNodes, ComputeGPU}

// What a model may do with its own folder of the environment's model store.
const (
	// StorageNone gives the model no rights in AWS.
	StorageNone = "none"
	// StorageRead lets it list and read s3://<bucket>/<name>/, and nothing else.
	StorageRead = "read"
	// StorageReadWrite lets it write and delete there, too.
	StorageReadWrite = "readWrite"
)

// StorageKinds lists the allowed values of Model.Storage.
var StorageKinds = []string{StorageNone, StorageRead, StorageReadWrite}

// Model is one deployed model. Only name is required, and either image or model.
type Model struct {
	// Name of the model, and of everything made for it: lower case letters, digits and hyphens, starting with a letter, at most
	// 40 characters. It must equal the name of the file without .yaml.
	Name string `json:"name"`

	// Image to run, pinned: repository:tag with a tag other than latest, or repository@sha256:digest. Required where there is no model.
	Image string `json:"image"`

	// Files to serve in place of an image, through KServe. Required where there is no image.
	Files Files `json:"model,omitzero"`

	// Source tells where the files or the image come from, for those who ask which run made an answer.
	Source Source `json:"source,omitzero"`

	// Replicas bounds how many copies of the model run.
	Replicas Replicas `json:"replicas,omitzero"`

	// Scaling says by what the number of copies is chosen between those bounds.
	Scaling Scaling `json:"scaling,omitzero"`

	// Resources of one replica. They are both its request and its limit, so that a replica always gets what it asked for.
	Resources Resources `json:"resources,omitzero"`

	// Route by which clients reach the model.
	Route Route `json:"route,omitzero"`

	// Canary runs a second version of the model beside this one and sends it a part of the requests.
	Canary Canary `json:"canary,omitzero"`

	// Owner is the team that answers for the model, which its alerts carry, so that they reach it: lower case letters, digits and hyphens,
	// starting with a letter, at most 63 characters. Default the team whose folder the file is in, models/<team>/<name>.yaml; an owner that is
	// written wins. Without either its alerts go where those of the platform go.
	Owner string `json:"owner,omitempty"`

	// SLO has the objectives of the model over 30 days. Rules and alerts are made of them.
	SLO SLO `json:"slo,omitzero"`

	// Train says how the model is trained again. Nothing that it registers is served: `modelway promote` does that. Default: by people alone.
	Train Train `json:"train,omitzero"`

	// Compute the model runs on: fargate (default), nodes, or gpu, which is nodes with NVIDIA GPUs.
	Compute string `json:"compute,omitempty"`

	// Storage says what the model may do with its own folder of the model store, s3://<bucket>/<name>/: none (default), read or
	// readWrite. The environment variable MODEL_STORE_URI holds the folder's address.
	Storage string `json:"storage,omitempty"`

	// Port the container listens on: 1024 to 65535, default 8080. Ports below 1024 need a privilege that models do not have.
	Port int `json:"port,omitempty"`

	// P99Latency is the time in which 99 of 100 predictions are answered under load, such as "250ms" or "20s": 1ms to 5m, default 1s. What
	// keeps updates and scaling free of failed requests is derived from it: drain times, health checks, idle timeout.
	P99Latency string `json:"p99Latency,omitempty"`

	// LoadTime is the time from the start of the container until it can predict, such as "30s": 1s to 1h, default 1m. How long a replica may
	// take to start is derived from it.
	LoadTime string `json:"loadTime,omitempty"`

	// Env holds environment variables of the container. MODEL_NAME (the name), MODEL_VERSION (the image's tag, or the beginning of its digest
	// or that of the files) and PORT (the port) are always set, and MODEL_LINEAGE where there is a source. A value for MODEL_VERSION or
	// MODEL_LINEAGE given here wins, and an empty one is none; the other two follow from name and port.
	Env map[string]string `json:"env,omitempty"`

	// Secrets holds environment variables that are read from Kubernetes Secrets of the models' namespace, as <secret>/<key>. The value itself
	// is never part of a model file, of the configuration or of the stack's state.
	Secrets map[string]string `json:"secrets,omitempty"`

	// Egress lists what the model may connect to beside DNS and, with storage, the services of AWS: IPv4 blocks with a TCP port, such as
	// 10.0.0.0/16:6379. Default none.
	Egress []string `json:"egress,omitempty"`

	// ServiceAccountToken mounts the token with which the model may call the Kubernetes API. Default false.
	ServiceAccountToken bool `json:"serviceAccountToken,omitempty"`
}

// Replicas bounds the number of copies between which the autoscaler moves.
type Replicas struct {
	// Min is the lowest number of replicas: 1 to 1000, default 1. Two or more keep the model answering while one is replaced.
	Min int `json:"min,omitempty"`

	// Max is the highest number of replicas: min to 1000, default 3, or min where that is more.
	Max int `json:"max,omitempty"`
}

// Metrics by which a model is scaled.
const (
	// MetricCPU is the use of the CPU that was asked for.
	MetricCPU = "cpu"
	// MetricMemory is the use of the memory that was asked for.
	MetricMemory = "memory"
	// MetricRequests is the number of requests per second.
	MetricRequests = "requests"
)

// Metrics lists the allowed values of Scaling.Metric.
var Metrics = []string{MetricCPU, MetricMemory, MetricRequests}

// Scaling says by what the autoscaler chooses the number of replicas.
type Scaling struct {
	// Metric is cpu (default), memory, or requests, which needs modelway:monitoring.enabled, or an adapter of your own:
	// modelway:models.requestMetric.
	Metric string `json:"metric,omitempty"`

	// Target is the average per replica that the autoscaler aims at: for cpu and memory the percentage in use, 1 to 100, default 70 and 80;
	// for requests the number per second, 1 to 1000000, required.
	Target int `json:"target,omitempty"`
}

// Resources are the compute resources of one replica, as Kubernetes quantities.
type Resources struct {
	// CPU in cores, such as "250m" (a quarter of a core) or "2". Default 250m, at least 10m; on Fargate at most 16.
	CPU string `json:"cpu,omitempty" jsonschema:"format=quantity"`

	// Memory in bytes, such as "512Mi" or "4Gi". Default 512Mi, at least 16Mi; on Fargate at most 122624Mi (120Gi less the
	// 256Mi that Fargate keeps for itself).
	Memory string `json:"memory,omitempty" jsonschema:"format=quantity"`

	// GPU is the number of NVIDIA GPUs, 1 to 16. Default 1 where compute is gpu; no other compute has any.
	GPU int `json:"gpu,omitempty"`
}

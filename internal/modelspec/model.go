// Package modelspec reads the files in models/, one per model: what an ML team writes to put a model behind a load
// balancer. It decodes them strictly, fills in the defaults, merges what an environment overrides, and reports every fault
// of every file at once, each with its file and line. It is pure: no Pulumi and no Kubernetes imports.
package modelspec

// Kinds of compute a model can ask for.
const (
	// ComputeFargate runs each replica on a Fargate micro virtual machine of its own.
	ComputeFargate = "fargate"
	// ComputeNodes runs the replicas on the cluster's managed node groups.
	ComputeNodes = "nodes"
)

// ComputeKinds lists the allowed values of Model.Compute.
var ComputeKinds = []string{ComputeFargate, ComputeNodes}

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

// Model is one deployed model. Only name and image are required.
type Model struct {
	// Name of the model, and of everything made for it: lower case letters, digits and hyphens, starting with a letter, at most
	// 40 characters. It must equal the name of the file without .yaml.
	Name string `json:"name"`

	// Image to run, pinned: repository:tag with a tag other than latest, or repository@sha256:digest. Required.
	Image string `json:"image"`

	// Replicas bounds how many copies of the model run.
	Replicas Replicas `json:"replicas,omitzero"`

	// Resources of one replica. They are both its request and its limit, so that a replica always gets what it asked for.
	Resources Resources `json:"resources,omitzero"`

	// Route by which clients reach the model.
	Route Route `json:"route,omitzero"`

	// Compute the model runs on: fargate (default) or nodes.
	Compute string `json:"compute,omitempty"`

	// Storage says what the model may do with its own folder of the model store, s3://<bucket>/<name>/: none (default), read or
	// readWrite. The environment variable MODEL_STORE_URI holds the folder's address.
	Storage string `json:"storage,omitempty"`

	// Port the container listens on: 1024 to 65535, default 8080. Ports below 1024 need a privilege that models do not have.
	Port int `json:"port,omitempty"`

	// Env holds environment variables of the container. MODEL_NAME (the name) and PORT (the port) are always set; a value
	// for MODEL_NAME given here wins, and PORT follows from port.
	Env map[string]string `json:"env,omitempty"`
}

// Replicas bounds the number of copies between which the autoscaler moves.
type Replicas struct {
	// Min is the lowest number of replicas: 1 to 1000, default 1. Two or more keep the model answering while one is replaced.
	Min int `json:"min,omitempty"`

	// Max is the highest number of replicas: min to 1000, default 3, or min where that is more.
	Max int `json:"max,omitempty"`
}

// Resources are the compute resources of one replica, as Kubernetes quantities.
type Resources struct {
	// CPU in cores, such as "250m" (a quarter of a core) or "2". Default 250m, at least 10m; on Fargate at most 16.
	CPU string `json:"cpu,omitempty"`

	// Memory in bytes, such as "512Mi" or "4Gi". Default 512Mi, at least 16Mi; on Fargate at most 122624Mi (120Gi less the
	// 256Mi that Fargate keeps for itself).
	Memory string `json:"memory,omitempty"`
}

// Route says at which address a model answers.
type Route struct {
	// LoadBalancer names the shared load balancer to use, as declared in the environment's configuration. Default public.
	LoadBalancer string `json:"loadBalancer,omitempty"`

	// Subdomain gives the model a host of its own, <subdomain>.<domain of the load balancer>. Left out, the model answers
	// on the shared host, api.<domain>. The value api is taken by the shared host.
	Subdomain string `json:"subdomain,omitempty"`
}

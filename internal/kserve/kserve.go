// Package kserve has the names that KServe 0.20 gives to its objects and to what it makes of them, and the formats of files that its
// runtimes serve. It is pure, and the only place where these names stand.
//
// Sources: https://github.com/kserve/kserve/blob/v0.20.0/pkg/constants/constants.go,
// https://github.com/kserve/kserve/tree/v0.20.0/config/runtimes.
package kserve

import "strings"

const (
	// Setting is the key of the setting that installs KServe.
	Setting = "kserve.enabled"
	// Version of KServe: of its charts, its controller and its images. With another one every pod of the models that it serves may be made
	// anew.
	Version = "0.20.0"
	// Namespace is where the controller runs.
	Namespace = "kserve"
	// Controller is the name of the controller's Deployment, and of what runs in it.
	Controller = "kserve-controller-manager"
	// ControllerAccount is the controller's service account in that namespace.
	ControllerAccount = Controller

	// Group of the API, the version of InferenceServices in it, their kind and their plural.
	Group      = "serving.kserve.io"
	ApiVersion = Group + "/v1beta1"
	Kind       = "InferenceService"
	Plural     = "inferenceservices"
	// RuntimeVersion is the version of ClusterServingRuntimes and ClusterStorageContainers in the API.
	RuntimeVersion = Group + "/v1alpha1"
	// Type is the type token of an InferenceService that a stack registers.
	Type = "kubernetes:" + ApiVersion + ":" + Kind

	// Container is the name of the container that serves.
	Container = "kserve-container"
	// Initializer is the name of the init container that downloads the files.
	Initializer = "storage-initializer"
	// OwnRuntimes begins the names of the runtimes that the platform makes.
	OwnRuntimes = "modelway-"
	// StorageContainer is the name of the ClusterStorageContainer whose image downloads files of models, and checks their digest.
	StorageContainer = "modelway"
	// DigestAnnotation on a pod is the digest that its files must have.
	DigestAnnotation = "modelway.dev/artifact-digest"

	// DeploymentMode is the annotation that chooses plain Deployments with the value Standard.
	DeploymentMode = Group + "/deploymentMode"
	Standard       = "Standard"
	// AutoscalerClass is the annotation that leaves the number of replicas to an autoscaler of somebody else with the value external.
	AutoscalerClass = Group + "/autoscalerClass"
	External        = "external"

	// Port is where every runtime listens.
	Port = 8080
	// ProgressDeadline is when a Deployment that KServe makes counts as stuck, in seconds: the default of Kubernetes, since an
	// InferenceService has no field for it.
	ProgressDeadline = 600

	// InitializerCPU and InitializerMemory are what the init container asks for, and its limit of memory. A pod asks for the larger of that
	// and what its container asks for.
	InitializerCPU    = "250m"
	InitializerMemory = "256Mi"
)

// Predictor is what KServe calls the Deployment and the Service that it makes for an InferenceService.
func Predictor(service string) string { return service + predictorSuffix }

// Service is the InferenceService that KServe made a Deployment for.
func Service(deployment string) string { return strings.TrimSuffix(deployment, predictorSuffix) }

const predictorSuffix = "-predictor"

// ReservedEnv are environment variables that KServe sets itself, or that its webhook refuses, with the reason.
var ReservedEnv = map[string]string{
	"PYTHONPATH":             "refused by KServe, since it could replace the server's code",
	"INFERENCE_SERVICE_NAME": "set by KServe",
	"STORAGE_URI":            "read by KServe as the address of the files",
}

const (
	// ConfigMap is KServe's, and ConfigurationKey the key in it that says how InferenceServices become pods.
	ConfigMap        = "inferenceservice-config"
	ConfigurationKey = "inferenceService"
)

// Configuration is the value of ConfigurationKey: the chart's own, and annotations that pods do not get
// (https://github.com/kserve/kserve/blob/v0.20.0/charts/kserve-resources/files/common/configmap.yaml).
func Configuration(unpropagated []string) map[string]any {
	return map[string]any{
		"resource": map[string]any{
			"cpuLimit": "1", "memoryLimit": "2Gi", "cpuRequest": "1", "memoryRequest": "2Gi",
		},
		"serviceAnnotationDisallowedList": unpropagated,
	}
}

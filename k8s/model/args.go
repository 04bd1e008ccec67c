package model

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// RouteArgs describe one host of a model on a load balancer. All fields but JwtValidation are required.
type RouteArgs struct {
	// Entrance is the host, and whether other models answer on it; see Spec.Entrances.
	Entrance Entrance
	// ClassName is the IngressClass of the load balancer.
	ClassName pulumi.StringInput
	// ListenPorts is the load balancer's value of the annotation listen-ports.
	ListenPorts string
	// JwtValidation is the load balancer's value of the annotation jwt-validation; default none.
	JwtValidation string
	// SubnetCidrs are the IPv4 blocks of the load balancer's subnets, from which its requests come.
	SubnetCidrs []string
	// LoadBalancer is the load balancer's class, params and anchor, which the Ingress depends on.
	LoadBalancer []pulumi.Resource
}

// ModelArgs describe a model in a cluster. Model, Namespace and Prerequisites are required.
type ModelArgs struct {
	// Model is the model's file, with defaults filled in and checked. Plain, because its route shapes the Ingresses.
	Model Spec
	// Namespace of every object of the model, which must exist; see NewNamespace.
	Namespace pulumi.StringInput
	// Routes are the hosts of the model, each once. Default none: only pods of the cluster reach it.
	Routes []RouteArgs
	// Readers are pods of the cluster's own services that read the model's metrics. Default none.
	Readers []Workload
	// RequestMetric is the name of the metric of a pod's requests per second, which an adapter in the cluster serves. Required where
	// the model is scaled by requests and there is no Keda.
	RequestMetric string
	// Keda is what must be there while a ScaledObject is made, changed and deleted: KEDA's release, which alone removes its finalizer, and
	// what its pods run on. Default none: the cluster has no KEDA.
	Keda []pulumi.Resource
	// RoleArn is the IAM role that the pods assume with their service account's token (IRSA). Default none: they have no role, or
	// one through EKS Pod Identity, which needs nothing here.
	RoleArn pulumi.StringInput
	// RoleReady is what must be there before a pod starts, for it to get credentials: the role, its policy and their attachment, and
	// the Pod Identity association. What starts pods depends on each of them. Default none.
	RoleReady []pulumi.Resource
	// StoreUri is where the model's files are, such as s3://bucket/churn/; the container gets it as MODEL_STORE_URI. Default none.
	StoreUri pulumi.StringInput
	// Prerequisites are what must be there while an Ingress is made, changed and deleted: the controller's release, its role
	// and each policy attachment, the compute it runs on, the CNI add-on and the routes to AWS. Each Ingress depends on each of them
	// directly.
	Prerequisites []pulumi.Resource
	// KServe is what must be there while an InferenceService is made, changed and deleted: its controller, its CRDs, and its runtimes.
	// Required where the model has files.
	KServe []pulumi.Resource
	// Training is how the model is trained again. Required where its file has an image for that.
	Training *TrainingArgs
	// ByGit leaves all objects but the service account to what delivers them from Git. Default false.
	ByGit bool
	// Shared says that Argo CD has written the objects, so that fields of them are its own: the program takes these by force. Default false.
	Shared bool
	// Retained lets go of the objects, but the service account, without deleting them once the program makes them no longer. Default false.
	Retained bool
	// Capacity is what pods need before they can start: compute, the CNI add-on, DNS, routes to the image registry. The
	// Deployments depend on each of them directly. Default Prerequisites.
	Capacity []pulumi.Resource
}

func (a *ModelArgs) capacity() []pulumi.Resource {
	if a.Capacity == nil {
		return a.Prerequisites
	}
	return a.Capacity
}

func (a *ModelArgs) validate() error {
	if a == nil {
		return errors.New("ModelArgs is nil: Model, Namespace and Prerequisites are required")
	}
	var faults []error
	require := func(given bool, field, fix string) {
		if !given {
			faults = append(faults, fmt.Errorf("%s is required: %s", field, fix))
		}
	}
	require(a.Model.Name != "", "Model.Name", "load the model with modelspec.Load, which checks it")
	require(a.Model.Image != "" || a.Model.Files.Given(), "Model.Image", "load the model with modelspec.Load, which checks it")
	require(!a.Model.Files.Given() || len(a.KServe) > 0, "KServe", "without it a destroy would hang on the InferenceService")
	require(a.Namespace != nil, "Namespace", "give the models' namespace")
	require(len(a.Prerequisites) > 0, "Prerequisites",
		"without the controller's release, role and compute a destroy would hang on the Ingress")
	for i, route := range a.Routes {
		field := func(name string) string { return fmt.Sprintf("Routes[%d].%s", i, name) }
		require(route.Entrance.Host != "", field("Entrance.Host"), "give one of the model's entrances")
		require(route.ClassName != nil, field("ClassName"), "give the ClassName of a load balancer")
		require(route.ListenPorts != "", field("ListenPorts"), "give the ListenPorts of the load balancer")
		require(len(route.SubnetCidrs) > 0, field("SubnetCidrs"), "give the blocks of the load balancer's subnets, or its requests are refused")
		require(len(route.LoadBalancer) > 0, field("LoadBalancer"), "give the Resources of the load balancer")
	}
	require(a.Model.Scaling.Metric != modelspec.MetricRequests || a.RequestMetric != "" || a.byKeda(), "RequestMetric",
		"name the metric of the requests per second, or give Keda")
	if a.Model.Train.InCluster() {
		faults = append(faults, a.Training.check())
	}
	if _, given := a.Model.Env[StoreUriVariable]; given && a.StoreUri != nil {
		faults = append(faults, fmt.Errorf("Model.Env has %s while StoreUri is set: remove it from the model's env", StoreUriVariable))
	}
	return errors.Join(faults...)
}

func (a *ModelArgs) inputs() pulumi.Map {
	spec := a.Model
	hosts := pulumi.StringArray{}
	for _, route := range a.Routes {
		hosts = append(hosts, pulumi.String(route.Entrance.Host))
	}
	inputs := pulumi.Map{
		"name":        pulumi.String(spec.Name),
		"minReplicas": pulumi.Int(spec.Replicas.Min),
		"maxReplicas": pulumi.Int(spec.Replicas.Max),
		"cpu":         pulumi.String(spec.Resources.CPU),
		"memory":      pulumi.String(spec.Resources.Memory),
		"compute":     pulumi.String(spec.Compute),
		"port":        pulumi.Int(spec.Port),
		"hosts":       hosts,
		"namespace":   a.Namespace,
	}
	for _, v := range serving.Versions(spec) {
		source := map[string]string{"image": v.Image}
		if v.Files.Given() {
			source = map[string]string{"format": v.Files.Format, "uri": v.Files.URI, "digest": v.Files.Digest}
		}
		for key, value := range source {
			if v.Name != spec.Name {
				key = "canary" + strings.ToUpper(key[:1]) + key[1:]
			}
			inputs[key] = pulumi.String(value)
		}
	}
	if spec.Canary.Running() {
		inputs["canaryWeight"] = pulumi.Int(spec.Canary.Weight)
	}
	for name, value := range map[string]pulumi.StringInput{"roleArn": a.RoleArn, "storeUri": a.StoreUri} {
		if value != nil {
			inputs[name] = value
		}
	}
	return inputs
}

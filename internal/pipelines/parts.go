package pipelines

// Part is a Deployment of the release that runs.
type Part struct {
	// Deployment is its name, and Container that of its container.
	Deployment, Container string
	// Title is what people call it, and Why what it is for.
	Title, Why string
	// LabelKey and LabelValue are the label that tells its pods from others.
	LabelKey, LabelValue string
	// CPU and Memory are what the container asks for, and its limits, as Kubernetes quantities. They are estimates: the release gives requests
	// to four of them, and limits to none. With the 256Mi that Fargate keeps, each fills a size that Fargate has.
	CPU, Memory string
}

// Parts are the Deployments that run.
var Parts = []Part{
	{ApiServer, "ml-pipeline-api-server", "API server", "takes pipelines and runs", "app", "ml-pipeline", "250m", "768Mi"},
	{UI, "ml-pipeline-ui", "web page", "shows pipelines, runs and artifacts", "app", "ml-pipeline-ui", "250m", "256Mi"},
	{"ml-pipeline-persistenceagent", "ml-pipeline-persistenceagent", "persistence agent", "tells the API server how runs go on", "app",
		"ml-pipeline-persistenceagent", "250m", "768Mi"},
	{"ml-pipeline-scheduledworkflow", "ml-pipeline-scheduledworkflow", "scheduler", "starts recurring runs", "app",
		"ml-pipeline-scheduledworkflow", "250m", "256Mi"},
	{workflows, workflows, "workflow controller", "makes the pods of steps, with Argo Workflows", "app",
		"workflow-controller", "250m", "768Mi"},
	{metadata, "container", "metadata server", "keeps which step made what", "component", "metadata-grpc-server", "250m", "256Mi"},
	{"metadata-envoy-deployment", "container", "metadata proxy", "gives the web page the metadata", "component",
		"metadata-envoy", "250m", "256Mi"},
	{"metadata-writer", "main", "metadata writer", "writes metadata of what steps leave", "app", "metadata-writer", "250m", "768Mi"},
}

// Image is a container image of the release that runs.
type Image struct{ Repository, Tag string }

// String is the image with its tag.
func (i Image) String() string { return i.Repository + ":" + i.Tag }

// workflowsVersion is the version of Argo Workflows in the release.
const workflowsVersion = "v4.0.5"

// Images are those that run: of the parts, and of the pods of steps beside the step's own.
var Images = []Image{
	{"ghcr.io/kubeflow/kfp-api-server", Version},
	{"ghcr.io/kubeflow/kfp-frontend", Version},
	{"ghcr.io/kubeflow/kfp-persistence-agent", Version},
	{"ghcr.io/kubeflow/kfp-scheduled-workflow-controller", Version},
	{"ghcr.io/kubeflow/kfp-metadata-envoy", Version},
	{"ghcr.io/kubeflow/kfp-metadata-writer", Version},
	{"ghcr.io/kubeflow/kfp-driver", Version},
	{"ghcr.io/kubeflow/kfp-launcher", Version},
	{"gcr.io/tfx-oss-public/ml_metadata_store_server", "1.14.0"},
	{"quay.io/argoproj/workflow-controller", workflowsVersion},
	{"quay.io/argoproj/argoexec", workflowsVersion},
}

// kept are the objects of the release that are registered, by kind: the Deployments of Parts, and what follows from them.
var kept = map[string][]string{
	"CustomResourceDefinition": {
		"clusterworkflowtemplates.argoproj.io", "cronworkflows.argoproj.io", "workflowartifactgctasks.argoproj.io",
		"workfloweventbindings.argoproj.io", "workflows.argoproj.io", "workflowtaskresults.argoproj.io", "workflowtasksets.argoproj.io",
		"workflowtemplates.argoproj.io", "scheduledworkflows.kubeflow.org", "pipelines.pipelines.kubeflow.org",
		"pipelineversions.pipelines.kubeflow.org",
	},
	"PriorityClass": {workflows},
	"ServiceAccount": {"argo", "kubeflow-pipelines-metadata-writer", "metadata-grpc-server", ApiServer, "ml-pipeline-persistenceagent",
		"ml-pipeline-scheduledworkflow", UI, Runner},
	"Role": {"argo-role", "kubeflow-pipelines-metadata-writer-role", "kubeflow-pipelines-public", ApiServer,
		"ml-pipeline-persistenceagent-role", "ml-pipeline-scheduledworkflow-role", UI, Runner},
	"RoleBinding": {"argo-binding", "kubeflow-pipelines-metadata-writer-binding", "kubeflow-pipelines-public", ApiServer,
		"ml-pipeline-persistenceagent-binding", "ml-pipeline-scheduledworkflow-binding", UI, "pipeline-runner-binding"},
	"ConfigMap": {launcherMap, "kubeflow-pipelines-public", "metadata-envoy-configmap", "metadata-grpc-configmap", "ml-pipeline-ui-configmap",
		SettingsMap, workflowsMap},
	"Service":                        {"metadata-envoy-service", "metadata-grpc-service", ApiServer, UI},
	"Deployment":                     deployments(),
	"Issuer":                         {"kfp-api-webhook-selfsigned-issuer"},
	"Certificate":                    {"kfp-api-webhook-cert"},
	"MutatingWebhookConfiguration":   {webhooks},
	"ValidatingWebhookConfiguration": {webhooks},
}

func deployments() (names []string) {
	for _, part := range Parts {
		names = append(names, part.Deployment)
	}
	return names
}

// dropped are the objects of the release that are left out, by the reason.
var dropped = map[string]map[string][]string{
	"the environment has a database": {
		"Deployment": {"mysql"}, "Service": {"mysql"}, "ServiceAccount": {"mysql"}, "PersistentVolumeClaim": {"mysql-pv-claim"},
		"Secret": {DatabaseSecret},
	},
	"artifacts are in S3, which pods reach by their role": {
		"Deployment": {"seaweedfs"}, "Service": {"seaweedfs"}, "ServiceAccount": {"seaweedfs"}, "PersistentVolumeClaim": {"seaweedfs-pvc"},
		"NetworkPolicy": {"seaweedfs"}, "Secret": {"mlpipeline-minio-artifact"},
	},
	"only pipelines of version 1 use it, which are blocked": {
		"Deployment": {"cache-deployer-deployment", "cache-server", "ml-pipeline-viewer-crd", "ml-pipeline-visualizationserver"},
		"Service":    {"cache-server", "ml-pipeline-visualizationserver"},
		"ServiceAccount": {"kubeflow-pipelines-cache", "kubeflow-pipelines-cache-deployer-sa", "kubeflow-pipelines-container-builder",
			"kubeflow-pipelines-viewer", "ml-pipeline-viewer-crd-service-account", "ml-pipeline-visualizationserver"},
		"Role": {"kubeflow-pipelines-cache-role", "kubeflow-pipelines-cache-deployer-role", "ml-pipeline-viewer-controller-role"},
		"RoleBinding": {"kubeflow-pipelines-cache-binding", "kubeflow-pipelines-cache-deployer-rolebinding",
			"ml-pipeline-viewer-crd-binding"},
		"ClusterRole":              {"kubeflow-pipelines-cache-deployer-clusterrole"},
		"ClusterRoleBinding":       {"kubeflow-pipelines-cache-deployer-clusterrolebinding"},
		"CustomResourceDefinition": {"viewers.kubeflow.org"},
	},
	"nothing reads it": {
		"CustomResourceDefinition": {"applications.app.k8s.io"}, "ConfigMap": {"kfp-cluster-scoped-params"},
	},
	"the platform makes the namespace": {"Namespace": {Namespace}},
}

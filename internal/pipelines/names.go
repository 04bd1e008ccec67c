// Package pipelines decides what of a release of Kubeflow Pipelines an environment runs, and what it changes of it. It is pure: it reads
// the objects of a rendered release, and returns those that are to be registered.
//
// Source of all names: https://github.com/kubeflow/pipelines/tree/2.17.0/manifests/kustomize, rendered.
package pipelines

const (
	// Setting is the key of the setting that installs Kubeflow Pipelines.
	Setting = "pipelines.enabled"
	// Key is the key of the add-on's row, and Token the type token of its component.
	Key, Token = "pipelines", "modelway:pipelines:Pipelines"
	// Version is the release, and Commit what its tag names.
	Version, Commit = "2.17.0", "4a3592cb2dd0a91a4652ab93893ec8beda1f3158"
	// Repository is where it is published.
	Repository = "https://github.com/kubeflow/pipelines"
	// ReleaseDigest is the digest of the objects of the release: see Digest.
	ReleaseDigest = "sha256:edd8c0d12df774e1ff65aefc0223fb8d3df8fe2496801394a13b3004ab240a33"
	// Namespace is where everything of it is, and where the pods of steps run.
	Namespace = "kubeflow"

	// ApiServer is the name of the API server's Deployment, Service and service account, and ApiPort where it answers programs in the cluster.
	ApiServer, ApiPort = "ml-pipeline", 8888
	// Address is where pods of the cluster reach the API server, from namespaces with the label Allowed.
	Address = "http://" + ApiServer + "." + Namespace + ".svc:8888"
	// UI is the name of the Deployment, Service and service account of the web page.
	UI = "ml-pipeline-ui"
	// Runner is the service account of the pods of steps.
	Runner = "pipeline-runner"
	// DatabaseSecret is the name of the Secret with username and password of the database. The release has one with a fixed password, which is
	// left out.
	DatabaseSecret = "mysql-secret"
	// SettingsMap is the ConfigMap that most of the release reads its settings from.
	SettingsMap = "pipeline-install-config"

	workflows    = "workflow-controller"
	metadata     = "metadata-grpc-deployment"
	webhooks     = "pipelineversions.pipelines.kubeflow.org"
	launcherMap  = "kfp-launcher"
	workflowsMap = "workflow-controller-configmap"
	serverMap    = "ml-pipeline-server-config"
)

// Package argocd has what Argo CD is in an environment: its setting, its names, who may do what in it, and how it judges the objects of
// models. It is pure.
//
// Sources: https://github.com/argoproj/argo-cd/tree/v3.5.3, https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd.
package argocd

import _ "embed" // the checks of health

const (
	// Setting is the key of the setting that installs it.
	Setting = "argocd.enabled"
	// Version is that of Argo CD, and ChartVersion that of its chart.
	Version      = "v3.5.3"
	ChartVersion = "10.9.6"
	// Namespace is where it runs, and where it reads Applications and AppProjects.
	Namespace = "argocd"
	// Release is the name of the chart and of its Helm release.
	Release = "argo-cd"
	// Name is what the names of its objects begin with.
	Name = "argocd"

	// Controller, RepoServer, Server and Redis are the names of its workloads, and of their pods and Services; Controller and Server are
	// their service accounts too.
	Controller = Name + "-application-controller"
	RepoServer = Name + "-repo-server"
	Server     = Name + "-server"
	Redis      = Name + "-redis"

	// Group is the API group of its objects, ApiVersion their version, and ApplicationKind and ProjectKind what they are.
	Group           = "argoproj.io"
	ApiVersion      = Group + "/v1alpha1"
	ApplicationKind = "Application"
	ProjectKind     = "AppProject"

	// Page is the first label of its DNS name behind the load balancer of tools, and PagePort the port of its Service.
	Page     = "argocd"
	PagePort = 80
	// Health is a path of the server that answers 200 to everybody.
	Health = "/healthz"
	// Webhook is the path that a Git host tells of pushes.
	Webhook = "/api/webhook"

	// ControllerMetrics, RepoServerMetrics and ServerMetrics are the ports of metrics
	// (https://argo-cd.readthedocs.io/en/release-3.5/operator-manual/metrics/).
	ControllerMetrics = 8082
	ServerMetrics     = 8083
	RepoServerMetrics = 8084

	// Password is the Secret with the password of Redis, under PasswordKey: names that the chart has.
	Password, PasswordKey = "argocd-redis", "auth"

	// Reconciliation is how often it asks repositories for commits, besides Jitter, in which the questions are spread: both as Go durations.
	Reconciliation, Jitter = "60s", "15s"
)

// InferenceServiceHealth, IngressHealth and AsideHealth, which is that of autoscalers and of training, are scripts by which it judges
// objects
// (https://argo-cd.readthedocs.io/en/release-3.5/operator-manual/health/#way-1-define-a-custom-health-check-in-argocd-cm-configmap).
var (
	//go:embed health/inferenceservice.lua
	InferenceServiceHealth string
	//go:embed health/ingress.lua
	IngressHealth string
	//go:embed health/aside.lua
	AsideHealth string
)

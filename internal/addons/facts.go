package addons

import (
	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/internal/monitoring"
)

// Facts are what the choice of Helm add-ons, their rights and their values depend on.
type Facts struct {
	// Partition, Region and Account are where the cluster is in AWS.
	Partition, Region, Account string
	// ClusterName and KubernetesVersion are those of the cluster, such as modelway-prod and 1.36.
	ClusterName, KubernetesVersion string
	// On has the settings that are switches, by their key, such as compute.clusterAutoscaler.
	On map[string]bool
	// Resizable says that there is a node group whose sizes differ.
	Resizable bool
	// NoInternet says that the cluster has no way to the internet.
	NoInternet bool
	// Monitoring is how the cluster is measured.
	Monitoring monitoring.Plan
	// Mlflow is the MLflow server.
	Mlflow mlflowserver.Spec
	// Argocd is Argo CD.
	Argocd argocd.Spec
	// ToolsDomain is the domain below which a load balancer serves the pages of add-ons; "" for none.
	ToolsDomain string
	// Certificates are those of ACM that load balancers have.
	Certificates Certificates
	// TargetGroups are those that have to tell of the failures of models, by the load balancer controller's tag, in order. What is installed
	// does not depend on them.
	TargetGroups []string
	// WebAcls says that a load balancer names a web ACL.
	WebAcls bool
}

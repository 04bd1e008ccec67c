// Package outputs names the stack outputs, once, so that the program, its tests and the programs that read them agree.
package outputs

// The outputs of every Modelway stack.
const (
	// ClusterName is the name of the EKS cluster.
	ClusterName = "clusterName"
	// Kubeconfig is the cluster's kubeconfig as JSON; a secret.
	Kubeconfig = "kubeconfig"
	// VpcId is the id of the VPC.
	VpcId = "vpcId"
	// PublicSubnetIds are the ids of the subnets that hold internet-facing load balancers and NAT gateways.
	PublicSubnetIds = "publicSubnetIds"
	// PrivateSubnetIds are the ids of the subnets that hold nodes, pods and internal load balancers.
	PrivateSubnetIds = "privateSubnetIds"
	// LoadBalancerHostnames maps the name of each shared load balancer to its DNS name.
	LoadBalancerHostnames = "loadBalancerHostnames"
	// LoadBalancers maps the name of each load balancer to the key of its settings, its scheme, its hosts, and how many models, rules, target
	// groups and targets it has. The next run reads them, so that every host stays where it is.
	LoadBalancers = "loadBalancers"
	// Models maps each model's name to what its file says, without what is at its default. The next run reads it: a model whose file
	// is broken runs on as it was deployed, where the environment says so.
	Models = "models"
	// ModelURLs maps each model's name to the URL that answers its predictions.
	ModelURLs = "modelUrls"
	// Delivery says who makes the objects of models: models is pulumi, handover or argocd, and shared is true once Argo CD has written them.
	// The next run reads it, so that nothing is deleted on the way from one to the other.
	Delivery = "delivery"
	// ModelStore is the name of the bucket for model files; empty where there is none.
	ModelStore = "modelStore"
	// ArtifactURIs maps mlflow and pipelines to the address of the folder in S3 that runs leave files in; without those that are off.
	ArtifactURIs = "artifactUris"
	// ClusterURLs maps mlflow and pipelines to the URL that pods of the cluster reach them by; without those that are off.
	ClusterURLs = "clusterUrls"
	// RepositoryURLs maps the name of each ECR repository to the address that images are pushed to.
	RepositoryURLs = "repositoryUrls"
	// GitHubRoleARNs maps preview and deploy to the ARNs of the roles that GitHub Actions assumes; empty where there are none.
	GitHubRoleARNs = "githubRoleArns"
)

// All lists every output.
func All() []string {
	return []string{ClusterName, Kubeconfig, VpcId, PublicSubnetIds, PrivateSubnetIds, LoadBalancerHostnames, LoadBalancers, Models, ModelURLs,
		Delivery, ModelStore, ArtifactURIs, ClusterURLs, RepositoryURLs, GitHubRoleARNs}
}

package config

import "github.com/modelway/modelway/internal/strict"

// Namespace is the Pulumi configuration namespace of all keys here: the project's name in Pulumi.yaml.
const Namespace = strict.Namespace

// RegionKey is the one key outside Namespace: the AWS provider's own setting for the region.
const RegionKey = "aws:region"

// Config is the configuration of one environment, complete and checked.
type Config struct {
	// Environment is the name of the Pulumi stack: local, dev, prod or any other.
	Environment string `json:"-"`

	// Region is the AWS region, from aws:region. Required.
	Region string `json:"-"`

	// Network describes the VPC.
	Network Network `json:"network"`

	// Cluster describes the EKS control plane.
	Cluster Cluster `json:"cluster"`

	// Compute says what pods run on: Fargate profiles, managed node groups, or both.
	Compute Compute `json:"compute"`

	// LoadBalancers holds the shared Application Load Balancers by name. At least one is required. A model names the one it
	// uses; models that name none use "public".
	LoadBalancers map[string]LoadBalancer `json:"loadBalancers"`

	// Migration allows changes that cost something, for one run.
	Migration Migration `json:"migration"`

	// Quotas are the limits of Elastic Load Balancing for the account and region.
	Quotas Quotas `json:"quotas"`

	// Models says where the model files are and what this environment changes in them.
	Models Models `json:"models"`

	// ModelStore says where models keep their files.
	ModelStore ModelStore `json:"modelStore"`

	// Database is the MySQL server of MLflow and Kubeflow Pipelines.
	Database Database `json:"database"`

	// Mlflow keeps what training runs tell, and the registry of models.
	Mlflow Mlflow `json:"mlflow"`
	// Pipelines is Kubeflow Pipelines, which trains models.
	Pipelines Pipelines `json:"pipelines"`

	// Argocd brings objects from a Git repository into the cluster.
	Argocd Argocd `json:"argocd"`

	// KServe serves models that give files in place of an image.
	KServe KServe `json:"kserve"`

	// Monitoring measures models and platform, and tells people.
	Monitoring Monitoring `json:"monitoring"`

	// Logs describes the bucket for logs that are kept as files.
	Logs Logs `json:"logs"`

	// Delivery describes what continuous delivery needs in the account: image repositories and roles for GitHub Actions.
	Delivery Delivery `json:"delivery"`

	// Cost describes the environment's budget.
	Cost Cost `json:"cost"`

	// Policies sets the policy pack, which judges every resource before it is created (policies/README.md).
	Policies Policies `json:"policies"`

	// Images says where the platform's own container images come from.
	Images Images `json:"images"`

	// Tags go on every AWS resource that can carry tags, beside the platform's own modelway:* tags. At most 40, as AWS
	// allows 50 and the platform adds its own. Default none.
	Tags map[string]string `json:"tags"`

	// Charts replaces where a Helm chart comes from, by the chart's name: the address of a copy, such as
	// oci://registry.company.com/aws-load-balancer-controller, or a path that starts with a dot, relative to Pulumi.yaml. The copy
	// must answer to the same values as the pinned version. Default none: every chart comes from its own repository.
	Charts map[string]string `json:"charts"`
}

package platform

import (
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// The types of PlatformArgs, under names that other modules can use: their packages are internal to this one.
type (
	// Config is the configuration of one environment.
	Config = config.Config
	// Network describes the VPC.
	Network = config.Network
	// Cluster describes the EKS control plane.
	Cluster = config.Cluster
	// Compute says what pods run on.
	Compute = config.Compute
	// FargateProfile says which pods run on Fargate.
	FargateProfile = config.FargateProfile
	// Selector chooses pods by namespace and labels.
	Selector = config.Selector
	// NodeGroup is a managed node group.
	NodeGroup = config.NodeGroup
	// Taint keeps pods off a node.
	Taint = config.Taint
	// LoadBalancer is one shared Application Load Balancer.
	LoadBalancer = config.LoadBalancer
	// Listener is one port of a load balancer.
	Listener = config.Listener
	// Models says where the model files are, and what an environment changes in them.
	Models = config.Models
	// Model is one model to serve.
	Model = modelspec.Model
	// Replicas bounds how many copies of a model run.
	Replicas = modelspec.Replicas
	// Resources of one replica.
	Resources = modelspec.Resources
	// Scaling says by what the number of replicas is chosen.
	Scaling = modelspec.Scaling
	// Route is where clients reach a model.
	Route = modelspec.Route
	// Canary is a second version of a model.
	Canary = modelspec.Canary
	// Testers are clients whose requests go to the canary.
	Testers = modelspec.Testers
	// Quotas are the limits of Elastic Load Balancing for the account and region.
	Quotas = config.Quotas
	// Migration allows changes that are refused otherwise.
	Migration = config.Migration
	// Schedule gives the times at which models stop and start.
	Schedule = config.Schedule
)

// Defaults is the configuration that holds where an environment says nothing. It lacks what every environment must give: the
// cluster's AdminRoleArns, its PublicAccessCidrs while the endpoint is public, and a load balancer.
func Defaults(environment, region string) Config { return config.Defaults(environment, region) }

// DefaultNodeGroup is what holds where a node group says nothing.
func DefaultNodeGroup() NodeGroup { return compute.DefaultNodeGroup() }

// DefaultLoadBalancer is what holds where a load balancer says nothing. Its Domain and Listeners must be given.
func DefaultLoadBalancer() LoadBalancer { return config.DefaultLoadBalancer() }

// DefaultModel is what holds where a model says nothing. Its Name and Image must be given.
func DefaultModel() Model { return modelspec.Default() }

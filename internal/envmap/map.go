// Package envmap is the map of an environment as plain data: what there is, how much of it is used, what it costs, and what a change does
// to it. It decides nothing: it reads what the program registers, the bill, the plan and the report of a preview.
package envmap

import (
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/room"
)

// Version is that of the JSON form. Fields are added without a new one; one that is renamed, removed or changes its meaning makes a new
// one.
const Version = 1

// Map is an environment.
type Map struct {
	// Version of the form, 1.
	Version int `json:"version"`
	// Stack is the name of the environment's stack.
	Stack string `json:"stack"`
	// Account is the AWS account of the cluster's administrators; empty where the settings do not tell it.
	Account string `json:"account"`
	// Region is the AWS region.
	Region string `json:"region"`
	// Network is the VPC.
	Network Network `json:"network"`
	// Cluster is the EKS cluster.
	Cluster Cluster `json:"cluster"`
	// Compute is what pods run on: Fargate profiles, then node groups.
	Compute []Compute `json:"compute"`
	// Addons are the EKS add-ons and the Helm releases, by name.
	Addons []Addon `json:"addons"`
	// Beside are things in the account and not in the VPC, such as buckets and image repositories, by kind and name.
	Beside []Thing `json:"beside"`
	// LoadBalancers by name.
	LoadBalancers []LoadBalancer `json:"loadBalancers"`
	// Pages are hosts on which no model answers, such as those of MLflow and Grafana.
	Pages []Page `json:"pages"`
	// Models by name.
	Models []Model `json:"models"`
	// Room is how much is used of what all models share.
	Room []room.Room `json:"room"`
	// Cost is what the environment costs a month.
	Cost Cost `json:"cost"`
	// Delivery says how a commit comes to the cluster.
	Delivery Delivery `json:"delivery"`
	// Change is what a change does to the environment; null without a preview.
	Change *review.Report `json:"change"`
	// Verdict is what the change comes to; null without a preview.
	Verdict *Verdict `json:"verdict"`
	// Live is what the models do now; null where the map is a file.
	Live *Live `json:"live"`
	// Warnings are the program's.
	Warnings []string `json:"warnings"`
	// Assumptions are what only the account could tell, and was made up.
	Assumptions []string `json:"assumptions"`
}

// Network is a VPC.
type Network struct {
	// Blocks are the VPC's IPv4 blocks.
	Blocks []string `json:"blocks"`
	// Existing is the id of a VPC that others made; empty for one of the environment's own.
	Existing string `json:"existing"`
	// Zones are the availability zones with their subnets; one without a name has those of a VPC that others made.
	Zones []Zone `json:"zones"`
	// Endpoints are the services of AWS that the VPC has endpoints for.
	Endpoints []string `json:"endpoints"`
}

// Zone is an availability zone.
type Zone struct {
	Name    string   `json:"name"`
	Subnets []Subnet `json:"subnets"`
	// Nat says that a NAT gateway is in the zone.
	Nat bool `json:"nat"`
}

// Subnet is one of a zone's.
type Subnet struct {
	// Kind is public, private or pod.
	Kind string `json:"kind"`
	// Block of addresses; the id of a subnet that others made.
	Block string `json:"block"`
}

// Cluster is an EKS cluster.
type Cluster struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Endpoint is public, with the blocks that reach it, or private.
	Endpoint string `json:"endpoint"`
	// Protected says that Pulumi refuses to delete the cluster.
	Protected bool `json:"protected"`
	// Namespaces are those of models.
	Namespaces []string `json:"namespaces"`
}

// Kinds of Compute.
const (
	KindFargate = "fargate"
	KindNodes   = "nodes"
)

// Compute is a Fargate profile or a node group.
type Compute struct {
	Name string `json:"name"`
	// Kind is fargate or nodes.
	Kind string `json:"kind"`
	// Instances are the instance types of nodes.
	Instances []string `json:"instances"`
	Spot      bool     `json:"spot"`
	GPU       bool     `json:"gpu"`
	// Least and Most are numbers of nodes.
	Least int `json:"least"`
	Most  int `json:"most"`
	// Selectors are the pods that a Fargate profile takes, in words.
	Selectors []string `json:"selectors"`
	// Models is the number of models that may run there.
	Models int `json:"models"`
}

// Addon is a part of the cluster that is no model.
type Addon struct {
	Name string `json:"name"`
	// Kind is EKS or Helm.
	Kind string `json:"kind"`
	// Version is that of the chart, or the one that an EKS add-on is pinned to; empty where EKS recommends one.
	Version string `json:"version"`
	// Namespace of a Helm release.
	Namespace string `json:"namespace"`
}

// Thing is something in the account.
type Thing struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// LoadBalancer is an Application Load Balancer.
type LoadBalancer struct {
	room.Balancer
	// Class is its IngressClass.
	Class string `json:"class"`
	// Listeners are such as HTTPS:443.
	Listeners []string `json:"listeners"`
	// Firewall says that a web ACL is in front of it.
	Firewall bool `json:"firewall"`
}

// Page is a host and the load balancer that it leads to.
type Page struct {
	URL          string `json:"url"`
	LoadBalancer string `json:"loadBalancer"`
}

// Delivery says how a commit comes to the cluster.
type Delivery struct {
	// Objects says who makes the objects of models: pulumi, handover or argocd.
	Objects string `json:"objects"`
	// Repository on GitHub that may deploy; empty where there is none.
	Repository string `json:"repository"`
}

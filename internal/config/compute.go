package config

import (
	"slices"

	"github.com/modelway/modelway/internal/machine"
)

// Quotas of EKS per cluster (https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html). The struct tags of the
// fields they bound repeat them.
const (
	// MaxFargateProfiles is the number of Fargate profiles a cluster may have.
	MaxFargateProfiles = 10
	// MaxSelectors is the number of selectors a Fargate profile may have.
	MaxSelectors = 5
	// MaxSelectorLabels is the number of labels a selector may have.
	MaxSelectorLabels = 5
	// MaxNodeGroups is the number of managed node groups a cluster may have.
	MaxNodeGroups = 30
)

// Compute says what pods run on. At least one Fargate profile or node group is required.
type Compute struct {
	// FargateProfiles are created one after another, in this order, as EKS allows only one to change at a time. At most 10.
	// Default two: "system" for CoreDNS, the load balancer controller, metrics-server and the autoscaler, and "models" for pods of
	// namespaces models* that carry the label modelway.dev/compute=fargate. A list given here replaces both.
	FargateProfiles []FargateProfile `json:"fargateProfiles" jsonschema:"maxItems=10"`

	// NodeGroups are EKS managed node groups. At most 30. Default none.
	NodeGroups []NodeGroup `json:"nodeGroups" jsonschema:"maxItems=30"`

	// ClusterAutoscaler installs the Cluster Autoscaler, which moves the size of every node group between minSize and maxSize.
	// Default true; without a node group whose sizes differ it is left out.
	ClusterAutoscaler bool `json:"clusterAutoscaler"`
}

// resizable reports whether there is a node group to resize.
func (c Compute) resizable() bool {
	return slices.ContainsFunc(c.NodeGroups, func(group NodeGroup) bool { return group.MaxSize > group.MinSize })
}

// FargateProfile says which pods run on Fargate.
type FargateProfile struct {
	// Name of the profile: lower case letters, digits and hyphens, at most 63 characters, not starting with "eks-". Required.
	Name string `json:"name" jsonschema:"required"`

	// Selectors choose pods; one that matches is enough. 1 to 5. Required.
	Selectors []Selector `json:"selectors" jsonschema:"required,minItems=1,maxItems=5"`
}

// Selector chooses pods by namespace and labels.
type Selector struct {
	// Namespace of the pods; * stands for any characters and ? for one. Required.
	Namespace string `json:"namespace" jsonschema:"required,minLength=1"`

	// Labels that a pod must all carry, at most 5, with the same wildcards. Default none, which is every pod of the namespace.
	Labels map[string]string `json:"labels"`
}

// Matches reports whether the selector chooses a pod of the namespace with the labels.
func (s Selector) Matches(namespace string, labels map[string]string) bool {
	return machine.Selects(s.Namespace, s.Labels, namespace, labels)
}

// RunsOnFargate reports whether a profile chooses a pod of the namespace with the labels.
func (c Compute) RunsOnFargate(namespace string, labels map[string]string) bool {
	for _, profile := range c.FargateProfiles {
		for _, selector := range profile.Selectors {
			if selector.Matches(namespace, labels) {
				return true
			}
		}
	}
	return false
}

// HasOpenNodes reports whether some node group starts with a node that any pod may be scheduled on: at least one node and
// no taint that keeps pods away.
func (c Compute) HasOpenNodes() bool {
	for _, group := range c.NodeGroups {
		if group.DesiredSize > 0 && !group.repels() {
			return true
		}
	}
	return false
}

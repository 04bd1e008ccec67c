package doctor

import (
	"strings"

	"github.com/modelway/modelway/internal/labels"
)

// Pod is a pod.
type Pod struct {
	Metadata Meta
	Spec     struct {
		NodeName, SchedulerName string
		ReadinessGates          []struct{ ConditionType string }
		Volumes                 []struct{ Secret struct{ SecretName string } }
	}
	Status struct {
		Phase, PodIP, Reason, Message            string
		Conditions                               []Condition
		ContainerStatuses, InitContainerStatuses []ContainerStatus
	}
}

// ContainerStatus is what Kubernetes says of a container.
type ContainerStatus struct {
	Name, Image, ImageID string
	State                struct {
		Waiting *struct{ Reason, Message string }
	}
}

func (p Pod) object() string { return "Pod " + p.Metadata.Full() }

func (p Pod) going() bool { return p.Metadata.DeletionTimestamp != nil }

func (p Pod) is(condition string) bool {
	c, found := find(p.Status.Conditions, condition)
	return found && c.Status == "True"
}

// wantsFargate reports whether a pod can run on Fargate only: it says so, or nodes of another kind are not there.
func (f Facts) wantsFargate(p Pod) bool {
	if compute := p.Metadata.Labels[labels.Compute]; compute != "" {
		return compute == "fargate"
	}
	for _, n := range f.Nodes {
		if !n.fargate() {
			return false
		}
	}
	return true
}

// Node is a node.
type Node struct {
	Metadata Meta
	Status   struct{ Capacity map[string]string }
}

// fargate nodes have the label that EKS gives them.
func (n Node) fargate() bool { return n.Metadata.Labels["eks.amazonaws.com/compute-type"] == "fargate" }

// describe is the command that shows the events of a pod.
func describe(p Pod) string {
	return "kubectl -n " + p.Metadata.Namespace + " describe pod " + p.Metadata.Name
}

// again is the command that deletes a pod, so that it is replaced.
func again(p Pod) string {
	return "kubectl -n " + p.Metadata.Namespace + " delete pod " + p.Metadata.Name
}

// because puts a reason and a message together.
func because(reason, message string) string {
	return strings.Trim(reason+": "+message, ": ")
}

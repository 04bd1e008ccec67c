package upgrade

import (
	"maps"
	"slices"
)

// Kind is what a step changes.
type Kind string

// Kinds of steps, in the order in which they come within one minor version.
const (
	// Prepare is what has to be so before the first change.
	Prepare Kind = "prepare"
	// Chart is a Helm add-on.
	Chart Kind = "chart"
	// ControlPlane is the Kubernetes API of EKS.
	ControlPlane Kind = "control plane"
	// Addon is an EKS add-on.
	Addon Kind = "add-on"
	// NodeGroup is a managed node group.
	NodeGroup Kind = "node group"
	// FargatePods are the pods on Fargate, whose kubelets are as old as they are.
	FargatePods Kind = "Fargate pods"
	// Object is another object of the program that follows the version.
	Object Kind = "object"
)

// Fargate is the name of the pods on Fargate among nodes.
const Fargate = "fargate"

// Step is one step of a plan.
type Step struct {
	// Number counts from 1.
	Number int `json:"number"`
	// Minor is the Kubernetes version that the step belongs to, and Kind and Name what it changes.
	Minor string `json:"minor"`
	Kind  Kind   `json:"kind"`
	Name  string `json:"name,omitempty"`
	// From and To are versions before and after; "" where there are none.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Setting is what to write into the settings, as lines of YAML; "" for nothing.
	Setting string `json:"setting,omitempty"`
	// Command is what to run; "" where the command of the control plane's step does it.
	Command string `json:"command,omitempty"`
	// Seen is what is seen while it runs and when it is done, and Back how to go back.
	Seen string `json:"seen"`
	Back string `json:"back"`
	// Interrupts says who is interrupted; none where nobody is.
	Interrupts []string `json:"interrupts,omitempty"`
}

// Plan is an upgrade in order.
type Plan struct {
	// Stack is the environment, and Cluster its EKS cluster.
	Stack   string `json:"stack"`
	Cluster string `json:"cluster"`
	// From and To are Kubernetes versions.
	From string `json:"from"`
	To   string `json:"to"`
	// told says who told From; "" for the cluster.
	told string
	// Unread is what may be in the way of the plan and was not looked at, with what tells it.
	Unread []string `json:"unread"`
	// Steps are in the order in which to take them.
	Steps []Step `json:"steps"`
	// Support says until when EKS supports the versions of the plan.
	Support []Support `json:"support"`
	// Notes are what else is to be known.
	Notes []string `json:"notes"`
}

func sorted[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }

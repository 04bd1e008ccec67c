package rules

import (
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/resource"
)

// templates says where each kind of workload has its pod template.
var templates = map[string]path{
	deploymentType:                  {"spec", "template"},
	statefulSetType:                 {"spec", "template"},
	daemonSetType:                   {"spec", "template"},
	"kubernetes:apps/v1:ReplicaSet": {"spec", "template"},
	"kubernetes:batch/v1:Job":       {"spec", "template"},
	"kubernetes:batch/v1:CronJob":   {"spec", "jobTemplate", "spec", "template"},
	"kubernetes:core/v1:Pod":        {},
	kserve.Type:                     {"spec", "predictor"},
}

// Kinds of workloads.
var (
	// workloads are all that have pods.
	workloads = append(imaged[:len(imaged):len(imaged)], kserve.Type)
	// imaged are those that say which images their pods run. What an InferenceService runs is in its runtime, which its chart brings.
	imaged = []string{
		deploymentType, statefulSetType, daemonSetType, "kubernetes:apps/v1:ReplicaSet", "kubernetes:batch/v1:Job", "kubernetes:batch/v1:CronJob",
		"kubernetes:core/v1:Pod",
	}
	// servers are those that answer requests for as long as they run.
	servers = []string{deploymentType, statefulSetType, kserve.Type}
)

// pod is a pod, or the template of one.
type pod struct {
	resource.Resource
	at path
}

func podOf(r resource.Resource) pod { return pod{Resource: r, at: templates[r.Type]} }

// served says that the pod is a predictor of an InferenceService: a pod's spec that has labels, too, and one container, its model.
func (p pod) served() bool { return p.Type == kserve.Type }

// spec is the path of a part of the pod's spec.
func (p pod) spec(steps ...any) path {
	if p.served() {
		return p.at.At(steps...)
	}
	return p.at.At("spec").At(steps...)
}

// labels are the labels of the pod.
func (p pod) labels() resource.Value {
	if p.served() {
		return p.At(p.at.At("labels")...)
	}
	return p.At(p.at.At("metadata", "labels")...)
}

// lists are the lists of containers that the pod has, by their paths.
func (p pod) lists(kinds ...any) []path {
	var all []path
	for _, kind := range kinds {
		if v := p.At(p.spec(kind)...); v.Given() {
			all = append(all, p.spec(kind))
		}
	}
	return all
}

// containers visits every container, init containers too. A list that is unknown is noted.
func (c *Case) containers(r resource.Resource, visit func(at path)) {
	c.containersOf(r, visit, "initContainers", "containers")
}

// running visits the containers that run for as long as the pod.
func (c *Case) running(r resource.Resource, visit func(at path)) {
	c.containersOf(r, visit, "containers")
}

func (c *Case) containersOf(r resource.Resource, visit func(at path), kinds ...any) {
	p := podOf(r)
	if c.look(r, p.spec()).Unknown() {
		return
	}
	if at := p.spec("model"); p.served() && !c.look(r, at).Unknown() {
		visit(at)
	}
	for _, list := range p.lists(kinds...) {
		for i := range c.look(r, list).List() {
			if at := list.At(i); !c.look(r, at).Unknown() {
				visit(at)
			}
		}
	}
}

// wantsInRunning judges one property of every container that runs for as long as the pod.
func wantsInRunning(allowed string, good func(resource.Value) bool, steps ...any) func(*Case, resource.Resource) {
	return func(c *Case, r resource.Resource) {
		c.running(r, func(at path) { c.wants(r, at.At(steps...), allowed, good) })
	}
}

// wantsInContainers judges one property of every container.
func wantsInContainers(allowed string, good func(resource.Value) bool, steps ...any) func(*Case, resource.Resource) {
	return func(c *Case, r resource.Resource) {
		c.containers(r, func(at path) { c.wants(r, at.At(steps...), allowed, good) })
	}
}

package rules

import (
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
}

// Kinds of workloads.
var (
	// workloads are all that have pods.
	workloads = []string{
		deploymentType, statefulSetType, daemonSetType, "kubernetes:apps/v1:ReplicaSet", "kubernetes:batch/v1:Job", "kubernetes:batch/v1:CronJob", "kubernetes:core/v1:Pod",
	}
	// servers are those that answer requests for as long as they run.
	servers = []string{deploymentType, statefulSetType}
)

// pod is a pod, or the template of one.
type pod struct {
	resource.Resource
	at path
}

func podOf(r resource.Resource) pod { return pod{Resource: r, at: templates[r.Type]} }

// spec is the path of a part of the pod's spec.
func (p pod) spec(steps ...any) path { return p.at.At("spec").At(steps...) }

// labels are the labels of the pod.
func (p pod) labels() resource.Value { return p.At(p.at.At("metadata", "labels")...) }

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
	if v := r.At(p.spec()...); v.Unknown() {
		c.unknown(r, p.spec())
		return
	}
	for _, list := range p.lists(kinds...) {
		if r.At(list...).Unknown() {
			c.unknown(r, list)
			continue
		}
		for i := range r.At(list...).List() {
			if at := list.At(i); r.At(at...).Unknown() {
				c.unknown(r, at)
			} else {
				visit(at)
			}
		}
	}
}

// wantsInContainers judges one property of every container.
func wantsInContainers(allowed string, good func(resource.Value) bool, steps ...any) func(*Case, resource.Resource) {
	return func(c *Case, r resource.Resource) {
		c.containers(r, func(at path) { c.wants(r, at.At(steps...), allowed, good) })
	}
}

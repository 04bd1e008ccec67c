package rules

import (
	"strings"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/resource"
)

// flag is a boolean of a pod that asks for something.
func (p pod) flag(at path) demand {
	v := p.At(at...)
	return demand{any3(perhaps(v.Unknown()), whether(v.Bool())), at, v}
}

// waits are demands that cannot be told, since a list that they would be in is unknown, or one of its elements.
func (p pod) waits(lists ...path) (all []demand) {
	for _, at := range lists {
		list := p.At(at...)
		if list.Unknown() {
			all = append(all, demand{maybe, at, list})
		}
		for i, item := range list.List() {
			if item.Unknown() {
				all = append(all, demand{maybe, at.At(i), item})
			}
		}
	}
	return all
}

// each visits the containers that are known.
func (p pod) each(visit func(at path, container resource.Value)) {
	if at := p.spec("model"); p.served() {
		visit(at, p.At(at...))
	}
	for _, list := range p.lists("initContainers", "containers") {
		for i, container := range p.At(list...).List() {
			visit(list.At(i), container)
		}
	}
}

// request is what a pod asks for of a resource, and whether that is known.
func (p pod) request(key string, parse func(string) (int64, error)) (amount int64, known bool) {
	spec := p.At(p.spec()...)
	if p.served() {
		spec = kserve.PodSpec(resource.Of(p.Properties))
	}
	return resource.PodRequest(spec, key, parse)
}

// onEBS says whether a claim is for an EBS volume: by the provisioner of its storage class, or by the name of a class of EKS.
func (s Stack) onEBS(claim resource.Value, at path) demand {
	class := claim.At("spec", "storageClassName")
	answer := any3(perhaps(class.Unknown()), whether(class.Text() == "gp2" || class.Text() == "gp3"))
	for _, r := range s.OfType("kubernetes:storage.k8s.io/v1:StorageClass") {
		provisioner := r.At("provisioner")
		ebs := any3(perhaps(provisioner.Unknown()), whether(strings.HasSuffix(provisioner.Text(), "ebs.csi.aws.com") ||
			strings.HasSuffix(provisioner.Text(), "aws-ebs")))
		answer = any3(answer, all3(ebs, equal(class, r.At("metadata", "name"))))
	}
	return demand{answer, at, class}
}

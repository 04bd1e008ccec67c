package rules

import (
	"strings"

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
	for _, list := range p.lists("initContainers", "containers") {
		for i, container := range p.At(list...).List() {
			visit(list.At(i), container)
		}
	}
}

// request is what a pod asks for of a resource, and whether that is known: what its containers ask for together, or the init container that asks
// for most (https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers).
func (p pod) request(key string, parse func(string) (int64, error)) (amount int64, known bool) {
	containers, before := p.At(p.spec("containers")...), p.At(p.spec("initContainers")...)
	known = !containers.Unknown() && !before.Unknown()
	ask := func(container resource.Value) int64 {
		v := container.At("resources", "requests", key)
		if !v.Given() {
			v = container.At("resources", "limits", key) // which Kubernetes takes for the request
		}
		known = known && !v.Unknown()
		asked, err := parse(v.Text())
		if err != nil {
			return 0
		}
		return asked
	}
	for _, container := range containers.List() {
		amount += ask(container)
	}
	for _, container := range before.List() {
		amount = max(amount, ask(container))
	}
	return amount, known
}

// onEBS says whether a claim is for an EBS volume: by the provisioner of its storage class, or by the name of a class of EKS.
func (s Stack) onEBS(claim resource.Value, at path) demand {
	class := claim.At("spec", "storageClassName")
	answer := any3(perhaps(class.Unknown()), whether(class.Text() == "gp2" || class.Text() == "gp3"))
	for _, r := range s.OfType("kubernetes:storage.k8s.io/v1:StorageClass") {
		provisioner := r.At("provisioner")
		ebs := any3(perhaps(provisioner.Unknown()), whether(strings.HasSuffix(provisioner.Text(), "ebs.csi.aws.com") || strings.HasSuffix(provisioner.Text(), "aws-ebs")))
		answer = any3(answer, all3(ebs, equal(class, r.At("metadata", "name"))))
	}
	return demand{answer, at, class}
}

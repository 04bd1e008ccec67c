package rules

import (
	"strings"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/resource"
)

// flag is a boolean of a pod that asks for something.
func (p pod) flag(at path) demand {
	v := p.At(at...)
	return demand{any3(perhaps(v.Unknown()), whether(v.Bool())), at, v}
}

// each visits the containers that are known.
func (p pod) each(visit func(at path, container resource.Value)) {
	for _, list := range p.lists("initContainers", "containers") {
		for i, container := range p.At(list...).List() {
			visit(list.to(i), container)
		}
	}
}

// requests are the thousandths of a vCPU and the bytes of memory that the containers ask for together, and whether all are known.
func (p pod) requests() (cpu, memory int64, known bool) {
	known = !p.At(p.spec("containers")...).Unknown()
	for _, container := range p.At(p.spec("containers")...).List() {
		resources := container.At("resources")
		ask := func(key string) string {
			v := resources.At("requests", key)
			if !v.Given() {
				v = resources.At("limits", key) // which Kubernetes takes for the request
			}
			known = known && !v.Unknown()
			return v.Text()
		}
		if millis, err := modelspec.ParseCPU(ask("cpu")); err == nil {
			cpu += millis
		}
		if bytes, err := modelspec.ParseMemory(ask("memory")); err == nil {
			memory += bytes
		}
	}
	return cpu, memory, known
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

package serving

import (
	"fmt"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/modelspec"
)

// TargetGroup is one of the target groups that the load balancer controller makes for a model.
type TargetGroup struct {
	// Resource is the value of the controller's tag ingress.k8s.aws/resource, by which it is known
	// (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_build_target_group.go).
	Resource string
	// Version that it leads to.
	Version Version
}

// TargetGroups are those of a model in a namespace: one for each version and host, none where the model is behind no load balancer.
func TargetGroups(m modelspec.Model, namespace string) []TargetGroup {
	var all []TargetGroup
	for _, entrance := range m.Entrances("") {
		for _, v := range Versions(m) {
			resource := fmt.Sprintf("%s/%s-%s:%d", namespace, ingressName(m, entrance), v.ServiceName(), ServicePort)
			all = append(all, TargetGroup{Resource: resource, Version: v})
		}
	}
	return all
}

// Canary tells whether it is the canary.
func (v Version) Canary() bool { return v.component == labels.Canary }

package rules

import (
	"slices"

	"github.com/modelway/modelway/internal/resource"
)

// Stack is the resources of a stack, and what each depends on.
type Stack struct {
	resource.Set
	// DependsOn are the URNs that a resource depends on, by its URN. They tell what an unknown value refers to.
	DependsOn map[string][]string

	byType map[string][]resource.Resource
}

// NewStack takes the resources, and the URNs that each depends on.
func NewStack(set resource.Set, dependsOn map[string][]string) Stack {
	s := Stack{Set: set, DependsOn: dependsOn, byType: map[string][]resource.Resource{}}
	for _, r := range set.All() {
		s.byType[r.Type] = append(s.byType[r.Type], r)
	}
	return s
}

// OfType are the resources of the types, those of one type by their URN.
func (s Stack) OfType(types ...string) []resource.Resource {
	if len(types) == 1 {
		return s.byType[types[0]]
	}
	var found []resource.Resource
	for _, typ := range types {
		found = append(found, s.byType[typ]...)
	}
	return found
}

// Types that rules look up.
const (
	namespaceType   = "kubernetes:core/v1:Namespace"
	deploymentType  = "kubernetes:apps/v1:Deployment"
	statefulSetType = "kubernetes:apps/v1:StatefulSet"
	daemonSetType   = "kubernetes:apps/v1:DaemonSet"
	ingressType     = "kubernetes:networking.k8s.io/v1:Ingress"
	classParamsType = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"
	clusterType     = "aws:eks/cluster:Cluster"
	profileType     = "aws:eks/fargateProfile:FargateProfile"
	vpcType         = "aws:ec2/vpc:Vpc"
	subnetType      = "aws:ec2/subnet:Subnet"
	natType         = "aws:ec2/natGateway:NatGateway"
	addressType     = "aws:ec2/eip:Eip"
	templateType    = "aws:ec2/launchTemplate:LaunchTemplate"
)

// refers says whether a value of one resource refers to another one, which it names by one of the other's properties. Where the value is
// not known, or the other's id is not, what the resource depends on tells.
func (s Stack) refers(from resource.Resource, value resource.Value, to resource.Resource, keys ...string) truth {
	known := false
	for _, key := range keys {
		if other := to.At(key); other.Text() != "" {
			known = true
			if other.Text() == value.Text() {
				return yes
			}
		}
	}
	candidates := 0
	for _, urn := range s.DependsOn[from.URN] {
		if r, found := s.ByURN(urn); found && r.Type == to.Type {
			candidates++
		}
	}
	switch depends := slices.Contains(s.DependsOn[from.URN], to.URN); {
	case depends && candidates == 1:
		return yes
	case depends:
		return maybe
	case candidates > 0, known && !value.Unknown():
		return no
	}
	return maybe
}

// referred says whether any resource of the types refers to the other one by a property.
func (s Stack) referred(to resource.Resource, property string, keys []string, types ...string) truth {
	answer := no
	for _, from := range s.OfType(types...) {
		answer = any3(answer, s.refers(from, from.At(property), to, keys...))
	}
	return answer
}

// namespace is the namespace of an object. One that is unknown is that of the only namespace that the object depends on.
func (s Stack) namespace(r resource.Resource) resource.Value {
	given := r.At("metadata", "namespace")
	if !given.Given() {
		return resource.Of("default")
	}
	if !given.Unknown() {
		return given
	}
	var names []resource.Value
	for _, urn := range s.DependsOn[r.URN] {
		if namespace, found := s.ByURN(urn); found && namespace.Type == namespaceType {
			names = append(names, namespace.At("metadata", "name"))
		}
	}
	if len(names) == 1 && names[0].Given() {
		return names[0]
	}
	return given
}

// together says whether two objects are in one namespace. Those of one component that both wait for theirs wait for the same one.
func (s Stack) together(a, b resource.Resource) truth {
	if a.At("metadata", "namespace").Unknown() && b.At("metadata", "namespace").Unknown() && a.Parent != "" && a.Parent == b.Parent {
		return yes
	}
	return equal(s.namespace(a), s.namespace(b))
}

// zones are the known availability zones of subnets, and whether there are further ones that are not known.
func (s Stack) zones() (known []string, more bool) {
	for _, subnet := range s.OfType(subnetType) {
		switch zone := subnet.At("availabilityZone"); {
		case zone.Unknown():
			more = true
		case zone.Text() != "" && !slices.Contains(known, zone.Text()):
			known = append(known, zone.Text())
		}
	}
	return known, more
}

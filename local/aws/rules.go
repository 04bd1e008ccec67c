package aws

import (
	"fmt"
	"slices"
	"strings"
)

// references refuses what refers to something that does not exist or cannot be used, or to things in different VPCs.
func (s *State) references(k *Kind, r *Resource) error {
	network := ""
	for _, ref := range k.Refs {
		for _, value := range r.Strings(ref.Path) {
			target := s.Get(ref.To, value)
			switch {
			case ref.To == Policy && managedPolicy(value):
				continue
			case target == nil || target.Status == Deleting:
				return kinds[ref.To].missing(value)
			case k.Service == eks && target.Status != Active:
				return refuse("InvalidRequestException", "%s '%s' is not in ACTIVE status: it is %s", kinds[ref.To].Noun(), target.ID, target.Status)
			case ref.Assume != "" && !trusts(target, s.principal(ref.Assume), "sts:AssumeRole"):
				return refuse(k.Service.Invalid, "%s %s cannot be assumed: it must trust the service principal %s", ref.Path, value,
					s.principal(ref.Assume))
			}
			theirs := s.network(target)
			if network != "" && theirs != "" && theirs != network {
				return refuse("InvalidParameterValue", "%s %s is in %s, not in the same VPC, %s: they belong to different networks", ref.Path, value,
					theirs, network)
			}
			if theirs != "" {
				network = theirs
			}
		}
	}
	return nil
}

// principal is what a service is called in the region: EC2 has a name of its own in China
// (https://github.com/awslabs/cdk-eks-blueprints/issues/558).
func (s *State) principal(service string) string {
	if service == "ec2.amazonaws.com" && strings.HasPrefix(s.region, "cn-") {
		return service + ".cn"
	}
	return service
}

// network returns the VPC that a resource is in, directly or by what it refers to, or "".
func (s *State) network(r *Resource) string {
	if r.Type == Vpc {
		return r.ID
	}
	for _, ref := range kinds[r.Type].Refs {
		for _, value := range r.Strings(ref.Path) {
			if target := s.Get(ref.To, value); target != nil && target != r {
				if vpc := s.network(target); vpc != "" {
					return vpc
				}
			}
		}
	}
	return ""
}

// duplicate refuses a resource that shares its unique properties with another one.
func (s *State) duplicate(k *Kind, r *Resource) error {
	if len(k.Unique) == 0 || !r.has(k.Unique[0]) {
		return nil
	}
	for _, o := range s.List(r.Type) {
		differs := func(path string) bool { return !sameJSON(o.All(path), r.All(path)) }
		if o != r && !slices.ContainsFunc(k.Unique, differs) {
			return refuse(k.Taken, "%s already exists: %s has the same %s", k.Noun(), o.ID, strings.Join(k.Unique, ", "))
		}
	}
	return nil
}

// pointers returns the resources that refer to r in one way of holding it, by what they hold it with.
func (s *State) pointers(r *Resource, hold Hold) (all []*Resource) {
	for _, typ := range Types() {
		for _, ref := range kinds[typ].Refs {
			if ref.To != r.Type || ref.Hold != hold {
				continue
			}
			for _, o := range s.List(typ) {
				refers := func(v string) bool { return v == r.ID || v == r.String("arn") }
				if o != r && slices.ContainsFunc(o.Strings(ref.Path), refers) {
					all = append(all, o)
				}
			}
		}
	}
	return all
}

// holders names what keeps a resource from being deleted.
func (s *State) holders(r *Resource) (all []string) {
	for _, o := range s.pointers(r, Block) {
		if o.Owner != r.owner() {
			all = append(all, kinds[o.Type].Noun()+" "+o.ID)
		}
	}
	for _, id := range sortedKeys(s.Interfaces) {
		if i := s.Interfaces[id]; i.SubnetID == r.ID || slices.Contains(i.SecurityGroupIDs, r.ID) {
			all = append(all, fmt.Sprintf("network interface %s (%s)", id, i.Description))
		}
	}
	return all
}

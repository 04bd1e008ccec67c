package aws

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/residue"
)

// Types of Cloud Control that the account has no resources of its own for.
const (
	loadBalancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer"
	interfaceType    = "AWS::EC2::NetworkInterface"
)

// ruleTypes are the types of rules of security groups.
var ruleTypes = map[string]string{residue.Ingress: "ingress", residue.Egress: "egress"}

// notSupported refuses a type that Cloud Control does not have, or this account does not.
func notSupported(typ string) error {
	return refuse("UnsupportedActionException", "Resource type %s does not support this action in the local stack", typ)
}

// Controlled lists the identifiers that Cloud Control has for the resources of a type, such as AWS::EC2::VPC, in order.
func (s *State) Controlled(typ string) (ids []string, err error) {
	switch typ {
	case loadBalancerType:
		return sortedKeys(s.LoadBalancers), nil
	case interfaceType:
		return sortedKeys(s.Interfaces), nil
	case residue.Attachment:
		for _, r := range s.List(InternetGateway) {
			if vpc := r.String("vpcId"); vpc != "" {
				ids = append(ids, "IGW|"+vpc)
			}
		}
		return ids, nil
	case residue.Ingress, residue.Egress:
		for _, r := range s.List(SecurityGroupRule) {
			if ruleTypes[typ] == r.String("type") {
				ids = append(ids, r.ID)
			}
		}
		return ids, nil
	case residue.Alias:
		for _, r := range s.List(Alias) {
			ids = append(ids, r.ID)
		}
		return ids, nil
	}
	kind, known := residue.KindOf(typ)
	if !known || kinds[kind.Token] == nil {
		return nil, notSupported(typ)
	}
	for _, r := range s.List(kind.Token) {
		ids = append(ids, s.controlID(kind, r))
	}
	return ids, nil
}

// controlID is the identifier that Cloud Control has for a resource.
func (s *State) controlID(kind residue.Kind, r *Resource) string {
	switch {
	case kind.Type == residue.Address:
		return r.String("publicIp") + "|" + r.ID
	case kind.Join != "":
		return strings.Replace(r.ID, ":", kind.Join, 1)
	case kind.Type == "AWS::EKS::AccessEntry":
		return r.String("principalArn") + "|" + r.String("clusterName")
	case kind.Type == "AWS::RDS::DBInstance":
		return r.String("identifier")
	case kind.Whole:
		return s.arnOf(r)
	}
	return r.ID
}

// controlled finds a resource by type and identifier; nil where there is none.
func (s *State) controlled(typ, id string) *Resource {
	kind, known := residue.KindOf(typ)
	switch typ {
	case residue.Alias:
		return s.Get(Alias, id)
	case residue.Ingress, residue.Egress:
		return s.Get(SecurityGroupRule, id)
	}
	if !known || kinds[kind.Token] == nil {
		return nil
	}
	for _, r := range s.List(kind.Token) {
		if s.controlID(kind, r) == id {
			return r
		}
	}
	return nil
}

// ControlledTags are the tags of a resource, and whether there is one.
func (s *State) ControlledTags(typ, id string) (tags map[string]string, exists bool) {
	if r := s.controlled(typ, id); r != nil {
		return r.tags(), true
	}
	ids, err := s.Controlled(typ)
	return nil, err == nil && slices.Contains(ids, id)
}

// GroupOf is the security group of a rule; "" for what is none.
func (s *State) GroupOf(typ, id string) string {
	if r := s.controlled(typ, id); r != nil && ruleTypes[typ] != "" {
		return r.String("securityGroupId")
	}
	return ""
}

// DeleteControlled deletes a resource as Cloud Control does: with what is part of it alone, such as the policies of a role. One that is not
// there is refused.
func (s *State) DeleteControlled(typ, id string) error {
	ids, err := s.Controlled(typ)
	if err != nil {
		return err
	}
	if !slices.Contains(ids, id) {
		return refuse("ResourceNotFoundException", "Resource of type '%s' with identifier '%s' was not found", typ, id)
	}
	switch typ {
	case loadBalancerType:
		return s.DeleteLoadBalancer(id)
	case interfaceType:
		if i := s.Interfaces[id]; s.managed(i) {
			return refuse("InvalidParameterValue", "Network interface '%s' is currently in use by %s", id, i.Owner)
		}
		s.DetachInterface(id)
		return nil
	case residue.Attachment:
		return s.detachGateway(strings.TrimPrefix(id, "IGW|"))
	}
	r := s.controlled(typ, id)
	switch {
	case r.Type == InternetGateway && r.String("vpcId") != "":
		return refuse("DependencyViolation", "The internetGateway '%s' has dependencies and cannot be deleted: it is attached to %s", r.ID,
			r.String("vpcId"))
	case r.Type == SecurityGroup && strings.HasPrefix(r.Owner, Vpc+" "):
		return refuse("CannotDelete", "the specified group: \"%s\" name: \"default\" cannot be deleted by a user", r.ID)
	case r.Type == Role:
		for _, part := range s.pointers(r, Block) {
			if part.Type == RolePolicy || part.Type == RolePolicyAttachment {
				s.remove(part)
			}
		}
	}
	return s.Delete(r.Type, r.ID)
}

// detachGateway takes the internet gateway off a network.
func (s *State) detachGateway(vpc string) error {
	for _, r := range s.Where(InternetGateway, "vpcId", vpc) {
		if err := deleteInternetGateway(s, r); err != nil {
			return err
		}
		delete(r.Inputs, "vpcId")
	}
	return nil
}

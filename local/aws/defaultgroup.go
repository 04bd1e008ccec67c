package aws

// defaultGroupRules are what AWS gives the default security group of a new VPC: members reach each other, and everything
// (https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html).
func defaultGroupRules(vpc string) Properties {
	return Properties{
		"vpcId": vpc, "name": "default", "description": "default VPC security group",
		"ingress": []any{map[string]any{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": true}},
		"egress":  []any{map[string]any{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": []any{"0.0.0.0/0"}}},
	}
}

// applyDefaultGroup takes over the group that came with the VPC, as the provider does: its rules and tags become those of the inputs. To
// delete the resource changes nothing in the group, which goes with its VPC.
func applyDefaultGroup(s *State, r, _ *Resource) error {
	group := s.Get(SecurityGroup, s.Get(Vpc, r.String("vpcId")).String("defaultSecurityGroupId"))
	if group == nil {
		return refuse("InvalidGroup.NotFound", "The VPC '%s' has no default security group", r.String("vpcId"))
	}
	for _, input := range []string{"ingress", "egress", "tags"} {
		if r.Inputs.Has(input) {
			group.Inputs[input] = r.Inputs[input]
		} else {
			delete(group.Inputs, input)
		}
	}
	r.ID = group.ID
	r.Computed = merge(r.Computed, Properties{"arn": group.String("arn"), "name": "default", "description": group.String("description"),
		"ownerId": AccountID})
	return nil
}

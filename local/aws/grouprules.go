package aws

import (
	"slices"
)

// checkRules counts the rules of a security group in one direction: each source of a rule counts
// (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups).
func (s *State) checkRules(r *Resource, limit int) error {
	id := r.ID
	if r.Type == SecurityGroupRule {
		id = r.String("securityGroupId")
	} else if r.Type != SecurityGroup {
		return nil
	}
	for _, direction := range []string{"ingress", "egress"} {
		count := 0
		group := s.Get(SecurityGroup, id)
		if r.Type == SecurityGroup {
			group = r
		}
		for _, rule := range group.Objects(direction) {
			count += sources(rule)
		}
		rules := s.Where(SecurityGroupRule, "securityGroupId", id)
		if r.Type == SecurityGroupRule && !slices.Contains(rules, r) {
			rules = append(rules, r)
		}
		for _, rule := range rules {
			if rule.String("type") == direction {
				count += sources(rule.Inputs)
			}
		}
		if count > limit {
			return refuse("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached: "+
				"%s would have %d %s rules, the quota is %d", id, count, direction, limit)
		}
	}
	return nil
}

// sources is how many rules AWS counts for one: one for each block, prefix list or group.
func sources(rule Properties) int {
	n := 0
	for _, path := range []string{"cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups", "sourceSecurityGroupId"} {
		n += len(rule.All(path))
	}
	if rule.Bool("self") {
		n++
	}
	return n
}

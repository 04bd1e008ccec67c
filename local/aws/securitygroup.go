package aws

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

func init() {
	var authorize = [3]string{"AuthorizeSecurityGroupRule", "UpdateSecurityGroupRuleDescriptions", "RevokeSecurityGroupRule"}
	register(
		Kind{Type: SecurityGroup, Service: "ec2", ID: "sg-{hex17}", Arn: "arn:aws:ec2:{region}:{account}:security-group/{id}", Name: "name",
			Computed: map[string]string{"ownerId": "{account}"},
			Unique:   []string{"vpcId", "name"}, Duplicate: Refusal{"InvalidGroup.Duplicate", "The security group '{name}' already exists for VPC '{vpcId}'"},
			NotFound: Refusal{"InvalidGroup.NotFound", "The security group '{value}' does not exist"},
			InUse:    Refusal{"DependencyViolation", "resource {id} has a dependent object."},
			Refs: []Ref{{"vpcId", Vpc, Block}, {"ingress.securityGroups", SecurityGroup, Block},
				{"egress.securityGroups", SecurityGroup, Block}},
			Check: func(in Properties) []error {
				if strings.HasPrefix(in.String("name"), "sg-") {
					return []error{fmt.Errorf("name is %q: a group name cannot begin with sg-", in.String("name"))}
				}
				return nil
			},
			Create: func(_ *State, r *Resource) error {
				if r.String("vpcId") == "" {
					return refuse("VPCIdNotSpecified", "No default VPC for this user: set vpcId")
				}
				return nil
			}},
		Kind{Type: SecurityGroupRule, Service: "ec2", Calls: authorize, ID: "sgrule-{hex10}",
			Computed: map[string]string{"securityGroupRuleId": "sgr-{hex17}"},
			Allowed:  map[string][]string{"type": {"ingress", "egress"}},
			NotFound: Refusal{"InvalidPermission.NotFound", "The specified rule does not exist in this security group."},
			Refs:     []Ref{{"securityGroupId", SecurityGroup, Follow}, {"sourceSecurityGroupId", SecurityGroup, Block}},
			Check:    checkRule, Create: createRule},
	)
}

// peers returns what a rule lets in or out, one string for each source.
func peers(in interface {
	Strings(string) []string
	Bool(string) bool
}) []string {
	var all []string
	for _, path := range []string{"cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "sourceSecurityGroupId"} {
		all = append(all, in.Strings(path)...)
	}
	if in.Bool("self") {
		all = append(all, "self")
	}
	return all
}

func checkRule(in Properties) (faults []error) {
	if from, to := in.Int("fromPort"), in.Int("toPort"); from > to && in.String("protocol") != "icmp" {
		faults = append(faults, fmt.Errorf("fromPort is %d and toPort is %d: fromPort must not be above toPort", from, to))
	}
	if p := in.String("protocol"); p == "-1" && in.Int("fromPort")+in.Int("toPort") != 0 {
		faults = append(faults, errors.New("fromPort and toPort must be 0 when protocol is -1 (all)"))
	}
	if in.Has("sourceSecurityGroupId") && (in.Bool("self") || in.Has("cidrBlocks")) {
		faults = append(faults, errors.New("sourceSecurityGroupId conflicts with self and cidrBlocks: use one rule for each"))
	}
	return faults
}

func createRule(s *State, r *Resource) error {
	mine := peers(r)
	if len(mine) == 0 {
		return refuse("InvalidParameterValue", "one of cidrBlocks, ipv6CidrBlocks, self, sourceSecurityGroupId, prefixListIds must be set to create a security group rule")
	}
	ports := func(r *Resource) string {
		return fmt.Sprint(r.String("type"), " ", r.String("protocol"), " ", r.Int("fromPort"), "-", r.Int("toPort"))
	}
	for _, o := range s.Where(SecurityGroupRule, "securityGroupId", r.String("securityGroupId")) {
		for _, peer := range peers(o) {
			if ports(o) == ports(r) && slices.Contains(mine, peer) {
				return refuse("InvalidPermission.Duplicate", "the specified rule \"peer: %s, %s, ALLOW\" already exists", peer, ports(r))
			}
		}
	}
	return nil
}

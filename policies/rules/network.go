package rules

import (
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
)

const (
	groupType        = "aws:ec2/securityGroup:SecurityGroup"
	defaultGroupType = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	groupRuleType    = "aws:ec2/securityGroupRule:SecurityGroupRule"
	groupIngressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
)

var networkRules = []Rule{
	{
		ID: "security-group-open", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Security groups are open to the world for HTTP and HTTPS only",
		Why:    "Everything else that listens would be found and tried by whoever scans the internet.",
		Fix:    "name the blocks or security groups that need the port",
		Source: "https://docs.aws.amazon.com/config/latest/developerguide/vpc-sg-open-only-to-authorized-ports.html",
		Types:  []string{groupType, defaultGroupType, groupRuleType, groupIngressType},
		Each: func(c *Case, r resource.Resource) {
			switch r.Type {
			case groupRuleType:
				if kind := r.At("type"); kind.Unknown() || kind.Text() == "ingress" {
					c.opening(r, path{}, "protocol", "cidrBlocks", "ipv6CidrBlocks")
				}
			case groupIngressType:
				c.opening(r, path{}, "ipProtocol", "cidrIpv4", "cidrIpv6")
			default:
				at := path{"ingress"}
				for i := range c.look(r, at).List() {
					c.opening(r, at.At(i), "protocol", "cidrBlocks", "ipv6CidrBlocks")
				}
			}
		},
	},
	{
		ID: "security-group-default", Topic: Security, Level: config.PolicyMandatory,
		Title:  "The default security group of a VPC has no rules",
		Why:    "What is started without a security group gets this one, and its members reach each other and everything.",
		Fix:    "register an aws.ec2.DefaultSecurityGroup for the VPC, without ingress and egress",
		Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
		Types:  []string{defaultGroupType},
		Each: func(c *Case, r resource.Resource) {
			for _, key := range []string{"ingress", "egress"} {
				if v := r.At(key); v.Unknown() || len(v.List()) > 0 {
					c.decides(perhaps(v.Unknown()), r, path{key}, v, "none")
				}
			}
		},
		Whole: func(c *Case, s Stack) {
			for _, vpc := range s.OfType(vpcType) {
				c.decides(s.referred(vpc, "vpcId", []string{"id"}, defaultGroupType), vpc, path{"cidrBlock"}, vpc.At("cidrBlock"),
					"a VPC that a DefaultSecurityGroup names")
			}
		},
	},
	{
		ID: "subnet-zones", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "Subnets are in two availability zones or more",
		Why:    "EKS and load balancers refuse a single zone, and the loss of it would be the loss of everything.",
		Fix:    "set modelway:network.availabilityZones to 2 or more",
		Source: "https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
		Whole: func(c *Case, s Stack) {
			subnets := s.OfType(subnetType)
			if known, more := s.zones(); len(subnets) > 0 && len(known) < 2 {
				c.decides(perhaps(more), subnets[0], path{"availabilityZone"}, known, "two zones or more over all subnets")
			}
		},
	},
	{
		ID: "nat-single", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "A production environment has a NAT gateway in each zone",
		Why:    "A NAT gateway lives in one zone; without it, pods in all other zones reach neither registries nor AWS.",
		Fix:    "set modelway:network.natGateways to perZone",
		Source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
		Whole: func(c *Case, s Stack) {
			gateways := s.OfType(natType)
			known, more := s.zones()
			if !c.Policies.Production || len(gateways) != 1 || len(known) < 2 && !more || gateways[0].At("availabilityMode").Text() == "regional" {
				return
			}
			if len(known) < 2 || gateways[0].At("availabilityMode").Unknown() {
				c.unknown(gateways[0], path{"availabilityMode"})
				return
			}
			c.breaks(gateways[0], path{"subnetId"}, fmt.Sprintf("one NAT gateway for %d zones", len(known)), "one in each zone, or a regional one")
		},
	},
	{
		ID: "nat-per-zone", Topic: Cost, Level: config.PolicyAdvisory,
		Title:  "An environment that is not production shares one NAT gateway",
		Why:    "Each NAT gateway is billed by the hour, used or not.",
		Fix:    "set modelway:network.natGateways to single, or modelway:policies.production to true",
		Source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-pricing.html",
		Whole: func(c *Case, s Stack) {
			if gateways := s.OfType(natType); !c.Policies.Production && len(gateways) > 1 {
				c.breaks(gateways[1], path{"subnetId"}, fmt.Sprintf("%d NAT gateways", len(gateways)), "one outside of production")
			}
		},
	},
}

// opening judges a way into a security group, by the keys of its protocol and of its blocks.
func (c *Case) opening(r resource.Resource, at path, protocol string, blocks ...string) {
	answer := no
	for _, key := range blocks {
		v := r.At(at.At(key)...)
		if v.HasUnknown() {
			answer = any3(answer, maybe)
		}
		answer = any3(answer, whether(slices.Contains(world, v.Text()) || slices.ContainsFunc(v.Texts(),
			func(block string) bool { return slices.Contains(world, block) })))
	}
	from, to, how := r.At(at.At("fromPort")...), r.At(at.At("toPort")...), r.At(at.At(protocol)...)
	if from.Unknown() || to.Unknown() || how.Unknown() {
		answer = all3(answer, maybe)
	} else if how.Text() == "tcp" && from.Number() == to.Number() && (from.Number() == 80 || from.Number() == 443) {
		return
	}
	switch property := at.At(blocks[0]); answer {
	case yes:
		c.breaks(r, property, fmt.Sprintf("%s, %s %s to %s", show(r.At(property...)), how.Text(), show(from), show(to)),
			"the world for tcp 80 and 443 only")
	case maybe:
		c.unknown(r, property)
	}
}

package identity

import "github.com/modelway/modelway/internal/iamdoc"

// LoadBalancerControllerVersion is the release of the AWS Load Balancer Controller that LoadBalancerControllerPolicy is
// for. The chart that is installed must carry the same release.
const LoadBalancerControllerVersion = "v3.5.0"

// clusterTag is the tag by which the controller knows its own load balancers, target groups and security groups.
const clusterTag = "elbv2.k8s.aws/cluster"

// LoadBalancerControllerPolicy is the policy that the AWS Load Balancer Controller needs, for the partition aws, aws-cn
// or aws-us-gov. It grants what docs/install/iam_policy.json of the release grants
// (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/docs/install/iam_policy.json).
func LoadBalancerControllerPolicy(partition string) Document {
	statements := describeStatements()
	statements = append(statements, securityGroupStatements(partition)...)
	statements = append(statements, loadBalancerStatements(partition)...)
	return Document{Statements: statements}
}

// describeStatements let the controller read its surroundings and use what others own: certificates, web ACLs.
func describeStatements() []iamdoc.Statement {
	return []iamdoc.Statement{
		allow(service("iam", "CreateServiceLinkedRole"), anything, iamdoc.Conditions{
			"StringEquals": {"iam:AWSServiceName": {"elasticloadbalancing.amazonaws.com"}},
		}),
		allow(join(
			service("ec2",
				"DescribeAccountAttributes", "DescribeAddresses", "DescribeAvailabilityZones", "DescribeInternetGateways",
				"DescribeVpcs", "DescribeVpcPeeringConnections", "DescribeSubnets", "DescribeSecurityGroups", "DescribeInstances",
				"DescribeNetworkInterfaces", "DescribeTags", "GetCoipPoolUsage", "DescribeCoipPools", "GetSecurityGroupsForVpc",
				"DescribeIpamPools", "DescribeRouteTables"),
			service("elasticloadbalancing",
				"DescribeLoadBalancers", "DescribeLoadBalancerAttributes", "DescribeListeners", "DescribeListenerCertificates",
				"DescribeSSLPolicies", "DescribeRules", "DescribeTargetGroups", "DescribeTargetGroupAttributes",
				"DescribeTargetHealth", "DescribeTags", "DescribeTrustStores", "DescribeListenerAttributes",
				"DescribeCapacityReservation"),
		), anything, nil),
		allow(join(
			service("cognito-idp", "DescribeUserPoolClient"),
			service("acm", "ListCertificates", "DescribeCertificate"),
			service("iam", "ListServerCertificates", "GetServerCertificate"),
			service("waf-regional", "GetWebACL", "GetWebACLForResource", "AssociateWebACL", "DisassociateWebACL"),
			service("wafv2", "GetWebACL", "GetWebACLForResource", "AssociateWebACL", "DisassociateWebACL"),
			service("shield", "GetSubscriptionState", "DescribeProtection", "CreateProtection", "DeleteProtection"),
		), anything, nil),
	}
}

// securityGroupStatements let the controller own security groups and open those of its targets.
func securityGroupStatements(partition string) []iamdoc.Statement {
	groups := iamdoc.Values{"arn:" + partition + ":ec2:*:*:security-group/*"}
	return []iamdoc.Statement{
		allow(service("ec2", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"), anything, nil),
		allow(service("ec2", "CreateSecurityGroup"), anything, nil),
		allow(service("ec2", "CreateTags"), groups, iamdoc.Conditions{
			"StringEquals": {"ec2:CreateAction": {"CreateSecurityGroup"}},
			"Null":         requestTagged,
		}),
		allow(service("ec2", "CreateTags", "DeleteTags"), groups, retagging),
		allow(service("ec2", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "DeleteSecurityGroup"), anything, owned),
	}
}

// loadBalancerStatements let the controller own load balancers, target groups, listeners and rules.
func loadBalancerStatements(partition string) []iamdoc.Statement {
	elb := func(actions ...string) iamdoc.Values { return service("elasticloadbalancing", actions...) }
	arns := func(kinds ...string) iamdoc.Values {
		values := make(iamdoc.Values, len(kinds))
		for i, kind := range kinds {
			values[i] = "arn:" + partition + ":elasticloadbalancing:*:*:" + kind
		}
		return values
	}
	tagged := arns("targetgroup/*/*", "loadbalancer/net/*/*", "loadbalancer/app/*/*")
	return []iamdoc.Statement{
		allow(elb("CreateLoadBalancer", "CreateTargetGroup"), anything, iamdoc.Conditions{"Null": requestTagged}),
		allow(elb("CreateListener", "DeleteListener", "CreateRule", "DeleteRule"), anything, nil),
		allow(elb("AddTags", "RemoveTags"), tagged, retagging),
		allow(elb("AddTags", "RemoveTags"),
			arns("listener/net/*/*/*", "listener/app/*/*/*", "listener-rule/net/*/*/*", "listener-rule/app/*/*/*"), nil),
		allow(elb(
			"ModifyLoadBalancerAttributes", "SetIpAddressType", "SetSecurityGroups", "SetSubnets", "DeleteLoadBalancer",
			"ModifyTargetGroup", "ModifyTargetGroupAttributes", "DeleteTargetGroup", "ModifyListenerAttributes",
			"ModifyCapacityReservation", "ModifyIpPools"), anything, owned),
		allow(elb("AddTags"), tagged, iamdoc.Conditions{
			"StringEquals": {"elasticloadbalancing:CreateAction": {"CreateTargetGroup", "CreateLoadBalancer"}},
			"Null":         requestTagged,
		}),
		allow(elb("RegisterTargets", "DeregisterTargets"), arns("targetgroup/*/*"), nil),
		allow(elb("SetWebAcl", "ModifyListener", "AddListenerCertificates", "RemoveListenerCertificates", "ModifyRule", "SetRulePriorities"),
			anything, nil),
	}
}

var (
	anything = iamdoc.Values{"*"}
	// requestTagged holds when the request sets the cluster tag.
	requestTagged = map[string]iamdoc.Values{"aws:RequestTag/" + clusterTag: {"false"}}
	// owned holds when the resource has the cluster tag.
	owned = iamdoc.Conditions{"Null": {"aws:ResourceTag/" + clusterTag: {"false"}}}
	// retagging holds when the resource has the cluster tag and the request leaves that tag alone.
	retagging = iamdoc.Conditions{"Null": {
		"aws:RequestTag/" + clusterTag: {"true"}, "aws:ResourceTag/" + clusterTag: {"false"},
	}}
)

func allow(actions, resources iamdoc.Values, conditions iamdoc.Conditions) iamdoc.Statement {
	return iamdoc.Statement{Effect: iamdoc.Allow, Action: actions, Resource: resources, Condition: conditions}
}

// service prefixes actions with the name of their service.
func service(name string, actions ...string) iamdoc.Values {
	values := make(iamdoc.Values, len(actions))
	for i, action := range actions {
		values[i] = name + ":" + action
	}
	return values
}

func join(lists ...iamdoc.Values) iamdoc.Values {
	var all iamdoc.Values
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

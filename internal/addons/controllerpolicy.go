package addons

import (
	"slices"

	"github.com/modelway/modelway/internal/iamdoc"
)

// clusterTag is the tag by which the controller knows its own load balancers, target groups and security groups.
const clusterTag = "elbv2.k8s.aws/cluster"

// LoadBalancerControllerPolicy is the policy that the AWS Load Balancer Controller needs, for the partition aws, aws-cn
// or aws-us-gov. It grants what docs/install/iam_policy.json of the release grants
// (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/docs/install/iam_policy.json).
func LoadBalancerControllerPolicy(partition string) iamdoc.Document {
	statements := describeStatements()
	statements = append(statements, securityGroupStatements(partition)...)
	statements = append(statements, loadBalancerStatements(partition)...)
	return iamdoc.Document{Statements: statements}
}

// WebAclNames returns the statement that lets the controller find a web ACL by its name, which the published policy lacks
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/annotations/#wafv2-acl-name).
func WebAclNames() iamdoc.Statement {
	return iamdoc.GrantAny("names of web ACLs are listed for the whole region", iamdoc.Actions("wafv2", "ListWebACLs"), nil)
}

// describeStatements let the controller read its surroundings and use what others own: certificates, web ACLs.
func describeStatements() []iamdoc.Statement {
	return []iamdoc.Statement{
		iamdoc.GrantAny("AWS publishes it so; the condition leaves one role, that of Elastic Load Balancing",
			iamdoc.Actions("iam", "CreateServiceLinkedRole"), iamdoc.Conditions{
				"StringEquals": {"iam:AWSServiceName": {"elasticloadbalancing.amazonaws.com"}},
			}),
		iamdoc.GrantAny("calls that describe EC2 and Elastic Load Balancing answer for the whole region", slices.Concat(
			iamdoc.Actions("ec2",
				"DescribeAccountAttributes", "DescribeAddresses", "DescribeAvailabilityZones", "DescribeInternetGateways",
				"DescribeVpcs", "DescribeVpcPeeringConnections", "DescribeSubnets", "DescribeSecurityGroups", "DescribeInstances",
				"DescribeNetworkInterfaces", "DescribeTags", "GetCoipPoolUsage", "DescribeCoipPools", "GetSecurityGroupsForVpc",
				"DescribeIpamPools", "DescribeRouteTables"),
			iamdoc.Actions("elasticloadbalancing",
				"DescribeLoadBalancers", "DescribeLoadBalancerAttributes", "DescribeListeners", "DescribeListenerCertificates",
				"DescribeSSLPolicies", "DescribeRules", "DescribeTargetGroups", "DescribeTargetGroupAttributes",
				"DescribeTargetHealth", "DescribeTags", "DescribeTrustStores", "DescribeListenerAttributes",
				"DescribeCapacityReservation"),
		), nil),
		iamdoc.GrantAny("AWS publishes it so; certificates, user pools and web ACLs are made elsewhere and named by Ingresses only", slices.Concat(
			iamdoc.Actions("cognito-idp", "DescribeUserPoolClient"),
			iamdoc.Actions("acm", "ListCertificates", "DescribeCertificate"),
			iamdoc.Actions("iam", "ListServerCertificates", "GetServerCertificate"),
			iamdoc.Actions("waf-regional", "GetWebACL", "GetWebACLForResource", "AssociateWebACL", "DisassociateWebACL"),
			iamdoc.Actions("wafv2", "GetWebACL", "GetWebACLForResource", "AssociateWebACL", "DisassociateWebACL"),
			iamdoc.Actions("shield", "GetSubscriptionState", "DescribeProtection", "CreateProtection", "DeleteProtection"),
		), nil),
	}
}

// securityGroupStatements let the controller own security groups and open those of its targets.
func securityGroupStatements(partition string) []iamdoc.Statement {
	groups := iamdoc.Values{"arn:" + partition + ":ec2:*:*:security-group/*"}
	return []iamdoc.Statement{
		iamdoc.GrantAny("AWS publishes it so; the groups of nodes and pods, which the controller opens to load balancers, are made by EKS without its tag",
			iamdoc.Actions("ec2", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"), nil),
		iamdoc.GrantAny("AWS publishes it so; a group has no id before it is made, and the VPC may be anyone's",
			iamdoc.Actions("ec2", "CreateSecurityGroup"), nil),
		iamdoc.Grant(iamdoc.Actions("ec2", "CreateTags"), groups, iamdoc.Conditions{
			"StringEquals": {"ec2:CreateAction": {"CreateSecurityGroup"}},
			"Null":         requestTagged,
		}),
		iamdoc.Grant(iamdoc.Actions("ec2", "CreateTags", "DeleteTags"), groups, retagging),
		iamdoc.GrantAny("AWS publishes it so; the condition leaves the groups that the controller has made",
			iamdoc.Actions("ec2", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "DeleteSecurityGroup"), owned),
	}
}

// loadBalancerStatements let the controller own load balancers, target groups, listeners and rules.
func loadBalancerStatements(partition string) []iamdoc.Statement {
	elb := func(actions ...string) iamdoc.Values { return iamdoc.Actions("elasticloadbalancing", actions...) }
	arns := func(kinds ...string) iamdoc.Values {
		values := make(iamdoc.Values, len(kinds))
		for i, kind := range kinds {
			values[i] = "arn:" + partition + ":elasticloadbalancing:*:*:" + kind
		}
		return values
	}
	tagged := arns("targetgroup/*/*", "loadbalancer/net/*/*", "loadbalancer/app/*/*")
	return []iamdoc.Statement{
		iamdoc.GrantAny("AWS publishes it so; the condition wants the controller's tag on what is made",
			elb("CreateLoadBalancer", "CreateTargetGroup"), iamdoc.Conditions{"Null": requestTagged}),
		iamdoc.GrantAny("AWS publishes it so; listeners and rules carry no tag of the controller that a condition could ask for",
			elb("CreateListener", "DeleteListener", "CreateRule", "DeleteRule"), nil),
		iamdoc.Grant(elb("AddTags", "RemoveTags"), tagged, retagging),
		iamdoc.Grant(elb("AddTags", "RemoveTags"),
			arns("listener/net/*/*/*", "listener/app/*/*/*", "listener-rule/net/*/*/*", "listener-rule/app/*/*/*"), nil),
		iamdoc.GrantAny("AWS publishes it so; the condition leaves what the controller has made", elb(
			"ModifyLoadBalancerAttributes", "SetIpAddressType", "SetSecurityGroups", "SetSubnets", "DeleteLoadBalancer",
			"ModifyTargetGroup", "ModifyTargetGroupAttributes", "DeleteTargetGroup", "ModifyListenerAttributes",
			"ModifyCapacityReservation", "ModifyIpPools"), owned),
		iamdoc.Grant(elb("AddTags"), tagged, iamdoc.Conditions{
			"StringEquals": {"elasticloadbalancing:CreateAction": {"CreateTargetGroup", "CreateLoadBalancer"}},
			"Null":         requestTagged,
		}),
		iamdoc.Grant(elb("RegisterTargets", "DeregisterTargets"), arns("targetgroup/*/*"), nil),
		iamdoc.GrantAny("AWS publishes it so; listeners and rules carry no tag of the controller that a condition could ask for",
			elb("SetWebAcl", "ModifyListener", "AddListenerCertificates", "RemoveListenerCertificates", "ModifyRule", "SetRulePriorities"), nil),
	}
}

var (
	// requestTagged holds when the request sets the cluster tag.
	requestTagged = map[string]iamdoc.Values{"aws:RequestTag/" + clusterTag: {"false"}}
	// owned holds when the resource has the cluster tag.
	owned = iamdoc.Conditions{"Null": {"aws:ResourceTag/" + clusterTag: {"false"}}}
	// retagging holds when the resource has the cluster tag and the request leaves that tag alone.
	retagging = iamdoc.Conditions{"Null": {
		"aws:RequestTag/" + clusterTag: {"true"}, "aws:ResourceTag/" + clusterTag: {"false"},
	}}
)

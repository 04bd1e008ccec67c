package delivery

import "github.com/modelway/modelway/internal/iamdoc"

// made are the kinds of EC2 resources that the program makes, with the call that makes each and may tag it.
var made = []struct{ kind, call string }{
	{"elastic-ip", "AllocateAddress"}, {"internet-gateway", "CreateInternetGateway"}, {"launch-template", "CreateLaunchTemplate"},
	{"natgateway", "CreateNatGateway"}, {"route-table", "CreateRouteTable"}, {"security-group", "CreateSecurityGroup"},
	{"subnet", "CreateSubnet"}, {"vpc", "CreateVpc"}, {"vpc-endpoint", "CreateVpcEndpoint"}, {"vpc-flow-log", "CreateFlowLogs"},
}

func madeKinds(t Target) iamdoc.Values {
	var kinds []string
	for _, m := range made {
		kinds = append(kinds, m.kind)
	}
	return t.ec2(kinds...)
}

// interfaceTag is the tag that the VPC CNI puts on network interfaces, with the name of the cluster.
const interfaceTag = "cluster.k8s.amazonaws.com/name"

// givenVpc is the VPC that others made, where the environment is in one.
func givenVpc(t Target) iamdoc.Values {
	if t.VpcId == "" {
		return nil
	}
	return iamdoc.Values{t.arn("ec2", "vpc/"+t.VpcId)}
}

// taggedAndNew holds for what a call makes with the owner's tag. The tags of the request are also there when IAM looks at what it goes into,
// which has an owner's tag, or that of EKS.
func taggedAndNew(t Target) iamdoc.Conditions {
	conditions := unclaimed(t)
	conditions["Null"]["aws:ResourceTag/"+clusterTag] = iamdoc.Values{"true"}
	return conditions
}

// clusterTag is the tag that EKS puts on the security group of a cluster, with its name.
const clusterTag = "aws:eks:cluster-name"

// tagsAtBirth holds where tags are part of the call that makes a resource, and the owner's tag is among them
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html).
func tagsAtBirth(t Target) iamdoc.Conditions {
	conditions := t.tagging()
	for _, m := range made {
		conditions["ec2:CreateAction"] = append(conditions["ec2:CreateAction"], m.call)
	}
	return equal(conditions)
}

// Scopes of EC2. A call that makes a resource is checked against the new resource, which must get the owner's tag, and against
// each one that it goes into, which must be the owner's, or the network that the environment was given.
var (
	listEc2      = &scope{policy: readNetwork, sid: "ListEc2", reason: "calls that describe EC2 answer for the whole region"}
	readVpc      = &scope{policy: readNetwork, sid: "ReadVpcs", resources: func(t Target) iamdoc.Values { return t.ec2("vpc") }, conditions: ownedOnly}
	readGivenVpc = &scope{policy: readNetwork, sid: "ReadGivenVpc", resources: givenVpc}

	makeEc2   = &scope{policy: network, sid: "MakeTagged", resources: madeKinds, conditions: taggedAndNew}
	tagNewEc2 = &scope{policy: network, sid: "TagNew", resources: madeKinds, conditions: tagsAtBirth}
	// takeOver lets the role tag the default security group of the program's VPC, which AWS makes without tags; from then on it may change it.
	// Groups in that VPC that others made without tags are the only ones besides it: those of EKS and of the load balancer controller have
	// theirs (ec2:Vpc: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-security-group).
	takeOver = &scope{policy: network, sid: "TakeOverDefaultGroup", resources: func(t Target) iamdoc.Values {
		if t.OwnVpcId == "" {
			return nil
		}
		return t.ec2("security-group")
	}, conditions: func(t Target) iamdoc.Conditions {
		return iamdoc.Conditions{"StringEquals": t.tagging(), "ArnEquals": {"ec2:Vpc": {t.arn("ec2", "vpc/"+t.OwnVpcId)}}, "Null": {
			"aws:ResourceTag/" + t.ownerTag(): {"true"}, "aws:ResourceTag/" + clusterTag: {"true"}, "aws:ResourceTag/elbv2.k8s.aws/cluster": {"true"},
		}}
	}}
	changeEc2    = &scope{policy: network, sid: "ChangeOwn", resources: madeKinds, conditions: ownedOnly}
	intoVpc      = &scope{policy: edge, sid: "MakeInOwnVpcs", resources: func(t Target) iamdoc.Values { return t.ec2("vpc") }, conditions: ownedOnly}
	intoGivenVpc = &scope{policy: edge, sid: "MakeInGivenVpc", resources: givenVpc}
	intoNet      = &scope{policy: edge, sid: "MakeInOwnSubnets", conditions: ownedOnly, resources: func(t Target) iamdoc.Values {
		return t.ec2("elastic-ip", "route-table", "security-group", "subnet")
	}}
	// leftovers are network interfaces that the VPC CNI has not cleaned up, which keep their subnet and security group alive. It
	// tags them with the name of their cluster.
	leftovers = &scope{policy: network, sid: "DeleteInterfacesOfPods", resources: func(t Target) iamdoc.Values { return t.ec2("network-interface") },
		conditions: func(t Target) iamdoc.Conditions {
			return equal(map[string]iamdoc.Values{"aws:ResourceTag/" + interfaceTag: {t.ClusterName}})
		}}
	deliverLogs = &scope{policy: edge, sid: "DeliverLogs", reason: "a log delivery has no ARN"}
)

var networkNeeds = []need{
	needs("the region's availability zones", on(listEc2, "ec2", "DescribeAvailabilityZones")),
	needs("tags of any EC2 resource", on(changeEc2, "ec2", "CreateTags", "DeleteTags"), on(tagNewEc2, "ec2", "CreateTags")),
	needs("aws:ec2/vpc:Vpc",
		on(listEc2, "ec2", "DescribeNetworkAcls", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeVpcs"),
		on(readVpc, "ec2", "DescribeVpcAttribute"), on(readGivenVpc, "ec2", "DescribeVpcAttribute"),
		on(makeEc2, "ec2", "CreateVpc"),
		on(changeEc2, "ec2", "DeleteVpc", "ModifyVpcAttribute")),
	needs("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
		on(listEc2, "ec2", "DescribeVpcs"),
		on(changeEc2, "ec2", "AssociateVpcCidrBlock", "DisassociateVpcCidrBlock")),
	needs("aws:ec2/subnet:Subnet",
		on(listEc2, "ec2", "DescribeNetworkInterfaces", "DescribeSubnets"),
		on(makeEc2, "ec2", "CreateSubnet"), on(intoVpc, "ec2", "CreateSubnet"),
		on(changeEc2, "ec2", "DeleteSubnet", "ModifySubnetAttribute"),
		on(leftovers, "ec2", "DeleteNetworkInterface")),
	needs("aws:ec2/internetGateway:InternetGateway",
		on(listEc2, "ec2", "DescribeInternetGateways"),
		on(makeEc2, "ec2", "CreateInternetGateway"),
		on(changeEc2, "ec2", "AttachInternetGateway", "DeleteInternetGateway", "DetachInternetGateway")),
	needs("aws:ec2/routeTable:RouteTable",
		on(listEc2, "ec2", "DescribeRouteTables"),
		on(makeEc2, "ec2", "CreateRouteTable"), on(intoVpc, "ec2", "CreateRouteTable"),
		on(changeEc2, "ec2", "DeleteRouteTable")),
	needs("aws:ec2/route:Route",
		on(listEc2, "ec2", "DescribeRouteTables"),
		on(changeEc2, "ec2", "CreateRoute", "DeleteRoute", "ReplaceRoute")),
	needs("aws:ec2/routeTableAssociation:RouteTableAssociation",
		on(listEc2, "ec2", "DescribeRouteTables"),
		on(changeEc2, "ec2", "AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation")),
	needs("aws:ec2/eip:Eip",
		on(listEc2, "ec2", "DescribeAddresses", "DescribeAddressesAttribute"),
		on(makeEc2, "ec2", "AllocateAddress"),
		on(changeEc2, "ec2", "DisassociateAddress", "ReleaseAddress")),
	needs("aws:ec2/natGateway:NatGateway",
		on(listEc2, "ec2", "DescribeNatGateways"),
		on(makeEc2, "ec2", "CreateNatGateway"), on(intoNet, "ec2", "CreateNatGateway"),
		on(changeEc2, "ec2", "DeleteNatGateway")),
	needs("aws:ec2/vpcEndpoint:VpcEndpoint",
		on(listEc2, "ec2", "DescribePrefixLists", "DescribeVpcEndpoints"),
		on(makeEc2, "ec2", "CreateVpcEndpoint"), on(intoVpc, "ec2", "CreateVpcEndpoint"), on(intoNet, "ec2", "CreateVpcEndpoint", "ModifyVpcEndpoint"),
		on(changeEc2, "ec2", "DeleteVpcEndpoints", "ModifyVpcEndpoint")),
	needs("aws:ec2/securityGroup:SecurityGroup",
		on(listEc2, "ec2", "DescribeNetworkInterfaces", "DescribeSecurityGroups"),
		on(makeEc2, "ec2", "CreateSecurityGroup"), on(intoVpc, "ec2", "CreateSecurityGroup"), on(intoGivenVpc, "ec2", "CreateSecurityGroup"),
		on(changeEc2, "ec2", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "DeleteSecurityGroup",
			"RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress")),
	needs("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
		on(listEc2, "ec2", "DescribeSecurityGroupRules", "DescribeSecurityGroups"),
		on(takeOver, "ec2", "CreateTags"),
		on(changeEc2, "ec2", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress")),
	needs("aws:ec2/securityGroupRule:SecurityGroupRule",
		on(listEc2, "ec2", "DescribeSecurityGroupRules", "DescribeSecurityGroups"),
		on(changeEc2, "ec2", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupEgress",
			"RevokeSecurityGroupIngress", "UpdateSecurityGroupRuleDescriptionsEgress", "UpdateSecurityGroupRuleDescriptionsIngress")),
	needs("aws:ec2/flowLog:FlowLog",
		on(listEc2, "ec2", "DescribeFlowLogs"),
		on(makeEc2, "ec2", "CreateFlowLogs"), on(intoVpc, "ec2", "CreateFlowLogs"),
		on(changeEc2, "ec2", "DeleteFlowLogs"),
		on(deliverLogs, "logs", "CreateLogDelivery", "DeleteLogDelivery")),
}

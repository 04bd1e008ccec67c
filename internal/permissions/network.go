package permissions

import (
	"github.com/modelway/modelway/internal/aws/kinds"
	"github.com/modelway/modelway/internal/iamdoc"
)

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

// taggedAndNew holds for what a call makes with the owner's tag. The tags of the request are also there when IAM looks at what it goes
// into, which has an owner's tag, or that of EKS.
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
var networkScopes = []scope{
	{name: kinds.ListEc2, policy: readNetwork, reason: "calls that describe EC2 answer for the whole region"},
	{name: kinds.ChangeEc2, policy: network, resources: madeKinds, conditions: ownedOnly},
	{name: kinds.TagNewEc2, policy: network, resources: madeKinds, conditions: tagsAtBirth},
	{name: kinds.ReadVpc, policy: readNetwork, resources: func(t Target) iamdoc.Values { return t.ec2("vpc") }, conditions: ownedOnly},
	{name: kinds.ReadGivenVpc, policy: readNetwork, resources: givenVpc},
	{name: kinds.MakeEc2, policy: network, resources: madeKinds, conditions: taggedAndNew},
	{name: kinds.IntoVpc, policy: edge, resources: func(t Target) iamdoc.Values { return t.ec2("vpc") }, conditions: ownedOnly},
	// leftovers are network interfaces that the VPC CNI has not cleaned up, which keep their subnet and security group alive. It
	// tags them with the name of their cluster.
	{name: kinds.Leftovers, policy: network, resources: func(t Target) iamdoc.Values { return t.ec2("network-interface") },
		conditions: func(t Target) iamdoc.Conditions {
			return equal(map[string]iamdoc.Values{"aws:ResourceTag/" + interfaceTag: {t.ClusterName}})
		}},
	{name: kinds.IntoNet, policy: edge, conditions: ownedOnly, resources: func(t Target) iamdoc.Values {
		return t.ec2("elastic-ip", "route-table", "security-group", "subnet")
	}},
	{name: kinds.IntoGivenVpc, policy: edge, resources: givenVpc},
	// takeOver lets the role tag the default security group of the program's VPC, which AWS makes without tags; from then on it may change it.
	// Groups in that VPC that others made without tags are the only ones besides it: those of EKS and of the load balancer controller have
	// theirs (ec2:Vpc: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-security-group).
	{name: kinds.TakeOver, policy: network, resources: func(t Target) iamdoc.Values {
		if t.OwnVpcId == "" {
			return nil
		}
		return t.ec2("security-group")
	}, conditions: func(t Target) iamdoc.Conditions {
		return iamdoc.Conditions{"StringEquals": t.tagging(), "ArnEquals": {"ec2:Vpc": {t.arn("ec2", "vpc/"+t.OwnVpcId)}}, "Null": {
			"aws:ResourceTag/" + t.ownerTag(): {"true"}, "aws:ResourceTag/" + clusterTag: {"true"},
			"aws:ResourceTag/elbv2.k8s.aws/cluster": {"true"},
		}}
	}},
	{name: kinds.DeliverLogs, policy: edge, reason: "a log delivery has no ARN"},
}

package permissions

import (
	"github.com/modelway/modelway/internal/aws/kinds"
	"github.com/modelway/modelway/internal/iamdoc"
)

// ofCluster are ARNs of what belongs to the cluster, by kind.
func ofCluster(kinds ...string) func(Target) iamdoc.Values {
	return func(t Target) iamdoc.Values {
		var all iamdoc.Values
		for _, kind := range kinds {
			all = append(all, t.arn("eks", kind+"/"+t.ClusterName+"/*"))
		}
		return append(all, t.arn("eks", "cluster/"+t.ClusterName))
	}
}

// clusterKinds are what belongs to a cluster in EKS.
var clusterKinds = []string{"access-entry", "addon", "fargateprofile", "nodegroup", "podidentityassociation"}

// fromTemplates holds for launches that go by a launch template. The template itself must be the owner's.
func fromTemplates(t Target) iamdoc.Conditions {
	return iamdoc.Conditions{"ArnLike": {"ec2:LaunchTemplate": t.ec2("launch-template")}}
}

// Scopes of the cluster and its nodes.
var clusterScopes = []scope{
	{name: kinds.ReadCluster, policy: readPlatform, resources: ofCluster(clusterKinds...)},
	{name: kinds.ListVersions, policy: readPlatform, reason: "versions of Kubernetes and of add-ons belong to no cluster"},
	{name: kinds.MakeCluster, policy: clusters, conditions: taggedOnly,
		reason: "a cluster has no ARN before it is made; the condition requires the owner's tag"},
	{name: kinds.ChangeCluster, policy: clusters, resources: ofCluster(clusterKinds...)},
	// EKS launches nodes with the rights of whoever makes the node group, when the group has a launch template
	// (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html).
	{name: kinds.UseTemplate, policy: clusters, conditions: ownedOnly,
		resources: func(t Target) iamdoc.Values { return t.ec2("launch-template") }},
	{name: kinds.Launch, policy: clusters, conditions: fromTemplates,
		resources: func(t Target) iamdoc.Values {
			return append(t.ec2("instance", "key-pair", "volume"),
				t.global("ec2", t.Region, "", "image/*"), t.global("ec2", t.Region, "", "snapshot/*"))
		}},
	// Interfaces of pods have the tag of the network plugin, and a launch could take them up.
	{name: kinds.LaunchInterfaces, policy: clusters, resources: func(t Target) iamdoc.Values { return t.ec2("network-interface") },
		conditions: func(t Target) iamdoc.Conditions {
			conditions := fromTemplates(t)
			conditions["Null"] = map[string]iamdoc.Values{"aws:ResourceTag/" + t.ownerTag(): {"true"}, "aws:ResourceTag/" + interfaceTag: {"true"}}
			return conditions
		}},
	{name: kinds.LaunchInto, policy: clusters, resources: func(t Target) iamdoc.Values { return t.ec2("security-group", "subnet") },
		conditions: ownedOnly},
	{name: kinds.LaunchIntoGiven, policy: clusters, resources: func(t Target) iamdoc.Values {
		var all iamdoc.Values
		for _, id := range t.SubnetIds {
			all = append(all, t.arn("ec2", "subnet/"+id))
		}
		return all
	}},
	// EKS makes the security group of the cluster, which its nodes are in, and tags it with the name of the cluster
	// (https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html).
	{name: kinds.LaunchInGroup, policy: clusters, resources: func(t Target) iamdoc.Values { return t.ec2("security-group") },
		conditions: func(t Target) iamdoc.Conditions {
			return equal(map[string]iamdoc.Values{"aws:ResourceTag/" + clusterTag: {t.ClusterName}})
		}},
	{name: kinds.TagNodes, policy: clusters,
		resources: func(t Target) iamdoc.Values { return t.ec2("instance", "network-interface", "volume") },
		conditions: func(Target) iamdoc.Conditions {
			return equal(map[string]iamdoc.Values{"ec2:CreateAction": {"RunInstances"}})
		}},
}

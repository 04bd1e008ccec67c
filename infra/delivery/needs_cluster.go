package delivery

import "github.com/modelway/modelway/internal/iamdoc"

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
var (
	readCluster  = &scope{policy: readPlatform, sid: "ReadCluster", resources: ofCluster(clusterKinds...)}
	listVersions = &scope{policy: readPlatform, sid: "ListVersions", reason: "versions of Kubernetes and of add-ons belong to no cluster"}

	makeCluster = &scope{policy: clusters, sid: "MakeTaggedCluster", conditions: taggedOnly,
		reason: "a cluster has no ARN before it is made; the condition wants the owner's tag"}
	changeCluster = &scope{policy: clusters, sid: "ChangeCluster", resources: ofCluster(clusterKinds...)}

	// EKS launches nodes with the rights of whoever makes the node group, when the group has a launch template
	// (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html).
	useTemplate = &scope{policy: clusters, sid: "UseOwnTemplates", conditions: ownedOnly,
		resources: func(t Target) iamdoc.Values { return t.ec2("launch-template") }}
	launch = &scope{policy: clusters, sid: "LaunchFromTemplates", conditions: fromTemplates,
		resources: func(t Target) iamdoc.Values {
			return append(t.ec2("instance", "key-pair", "volume"),
				t.global("ec2", t.Region, "", "image/*"), t.global("ec2", t.Region, "", "snapshot/*"))
		}}
	// Interfaces of pods have the tag of the network plugin, and a launch could take them up.
	launchInterfaces = &scope{policy: clusters, sid: "LaunchWithNewInterfaces", resources: func(t Target) iamdoc.Values { return t.ec2("network-interface") },
		conditions: func(t Target) iamdoc.Conditions {
			conditions := fromTemplates(t)
			conditions["Null"] = map[string]iamdoc.Values{"aws:ResourceTag/" + t.ownerTag(): {"true"}, "aws:ResourceTag/" + interfaceTag: {"true"}}
			return conditions
		}}
	launchInto = &scope{policy: clusters, sid: "LaunchIntoOwnSubnets", resources: func(t Target) iamdoc.Values { return t.ec2("security-group", "subnet") },
		conditions: ownedOnly}
	launchIntoGiven = &scope{policy: clusters, sid: "LaunchIntoGivenSubnets", resources: func(t Target) iamdoc.Values {
		var all iamdoc.Values
		for _, id := range t.SubnetIds {
			all = append(all, t.arn("ec2", "subnet/"+id))
		}
		return all
	}}
	// EKS makes the security group of the cluster, which its nodes are in, and tags it with the name of the cluster
	// (https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html).
	launchInGroup = &scope{policy: clusters, sid: "LaunchInGroupOfCluster", resources: func(t Target) iamdoc.Values { return t.ec2("security-group") },
		conditions: func(t Target) iamdoc.Conditions {
			return equal(map[string]iamdoc.Values{"aws:ResourceTag/" + clusterTag: {t.ClusterName}})
		}}
	tagNodes = &scope{policy: clusters, sid: "TagNodes",
		resources: func(t Target) iamdoc.Values { return t.ec2("instance", "network-interface", "volume") },
		conditions: func(Target) iamdoc.Conditions {
			return equal(map[string]iamdoc.Values{"ec2:CreateAction": {"RunInstances"}})
		}}
)

var clusterNeeds = []need{
	needs("the kubeconfig", on(readCluster, "eks", "DescribeCluster")),
	needs("the choice of versions", on(listVersions, "eks", "DescribeAddonVersions", "DescribeClusterVersions")),
	needs("aws:eks/cluster:Cluster",
		on(readCluster, "eks", "DescribeCluster", "DescribeUpdate", "ListTagsForResource", "ListUpdates"),
		on(makeCluster, "eks", "CreateCluster"),
		on(changeCluster, "eks", "AssociateEncryptionConfig", "DeleteCluster", "TagResource", "UntagResource", "UpdateClusterConfig",
			"UpdateClusterVersion")),
	needs("aws:eks/accessEntry:AccessEntry",
		on(readCluster, "eks", "DescribeAccessEntry", "ListAccessEntries"),
		on(changeCluster, "eks", "CreateAccessEntry", "DeleteAccessEntry", "TagResource", "UntagResource", "UpdateAccessEntry")),
	needs("aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
		on(readCluster, "eks", "ListAssociatedAccessPolicies"),
		on(changeCluster, "eks", "AssociateAccessPolicy", "DisassociateAccessPolicy")),
	needs("aws:eks/addon:Addon",
		on(readCluster, "eks", "DescribeAddon", "DescribeUpdate", "ListAddons"),
		on(changeCluster, "eks", "CreateAddon", "CreatePodIdentityAssociation", "DeleteAddon", "DeletePodIdentityAssociation", "TagResource",
			"UntagResource", "UpdateAddon", "UpdatePodIdentityAssociation")),
	needs("aws:eks/fargateProfile:FargateProfile",
		on(readCluster, "eks", "DescribeFargateProfile", "ListFargateProfiles"),
		on(changeCluster, "eks", "CreateFargateProfile", "DeleteFargateProfile", "TagResource", "UntagResource")),
	needs("aws:eks/nodeGroup:NodeGroup",
		on(listEc2, "ec2", "DescribeImages", "DescribeInstanceTypeOfferings", "DescribeInstanceTypes", "DescribeLaunchTemplateVersions", "DescribeSubnets"),
		on(readCluster, "eks", "DescribeNodegroup", "DescribeUpdate", "ListNodegroups"),
		on(changeCluster, "eks", "CreateNodegroup", "DeleteNodegroup", "TagResource", "UntagResource", "UpdateNodegroupConfig", "UpdateNodegroupVersion"),
		on(useTemplate, "ec2", "RunInstances"), on(launch, "ec2", "RunInstances"),
		on(launchInterfaces, "ec2", "RunInstances"), on(launchInto, "ec2", "RunInstances"), on(launchIntoGiven, "ec2", "RunInstances"),
		on(launchInGroup, "ec2", "RunInstances"), on(tagNodes, "ec2", "CreateTags")),
	needs("aws:eks/podIdentityAssociation:PodIdentityAssociation",
		on(readCluster, "eks", "DescribePodIdentityAssociation", "ListPodIdentityAssociations"),
		on(changeCluster, "eks", "CreatePodIdentityAssociation", "DeletePodIdentityAssociation", "TagResource", "UntagResource",
			"UpdatePodIdentityAssociation")),
	needs("aws:ec2/launchTemplate:LaunchTemplate",
		on(listEc2, "ec2", "DescribeLaunchTemplateVersions", "DescribeLaunchTemplates"),
		on(makeEc2, "ec2", "CreateLaunchTemplate"),
		on(changeEc2, "ec2", "CreateLaunchTemplateVersion", "DeleteLaunchTemplate", "ModifyLaunchTemplate")),
}

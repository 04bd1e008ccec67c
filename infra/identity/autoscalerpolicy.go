package identity

import "github.com/modelway/modelway/internal/iamdoc"

// ClusterAutoscalerPolicy is the policy that the Cluster Autoscaler needs to find the Auto Scaling groups of one cluster's
// managed node groups by their tags and to set their size
// (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md). EKS puts the tag on
// the groups itself (https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html).
func ClusterAutoscalerPolicy(partition, region, account, clusterName string) Document {
	arn := func(service string) string {
		return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":"
	}
	find := allowAny("calls that describe EC2 and EC2 Auto Scaling answer for the whole region", join(
		service("autoscaling",
			"DescribeAutoScalingGroups", "DescribeAutoScalingInstances", "DescribeLaunchConfigurations", "DescribeScalingActivities", "DescribeTags"),
		service("ec2",
			"DescribeImages", "DescribeInstanceTypes", "DescribeLaunchTemplateVersions", "GetInstanceTypesFromInstanceRequirements"),
	), nil)
	find.Sid = "Find"
	resize := allow(service("autoscaling", "SetDesiredCapacity", "TerminateInstanceInAutoScalingGroup"),
		iamdoc.Values{arn("autoscaling") + "autoScalingGroup:*:autoScalingGroupName/*"},
		iamdoc.Conditions{"StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/" + clusterName: {"owned"}}})
	resize.Sid = "Resize"
	// Labels and taints of a group that has no nodes yet are read from EKS.
	describe := allow(service("eks", "DescribeNodegroup"), iamdoc.Values{arn("eks") + "nodegroup/" + clusterName + "/*/*"}, nil)
	describe.Sid = "ReadNodeGroups"
	return Document{Statements: []Statement{find, resize, describe}}
}

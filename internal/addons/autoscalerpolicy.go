package addons

import (
	"slices"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
)

// clusterAutoscalerPolicy is the policy that the Cluster Autoscaler needs to find the Auto Scaling groups of one cluster's
// managed node groups by their tags and to set their size
// (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md). EKS puts the tag on
// the groups itself (https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html).
func clusterAutoscalerPolicy(f Facts) iamdoc.Document {
	arn := func(service string) string {
		return aws.PartitionArn(f.Partition, service, f.Region, f.Account, "")
	}
	find := iamdoc.GrantAny("calls that describe EC2 and EC2 Auto Scaling answer for the whole region", slices.Concat(
		iamdoc.Actions("autoscaling",
			"DescribeAutoScalingGroups", "DescribeAutoScalingInstances", "DescribeLaunchConfigurations", "DescribeScalingActivities",
			"DescribeTags"),
		iamdoc.Actions("ec2",
			"DescribeImages", "DescribeInstanceTypes", "DescribeLaunchTemplateVersions", "GetInstanceTypesFromInstanceRequirements"),
	), nil)
	find.Sid = "Find"
	resize := iamdoc.Grant(iamdoc.Actions("autoscaling", "SetDesiredCapacity", "TerminateInstanceInAutoScalingGroup"),
		iamdoc.Values{arn("autoscaling") + "autoScalingGroup:*:autoScalingGroupName/*"},
		iamdoc.Conditions{"StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/" + f.ClusterName: {"owned"}}})
	resize.Sid = "Resize"
	// Labels and taints of a group that has no nodes yet are read from EKS.
	describe := iamdoc.Grant(iamdoc.Actions("eks", "DescribeNodegroup"), iamdoc.Values{arn("eks") + "nodegroup/" + f.ClusterName + "/*/*"},
		nil)
	describe.Sid = "ReadNodeGroups"
	return iamdoc.Document{Statements: []iamdoc.Statement{find, resize, describe}}
}

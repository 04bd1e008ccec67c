package compute

import (
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
)

// FargateLogGroup is the name of the log group of a cluster's Fargate pods.
func FargateLogGroup(clusterName string) string { return "/aws/eks/" + clusterName + "/fargate" }

// FargateLogsPolicy lets the log router of Fargate pods write to the cluster's log group, FargateLogGroup, which is to be
// there. The cluster is given by its ARN. AWS's example allows logs:CreateLogGroup and logs:PutRetentionPolicy as well, on
// all groups (https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html); without them a late record does not
// bring back a group that was deleted. The ARN of a log group ends in :* in policies
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html).
func FargateLogsPolicy(clusterArn string) (iamdoc.Document, error) {
	logs, name, err := aws.ReadCluster(clusterArn)
	if err != nil {
		return iamdoc.Document{}, err
	}
	logs.Service, logs.Resource = "logs", "log-group:"+FargateLogGroup(name)
	group := logs.String()
	return iamdoc.InlinePolicy(
		iamdoc.Statement{
			Sid: "OpenLogStreams", Effect: iamdoc.Allow,
			Action:   iamdoc.Values{"logs:CreateLogStream", "logs:DescribeLogStreams"},
			Resource: iamdoc.Values{group + ":*"},
		},
		iamdoc.Statement{
			Sid: "WriteLogs", Effect: iamdoc.Allow,
			Action:   iamdoc.Values{"logs:PutLogEvents"},
			Resource: iamdoc.Values{group + ":log-stream:*"},
		},
	), nil
}

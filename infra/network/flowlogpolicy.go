package network

import "github.com/modelway/modelway/internal/iamdoc"

// destination is Destination or its default.
func (f FlowLogs) destination() string {
	if f.Destination == "" {
		return FlowLogsNone
	}
	return f.Destination
}

// flowLogGroup is the name of the log group of a cluster's VPC.
func flowLogGroup(cluster string) string { return "/aws/vpc-flow-log/" + cluster }

// FlowLogsTrust lets the flow logs of one account and region assume a role. The id of the flow log is not among the
// conditions, because the flow log is made after its role
// (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html).
func FlowLogsTrust(partition, region, account string) iamdoc.Document {
	return iamdoc.ServiceTrust("vpc-flow-logs.amazonaws.com", iamdoc.Conditions{
		"StringEquals": {"aws:SourceAccount": {account}},
		"ArnLike":      {"aws:SourceArn": {"arn:" + partition + ":ec2:" + region + ":" + account + ":vpc-flow-log/*"}},
	})
}

// FlowLogsPolicy lets flow logs write to one log group. AWS's own example allows logs:CreateLogGroup and
// logs:DescribeLogGroups on all groups as well (same page); the group is there, and without the first a late record does not
// bring a deleted group back. The ARN of a log group ends in :* in policies
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html).
func FlowLogsPolicy(logGroupArn string) iamdoc.Document {
	return iamdoc.Document{Statements: []iamdoc.Statement{{
		Sid:      "WriteFlowLogs",
		Effect:   iamdoc.Allow,
		Action:   iamdoc.Values{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		Resource: iamdoc.Values{logGroupArn + ":*"},
	}}}
}

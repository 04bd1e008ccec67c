package iamdoc

import (
	"github.com/modelway/modelway/internal/aws"
)

// FlowLogsTrust lets the flow logs of one account and region assume a role. The id of the flow log is not among the
// conditions, because the flow log is made after its role
// (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html).
func FlowLogsTrust(region, account string) Document {
	return ServiceTrust(aws.ServicePrincipal(aws.Partition(region), "vpc-flow-logs"), Conditions{
		"StringEquals": {"aws:SourceAccount": {account}},
		"ArnLike":      {"aws:SourceArn": {aws.Arn(region, "ec2", region, account, "vpc-flow-log/*")}},
	})
}

// FlowLogsPolicy lets flow logs write to one log group. AWS's own example allows logs:CreateLogGroup and
// logs:DescribeLogGroups on all groups as well (same page); the group is there, and without the first a late record does not
// bring a deleted group back. The ARN of a log group ends in :* in policies
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html).
func FlowLogsPolicy(logGroupArn string) Document {
	return Document{Statements: []Statement{{
		Sid:      "WriteFlowLogs",
		Effect:   Allow,
		Action:   Values{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		Resource: Values{logGroupArn + ":*"},
	}}}
}

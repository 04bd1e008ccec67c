package network

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Where flow logs go.
const (
	// FlowLogsNone makes no flow logs.
	FlowLogsNone = "none"
	// FlowLogsLogGroup writes to a CloudWatch log group of the network's own.
	FlowLogsLogGroup = "logGroup"
	// FlowLogsBucket writes to an S3 bucket of the caller's, which costs less than a log group.
	FlowLogsBucket = "bucket"
)

// FlowLogDestinations lists the allowed values of FlowLogs.Destination.
func FlowLogDestinations() []string { return []string{FlowLogsNone, FlowLogsLogGroup, FlowLogsBucket} }

// destination is Destination or its default.
func (f FlowLogs) destination() string {
	if f.Destination == "" {
		return FlowLogsNone
	}
	return f.Destination
}

func (f FlowLogs) faults() []error {
	switch destination := f.destination(); {
	case !slices.Contains(FlowLogDestinations(), destination):
		return []error{fmt.Errorf("FlowLogs.Destination is %q: use %s", destination, strings.Join(FlowLogDestinations(), ", "))}
	case destination == FlowLogsLogGroup && f.RetentionDays < 1:
		return []error{fmt.Errorf("FlowLogs.RetentionDays is %d: use a number of days that CloudWatch Logs has, for example 30", f.RetentionDays)}
	case destination == FlowLogsBucket && f.BucketArn == nil:
		return []error{errors.New("FlowLogs.BucketArn is missing: pass the ARN of the bucket, or use another Destination")}
	}
	return nil
}

// flowLogGroup is the name of the log group of a cluster's VPC.
func flowLogGroup(cluster string) string { return "/aws/vpc-flow-log/" + cluster }

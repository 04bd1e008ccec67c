package network

// destination is Destination or its default.
func (f FlowLogs) destination() string {
	if f.Destination == "" {
		return FlowLogsNone
	}
	return f.Destination
}

// flowLogGroup is the name of the log group of a cluster's VPC.
func flowLogGroup(cluster string) string { return "/aws/vpc-flow-log/" + cluster }

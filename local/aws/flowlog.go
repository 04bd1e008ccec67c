package aws

import (
	"slices"
	"strings"
)

// Destinations of flow logs (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html). Firehose is not modelled.
const (
	toLogGroup = "cloud-watch-logs"
	toBucket   = "s3"
)

func applyFlowLog(s *State, r, _ *Resource) error {
	if sources := slices.Concat(r.Strings("vpcId"), r.Strings("subnetId"), r.Strings("eniId")); len(sources) != 1 {
		return refuse("InvalidParameterCombination", "a flow log is of one thing: the simulated AWS has vpcId, subnetId and eniId")
	}
	if eni := r.String("eniId"); eni != "" && s.Interfaces[eni] == nil {
		return refuse("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '%s' does not exist", eni)
	}
	if r.String("logDestinationType") == toBucket {
		return s.checkBucketOfFlowLog(r)
	}
	if !r.has("iamRoleArn") {
		return refuse("InvalidParameter", "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs")
	}
	// EC2 would make a missing log group itself if the role allows it. The account expects one, so that it has retention and goes with its
	// stack.
	arn := strings.TrimSuffix(r.String("logDestination"), ":*")
	if s.Get(LogGroup, arn) == nil {
		return refuse("LogDestinationNotFoundException", "LogDestination: %s does not exist", arn)
	}
	return nil
}

// checkBucketOfFlowLog: a bucket without a policy gets one from AWS, to any other AWS must be able to write already
// (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html).
func (s *State) checkBucketOfFlowLog(r *Resource) error {
	if r.has("iamRoleArn") {
		return refuse("InvalidParameter", "DeliverLogsPermissionArn is not applicable for s3 delivery")
	}
	name, folder, _ := strings.Cut(strings.TrimPrefix(r.String("logDestination"), s.arn("s3", "", "", "")), "/")
	bucket := s.Get(BucketV2, name)
	if bucket == nil {
		return refuse("LogDestinationNotFoundException", "LogDestination: %s does not exist", name)
	}
	if folder != "" {
		folder = strings.TrimSuffix(folder, "/") + "/"
	}
	key := folder + "AWSLogs/" + AccountID + "/vpcflowlogs/" + s.region + "/log.gz"
	if len(s.Where(BucketPolicy, "bucket", name)) > 0 && !s.mayPut(name, key, "delivery.logs.amazonaws.com") {
		return refuse("InvalidParameter", "Access Denied for LogDestination: %s. Please check LogDestination permission", name)
	}
	return nil
}

// ControlPlaneLogGroup is the name of the log group that a cluster writes its control plane's logs to
// (https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html).
func ControlPlaneLogGroup(cluster string) string { return "/aws/eks/" + cluster + "/cluster" }

// writeLogs does as AWS does from time to time. While a cluster writes control-plane logs, EKS makes a missing log group itself,
// without retention, and that group outlives the cluster; flow logs and the logs of load balancers fill their buckets.
func (s *State) writeLogs() {
	for _, c := range s.List(Cluster) {
		name := ControlPlaneLogGroup(c.ID)
		if len(c.Strings("enabledClusterLogTypes")) > 0 && s.Get(LogGroup, name) == nil {
			_, _ = s.CreateOwned(LogGroup, "eks", Properties{"name": name})
		}
	}
	buckets := []string{}
	for _, r := range s.Where(FlowLog, "logDestinationType", toBucket) {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.String("logDestination"), s.arn("s3", "", "", "")), "/")
		buckets = append(buckets, name)
	}
	for _, arn := range sortedKeys(s.LoadBalancers) {
		buckets = append(buckets, s.LoadBalancers[arn].logBuckets()...)
	}
	slices.Sort(buckets)
	for _, name := range slices.Compact(buckets) {
		_ = s.PutObject(name)
	}
}

package network

// The ways for private subnets to reach the internet.
const (
	// NatNone gives private subnets no way out; they reach S3 through the gateway endpoint, and other services of AWS through
	// interface endpoints only.
	NatNone = "none"
	// NatSingle is one NAT gateway, in the first zone, for all zones: cheaper, and egress stops with its zone.
	NatSingle = "single"
	// NatPerZone is one NAT gateway per zone, so that losing a zone leaves the others connected.
	NatPerZone = "perZone"
)

// NatModes lists the allowed values of Spec.NatGateways.
var NatModes = []string{NatNone, NatSingle, NatPerZone}

// Where flow logs go.
const (
	// FlowLogsNone makes no flow logs.
	FlowLogsNone = "none"
	// FlowLogsLogGroup writes to a CloudWatch log group, where Logs Insights searches them.
	FlowLogsLogGroup = "logGroup"
	// FlowLogsBucket writes to an S3 bucket, which costs less than a log group.
	FlowLogsBucket = "bucket"
)

// FlowLogDestinations lists the allowed values of FlowLogs.Destination.
var FlowLogDestinations = []string{FlowLogsNone, FlowLogsLogGroup, FlowLogsBucket}

// Spec describes the VPC.
type Spec struct {
	// Cidr is the IPv4 block of the VPC, in canonical form, /16 to /20. Default 10.0.0.0/16. It cannot be changed later
	// without replacing the VPC.
	Cidr string `json:"cidr"`

	// AvailabilityZones is the number of availability zones the subnets are spread over, 2 to 6: the first ones of the region
	// by name. Default 2, or the number of zoneNames; EKS and Application Load Balancers need two.
	AvailabilityZones int `json:"availabilityZones" jsonschema:"minimum=2,maximum=6"`

	// ZoneNames are the availability zones by name, such as us-east-1a, 2 to 6, instead of the first ones of the region. Their
	// order fixes the address blocks: append, never reorder. Default none: availabilityZones decides.
	ZoneNames []string `json:"zoneNames" jsonschema:"maxItems=6,uniqueItems=true"`

	// NatGateways says how private subnets reach the internet: none, single or perZone. Default single. With none,
	// interfaceEndpoints has to hold private, and images.mirror has to be set.
	NatGateways string `json:"natGateways"`

	// InterfaceEndpoints are sets of VPC endpoints, by which private subnets reach AWS without a NAT gateway: private (all that a
	// cluster without NAT needs), images (ECR), credentials (STS, Pod Identity), logs (CloudWatch Logs). Each service costs an
	// hourly price per zone. The gateway endpoint for S3 is free and always there. Default none.
	InterfaceEndpoints []string `json:"interfaceEndpoints" jsonschema:"uniqueItems=true"`

	// PodCidr is a second IPv4 block of the VPC, /16 to /20, from which pods take their addresses, such as 100.64.0.0/16. Default
	// none: pods take addresses of cidr.
	PodCidr string `json:"podCidr"`

	// FlowLogs says what is kept of the VPC's traffic.
	FlowLogs FlowLogs `json:"flowLogs"`

	// Existing names a VPC of your own to use in place of a new one.
	Existing Existing `json:"existing"`
}

// FlowLogs says what is kept of the VPC's traffic.
type FlowLogs struct {
	// Destination is none, logGroup or bucket. Default none. With bucket, logs.retentionDays holds.
	Destination string `json:"destination"`

	// RetentionDays is how many days the log group keeps them. Default 30; see LogRetentionDays for the allowed numbers.
	RetentionDays int `json:"retentionDays"`
}

// Existing names a VPC with its subnets. The subnets carry the tags kubernetes.io/role/internal-elb=1 (private) and
// kubernetes.io/role/elb=1 (public), private ones have a way to AWS, and the VPC has DNS support and host names on.
type Existing struct {
	// VpcId is the id of the VPC. Default none: a VPC is made.
	VpcId string `json:"vpcId"`

	// PrivateSubnetIds are the subnets of nodes, pods and internal load balancers, one per zone, in at least two zones. Required
	// where vpcId is given.
	PrivateSubnetIds []string `json:"privateSubnetIds" jsonschema:"maxItems=6,uniqueItems=true"`

	// PublicSubnetIds are the subnets of internet-facing load balancers, one per zone, in at least two zones. Required where
	// vpcId is given and a load balancer is internet-facing.
	PublicSubnetIds []string `json:"publicSubnetIds" jsonschema:"maxItems=6,uniqueItems=true"`
}

// Given reports whether a VPC is named.
func (e Existing) Given() bool { return e.VpcId != "" }

package config

// Ways to give private subnets a route to the internet.
const (
	// NatGatewaysNone builds no NAT gateway: pods reach AWS and registries through VPC endpoints only.
	NatGatewaysNone = "none"
	// NatGatewaysSingle builds one NAT gateway for all zones: cheaper, and egress stops with its zone.
	NatGatewaysSingle = "single"
	// NatGatewaysPerZone builds one NAT gateway per zone.
	NatGatewaysPerZone = "perZone"
)

// NatGatewayModes lists the allowed values of Network.NatGateways.
var NatGatewayModes = []string{NatGatewaysNone, NatGatewaysSingle, NatGatewaysPerZone}

// EndpointsPrivate is the set of interface endpoints that a cluster without NAT gateways needs.
const EndpointsPrivate = "private"

// EndpointSets lists the allowed values of Network.InterfaceEndpoints.
var EndpointSets = []string{EndpointsPrivate, "images", "credentials", "logs"}

// Places for VPC flow logs.
const (
	// FlowLogsNone keeps none.
	FlowLogsNone = "none"
	// FlowLogsLogGroup writes them to a CloudWatch log group, where Logs Insights searches them.
	FlowLogsLogGroup = "logGroup"
	// FlowLogsBucket writes them to the log bucket, which is cheaper.
	FlowLogsBucket = "bucket"
)

// FlowLogDestinations lists the allowed values of FlowLogs.Destination.
var FlowLogDestinations = []string{FlowLogsNone, FlowLogsLogGroup, FlowLogsBucket}

// Network describes the VPC.
type Network struct {
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
	Existing ExistingNetwork `json:"existing"`
}

// FlowLogs says what is kept of the VPC's traffic.
type FlowLogs struct {
	// Destination is none, logGroup or bucket. Default none. With bucket, logs.retentionDays holds.
	Destination string `json:"destination"`

	// RetentionDays is how many days the log group keeps them. Default 30; see LogRetentionDays for the allowed numbers.
	RetentionDays int `json:"retentionDays"`
}

// ExistingNetwork names a VPC with its subnets. The subnets carry the tags kubernetes.io/role/internal-elb=1 (private) and
// kubernetes.io/role/elb=1 (public), private ones have a way to AWS, and the VPC has DNS support and host names on.
type ExistingNetwork struct {
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
func (e ExistingNetwork) Given() bool { return e.VpcId != "" }

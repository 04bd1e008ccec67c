package config

import "github.com/modelway/modelway/internal/capacity"

// Quotas are the limits of Elastic Load Balancing for the account and region
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html). Models are spread over load
// balancers so that none is exceeded. Raise a number here after AWS has raised the quota.
type Quotas struct {
	// Rules on all listeners of a load balancer together, without default rules: 1 to 10000. Default 100.
	Rules int `json:"rules" jsonschema:"minimum=1,maximum=10000"`

	// Targets of a load balancer, which are the pods behind it: 1 to 100000. Default 1000.
	Targets int `json:"targets" jsonschema:"minimum=1,maximum=100000"`

	// TargetsPerTargetGroup are the pods of one version of a model: 1 to 100000. Default 1000.
	TargetsPerTargetGroup int `json:"targetsPerTargetGroup" jsonschema:"minimum=1,maximum=100000"`

	// Certificates of a load balancer beside the default one: 1 to 1000. Default 25.
	Certificates int `json:"certificates" jsonschema:"minimum=1,maximum=1000"`

	// LoadBalancersPerRegion are the Application Load Balancers of the account in the region: 1 to 10000. Default 50.
	LoadBalancersPerRegion int `json:"loadBalancersPerRegion" jsonschema:"minimum=1,maximum=10000"`

	// TargetGroupsPerRegion are the target groups of the account in the region: 1 to 100000. Default 3000.
	TargetGroupsPerRegion int `json:"targetGroupsPerRegion" jsonschema:"minimum=1,maximum=100000"`

	// Reserve is the number of target groups and rules that stay free on each load balancer when a host is placed, for canaries of the models
	// that it has: 0 to 99. A load balancer has 100 target groups, which AWS does not raise. Default 10.
	Reserve int `json:"reserve" jsonschema:"minimum=0,maximum=99"`
}

// defaultQuotas are those of an account that has been granted nothing.
func defaultQuotas() Quotas {
	q := capacity.DefaultQuotas()
	return Quotas{
		Rules: q.RulesPerLoadBalancer, Targets: q.TargetsPerLoadBalancer, TargetsPerTargetGroup: q.TargetsPerTargetGroup,
		Certificates: q.CertificatesPerLoadBalancer, LoadBalancersPerRegion: q.LoadBalancersPerRegion,
		TargetGroupsPerRegion: q.TargetGroupsPerRegion,
		Reserve:               10,
	}
}

package config

import (
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/pipelines"
)

// Defaults returns the configuration that holds where a stack says nothing. It lacks what every stack must give: the
// cluster's adminRoleArns, its publicAccessCidrs while the endpoint is public, and a load balancer.
func Defaults(stack, region string) Config {
	return Config{
		Environment: stack,
		Region:      region,
		Network: Network{
			Cidr: "10.0.0.0/16", AvailabilityZones: 2, ZoneNames: []string{}, NatGateways: network.NatSingle, InterfaceEndpoints: []string{},
			FlowLogs: FlowLogs{Destination: network.FlowLogsNone, RetentionDays: 30},
			Existing: ExistingNetwork{PrivateSubnetIds: []string{}, PublicSubnetIds: []string{}},
		},
		Cluster: Cluster{
			Name:                 "modelway-" + stack,
			KubernetesVersion:    "1.36",
			SupportType:          cluster.SupportStandard,
			AdminRoleArns:        []string{},
			AccessEntries:        []AccessEntry{},
			EndpointPublicAccess: true,
			PublicAccessCidrs:    []string{},
			LogRetentionDays:     30,
			AddonVersions:        map[string]string{},
		},
		Compute:       Compute{FargateProfiles: defaultFargateProfiles(), NodeGroups: []NodeGroup{}, ClusterAutoscaler: true},
		LoadBalancers: map[string]LoadBalancer{},
		Quotas:        defaultQuotas(),
		Migration:     Migration{ReplaceLoadBalancers: []string{}},
		Models: Models{
			Directory: "models", Namespace: "models", Overrides: map[string]modelspec.Override{}, OnInvalidModel: OnInvalidModelFail,
			Delivery: gitops.Pulumi, Git: Git{Revision: gitops.DefaultRevision, SignedBy: []string{}},
			Schedule: Schedule{TimeZone: "Etc/UTC"},
		},
		Database:   database.Default(),
		Mlflow:     mlflowserver.Default(),
		Pipelines:  pipelines.Default(),
		Argocd:     argocd.Default(),
		Monitoring: monitoring.Default(),
		Logs:       Logs{RetentionDays: 90},
		Delivery:   Delivery{Repositories: []string{}, GitHub: GitHub{Environments: []string{}}},
		Cost:       Cost{AlertEmails: []string{}, AlertTopicArns: []string{}},
		Policies: Policies{
			Production: stack == "prod", Levels: map[string]string{}, Exceptions: []PolicyException{}, AllowedRegistries: defaultRegistries(),
		},
		Tags:   map[string]string{},
		Charts: map[string]string{},
	}
}

// defaultFargateProfiles returns a place for the cluster's own pods and one for models.
func defaultFargateProfiles() []FargateProfile {
	var system []Selector
	for _, pods := range addons.SystemProfile() {
		system = append(system, Selector{Namespace: pods.Namespace, Labels: pods.Selector()})
	}
	return []FargateProfile{
		{Name: "system", Selectors: system},
		{Name: "models", Selectors: []Selector{
			{Namespace: "models*", Labels: map[string]string{labels.Compute: modelspec.ComputeFargate}},
		}},
	}
}

package platform

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/recorder"
)

const scrapeType = "kubernetes:" + monitoring.ScrapeVersion + ":" + monitoring.ScrapeKind

var (
	monitoringObject = isType(scrapeType, "kubernetes:"+monitoring.RuleVersion+":"+monitoring.RuleKind)
	prometheus       = releaseOf(addons.PrometheusKey)
	monitoringPage   = named(isType("kubernetes:core/v1:ConfigMap"), "-measuring-dashboard-")
	definitions      = releaseOf(addons.PrometheusDefinitionsKey)
	scaledObject     = isType(keda.Type)
)

// monitoringRules are the edges without which the operator, or what it and Prometheus need, could go before what they look after.
var monitoringRules = []rule{
	{"what Prometheus scrapes goes before its operator", monitoringObject, prometheus, nil},
	{"what Prometheus scrapes goes before its definitions", monitoringObject, definitions, nil},
	{"what Grafana shows goes before Grafana", monitoringPage, prometheus, nil},
	{"Prometheus goes before its definitions", prometheus, definitions, nil},
	{"Prometheus's definitions go before the namespace", definitions, named(isType("kubernetes:core/v1:Namespace"), "-monitoringcrd-"), nil},
	{"Prometheus goes before the workspace that it writes to", prometheus, isType("aws:amp/workspace:Workspace"), nil},
	{"Prometheus goes before the class of its volumes", prometheus, isType("kubernetes:storage.k8s.io/v1:StorageClass"), nil},
	{"Prometheus goes before its roles", prometheus, named(anyRole, "-monitoring-"), nil},
	{"YACE goes before what its namespace comes with", releaseOf(addons.YaceKey), definitions, nil},
	{"YACE goes before its role", releaseOf(addons.YaceKey), named(anyRole, "-yace-"), nil},
	{"YACE goes before the compute that it runs on", releaseOf(addons.YaceKey), computeUnits, nil},
	{"YACE goes before the routes to AWS", releaseOf(addons.YaceKey), routes, nil},
	{"what KEDA scales goes before KEDA", scaledObject, releaseOf(addons.KedaKey), nil},
	{"what KEDA scales goes before the compute that KEDA runs on", scaledObject, computeUnits, nil},
	{"what KEDA scales goes before the network plugin and DNS", scaledObject, eksAddon, nil},
	{"what KEDA scales goes before the routes to AWS", scaledObject, routes, nil},
	{"a class of volumes goes before the driver", isType("kubernetes:storage.k8s.io/v1:StorageClass"), named(eksAddon, "-aws-ebs-csi-driver"), nil},
}

// measured switches the monitoring on, with somebody who is told.
func measured(changes ...func(*config.Config)) func(*config.Config) {
	return func(c *config.Config) {
		c.Monitoring.Enabled = true
		c.Monitoring.Alerts = monitoring.Alerts{DeadMansSwitch: "dead/url", Receivers: []monitoring.Receiver{{
			Name: "all", Type: monitoring.TypeSns, Severities: []string{"critical"}, TopicArn: "arn:aws:sns:us-east-1:111122223333:ml",
		}}}
		for _, change := range changes {
			change(c)
		}
	}
}

// onOpenNodes gives a node group that takes every pod.
func onOpenNodes(c *config.Config) {
	group := compute.DefaultNodeGroup()
	group.Name, group.InstanceTypes = "general", []string{"m6i.large"}
	c.Compute.NodeGroups = append(c.Compute.NodeGroups, group)
}

func prometheusValues(t *testing.T, r *recorder.Recording) *recorder.Resource {
	t.Helper()
	return r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-monitoring-release")
}

// TestMonitoringOnFargate looks for a store outside of the pods, signed requests, and what the pods cost.
func TestMonitoringOnFargate(t *testing.T) {
	r := recordStored(t, measured())
	require.Equal(t, []any{map[string]any{"namespace": "monitoring"}},
		r.Find(t, "aws:eks/fargateProfile:FargateProfile", "modelway-compute-monitoring").Input("selectors"))
	workspace, release := r.Find(t, "aws:amp/workspace:Workspace", "modelway-metrics-workspace"), prometheusValues(t, r)
	require.Equal(t, "modelway-test", workspace.Input(`tags["modelway:cluster"]`), "the roles know it by this tag")
	endpoint := workspace.Outputs["prometheusEndpoint"].StringValue()
	require.Equal(t, []any{endpoint + "api/v1/remote_write", map[string]any{"region": "us-east-1"}},
		[]any{release.Input("values.prometheus.prometheusSpec.remoteWrite[0].url"),
			release.Input("values.prometheus.prometheusSpec.remoteWrite[0].sigv4")})
	require.Equal(t, endpoint, release.Input("values.grafana.additionalDataSources[0].url"))
	for _, account := range addons.Prometheus().Accounts {
		require.NotNil(t, release.Input("values."+account.At+`.annotations["eks.amazonaws.com/role-arn"]`), "Fargate has no Pod Identity")
		require.Contains(t, r.Find(t, "aws:iam/role:Role", "modelway-monitoring-"+account.Key+"-role-role").Input("assumeRolePolicy"),
			"system:serviceaccount:monitoring:"+account.Name)
	}
	require.Empty(t, r.OfType("kubernetes:storage.k8s.io/v1:StorageClass"))
	var billed []string
	for _, item := range cost.Of(r.Set(), recorder.DefaultRegion, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)).Items {
		if item.Component == addons.PrometheusKey {
			arithmetic, _, _ := strings.Cut(item.Arithmetic, " x ")
			billed = append(billed, item.What+": "+arithmetic)
		}
	}
	require.ElementsMatch(t, []string{
		"Fargate pod, 0.5 vCPU, 3 GB: 1", "Fargate pod, 0.25 vCPU, 0.5 GB: 1", "Fargate pod, 0.25 vCPU, 0.5 GB: 1",
		"Fargate pod, 0.25 vCPU, 0.5 GB: 1", "Fargate pod, 0.25 vCPU, 1 GB: 1",
	}, billed)
}

// TestMonitoringOnNodes looks for volumes, and for no store in AWS.
func TestMonitoringOnNodes(t *testing.T) {
	r := recordStored(t, measured(onOpenNodes, func(c *config.Config) { c.Monitoring.Replicas, c.Monitoring.SizeGiB = 2, 100 }))
	require.Empty(t, r.OfType("aws:amp/workspace:Workspace"))
	release := prometheusValues(t, r)
	class := r.Find(t, "kubernetes:storage.k8s.io/v1:StorageClass", "modelway-storage-class")
	require.Equal(t, class.Input("metadata.name"),
		release.Input("values.prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec.storageClassName"))
	require.Equal(t, "modelway:cluster=modelway-test", class.Input("parameters.tagSpecification_1"))
	require.Equal(t, 2.0, release.Input("values.prometheus.prometheusSpec.replicas"))
	require.Equal(t, "100Gi", release.Input("values.prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec.resources.requests.storage"))
	require.Nil(t, release.Input("values.prometheus.prometheusSpec.remoteWrite"))
	for _, role := range r.OfType("aws:iam/role:Role") {
		require.NotRegexp(t, "-monitoring-(prometheus|grafana)-", role.Name, "neither calls AWS")
	}
	require.Nil(t, release.Input(`values.alertmanager.serviceAccount.annotations`), "nodes have Pod Identity")
	require.Len(t, r.OfType("aws:eks/podIdentityAssociation:PodIdentityAssociation"), 1)
}

// TestMonitoringWithoutInternet wants every image from the mirror, and a way to what Prometheus and Alertmanager call.
func TestMonitoringWithoutInternet(t *testing.T) {
	const mirror = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
	r := recordStored(t, measured(func(c *config.Config) {
		c.Network.NatGateways, c.Network.InterfaceEndpoints, c.Images.Mirror = network.NatNone, []string{network.EndpointsPrivate}, mirror
	}))
	release := prometheusValues(t, r)
	for _, image := range addons.Prometheus().Chart.Images {
		require.Equal(t, mirror, release.Input("values."+image.At+".registry"), image.Repository)
	}
	require.Nil(t, release.Input("values.grafana.additionalDataSources"), "its plugin could not be downloaded")
	var services []string
	for _, endpoint := range r.OfType("aws:ec2/vpcEndpoint:VpcEndpoint") {
		services = append(services, fmt.Sprint(endpoint.Input("serviceName")))
	}
	require.Subset(t, services, []string{"com.amazonaws.us-east-1.aps-workspaces", "com.amazonaws.us-east-1.sns"})
}

// TestMonitoringIsNotInstalledUnasked keeps environments without the setting as they are.
func TestMonitoringIsNotInstalledUnasked(t *testing.T) {
	for _, r := range recordStored(t).Resources {
		require.NotRegexp(t, "monitoring|prometheus|amp/|StorageClass", r.Name+r.Type)
	}
}

// TestMonitoringOfEveryEnvironment draws environments with the monitoring, and wants an order in which a destroy is safe, and for every
// Prometheus one place for its series.
func TestMonitoringOfEveryEnvironment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := environment(t)
		measured(func(c *config.Config) {
			c.Monitoring.Replicas = rapid.IntRange(1, 3).Draw(t, "replicas")
			c.Monitoring.Store = rapid.SampledFrom([]string{monitoring.StoreAuto, monitoring.StoreManaged, monitoring.StoreMemory}).Draw(t, "store")
		})(&args.Config)
		args.Config.Monitoring.Scaling = rapid.Bool().Draw(t, "KEDA")
		scaled := 0
		for i := range args.Models {
			if args.Config.Monitoring.Scaling && rapid.Bool().Draw(t, "by requests") {
				args.Models[i].Scaling = modelspec.Scaling{Metric: modelspec.MetricRequests, Target: 50}
				scaled++
			}
		}
		r := recorder.Run(t, program(args), withZones())
		require.Empty(t, missing(r))
		require.Len(t, r.OfType(keda.Type), scaled)
		require.Len(t, r.OfType(keda.AutoscalerType), len(args.Models)-scaled)
		release := r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-monitoring-release")
		claimed := release.Input("values.prometheus.prometheusSpec.storageSpec.volumeClaimTemplate") != nil
		managed := len(r.OfType("aws:amp/workspace:Workspace")) == 1
		require.False(t, claimed && managed)
		require.Equal(t, args.Config.Monitoring.Store != monitoring.StoreMemory, claimed || managed)
		require.Equal(t, claimed, len(r.OfType("kubernetes:storage.k8s.io/v1:StorageClass")) == 1)
		require.Equal(t, len(args.Config.Compute.NodeGroups) > 0, release.Input("values.nodeExporter.enabled"))
		shown := map[string]bool{}
		for _, page := range r.OfType("kubernetes:core/v1:ConfigMap") {
			if page.Input(`metadata.labels["grafana_dashboard"]`) == "1" {
				require.Equal(t, "monitoring", page.Input("metadata.namespace"), "the sidecar looks nowhere else")
				shown[fmt.Sprint(page.Input("metadata.name"))] = true
			}
		}
		require.True(t, shown[alerts.ModelDashboard] && shown[alerts.PlatformDashboard], "alerts link to them")
		require.Equal(t, len(args.Config.Compute.NodeGroups) > 0, shown["modelway-accelerators"], "there are no GPUs on Fargate")
		for _, scraped := range r.OfType(scrapeType) {
			require.Equal(t, "monitoring", scraped.Input("metadata.namespace"))
			require.Equal(t, "kube-prometheus-stack", scraped.Input("metadata.labels.release"), "Prometheus obeys no others")
		}
	})
}

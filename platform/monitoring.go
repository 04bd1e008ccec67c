package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/metricstore"
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/dashboards"
	names "github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/k8s/monitoring"
	"github.com/modelway/modelway/k8s/storageclass"
)

// newMetricStore registers what keeps series where Prometheus has no disk.
func (f *foundation) newMetricStore(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	if !args.Config.Facts().Monitoring.Managed() {
		return nil
	}
	f.metrics, err = metricstore.NewMetricStore(ctx, name+"-metrics", &metricstore.MetricStoreArgs{
		Alias: args.Config.Cluster.Name, Protect: args.Config.Cluster.DeletionProtection, Tags: args.tags(),
	}, pulumi.Parent(p))
	return err
}

// newStorageClass registers the class of the volumes of Prometheus, where it has some.
func (s *workloads) newStorageClass(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !args.Config.Facts().Monitoring.OnDisk() {
		return nil
	}
	made, err := storageclass.NewClass(ctx, name+"-storage", &storageclass.ClassArgs{
		Name: names.StorageClass, ClusterName: args.Config.Cluster.Name, DependsOn: s.capacity(),
	}, s.options(p)...)
	if err != nil {
		return err
	}
	s.storage = []pulumi.Resource{made.Resource}
	return nil
}

// measuring are the values of Prometheus that depend on resources, and those resources: they stay until it is gone, with what it has not
// written yet.
func (s *workloads) measuring(args *PlatformArgs) (map[string]any, []pulumi.Resource) {
	if s.metrics == nil {
		return nil, s.storage
	}
	return addons.RemoteWrite(args.Config.Facts(), s.metrics.Endpoint, pulumi.Sprintf("%sapi/v1/remote_write", s.metrics.Endpoint)),
		append(s.storage, s.metrics.Workspace)
}

// newMonitoring registers what Prometheus scrapes, records and alerts on, and what Grafana shows, where they are installed.
func (s *workloads) newMonitoring(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !args.Config.Monitoring.Enabled {
		return nil
	}
	facts := args.Config.Facts()
	pages, err := dashboards.Pages(facts.Monitoring)
	if err != nil {
		return err
	}
	_, err = monitoring.NewMonitoring(ctx, name+"-measuring", &monitoring.MonitoringArgs{
		Facts:      facts,
		Models:     args.Config.Models.Namespace,
		Rules:      plan.Rules(args.Config, *args.plan, args.Models),
		Dashboards: pages,
		DependsOn: []pulumi.Resource{
			s.helm[addons.PrometheusDefinitionsKey].Release, s.helm[addons.PrometheusKey].Release,
		},
	}, s.options(p)...)
	return err
}

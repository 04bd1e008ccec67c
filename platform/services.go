package platform

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/k8s/autoscaler"
	"github.com/modelway/modelway/k8s/charts"
	"github.com/modelway/modelway/k8s/fargatelogs"
	"github.com/modelway/modelway/k8s/gpu"
	"github.com/modelway/modelway/k8s/schedule"
)

// systemServices are the cluster's own services that are not on every node.
func systemServices(cfg config.Config) []compute.Pod {
	services := slices.Clone(compute.SystemPods)
	if cfg.Compute.Autoscales() {
		services = append(services, compute.ClusterAutoscaler)
	}
	return services
}

// newFargateLogs registers where Fargate pods' logs go. Only pods that start later write there.
func (s *workloads) newFargateLogs(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !s.compute.HasFargate {
		return nil
	}
	group, err := cloudwatch.NewLogGroup(ctx, name+"-fargate-logs", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(compute.FargateLogGroup(args.Config.Cluster.Name)),
		RetentionInDays: pulumi.Int(args.Config.Cluster.LogRetentionDays),
		Tags:            pulumi.ToStringMap(args.tags()),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	made, err := fargatelogs.NewFargateLogs(ctx, name+"-logging", &fargatelogs.FargateLogsArgs{
		Region:    args.Config.Region,
		LogGroup:  group.Name,
		DependsOn: []pulumi.Resource{s.cluster.ControlPlane},
	}, s.options(p)...)
	if err != nil {
		return err
	}
	s.logging = made.Resources
	return nil
}

func (s *workloads) newAutoscaler(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if s.roles.autoscaler == nil {
		return nil
	}
	_, err := autoscaler.NewAutoscaler(ctx, name+"-autoscaler", &autoscaler.AutoscalerArgs{
		ClusterName:       s.cluster.Name,
		Region:            pulumi.String(args.Config.Region),
		KubernetesVersion: args.Config.Cluster.KubernetesVersion,
		RoleArn:           s.roles.autoscaler.Annotation(),
		Chart:             args.chart(charts.ClusterAutoscaler().Name),
		ImageMirror:       args.Config.Images.Mirror,
		Values:            autoscalerValues(args.Config.Network),
		DependsOn:         slices.Concat(s.capacity(), s.logging, s.roles.autoscaler.Ready),
	}, s.options(p)...)
	return err
}

// autoscalerValues spare an autoscaler without a way to the internet the look-up of instance types and their prices, for which there is
// no VPC endpoint (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md).
func autoscalerValues(cfg config.Network) map[string]any {
	if cfg.NatGateways != config.NatGatewaysNone {
		return nil
	}
	return map[string]any{"extraArgs": map[string]any{"aws-use-static-instance-list": true}}
}

// newDevicePlugin registers what offers the GPUs of Amazon Linux nodes to pods; Bottlerocket brings its own.
func (s *workloads) newDevicePlugin(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !gpu.NeedsPlugin(amiTypes(args.Config.Compute)...) {
		return nil
	}
	_, err := gpu.NewDevicePlugin(ctx, name+"-gpu", &gpu.DevicePluginArgs{
		ImageMirror: args.Config.Images.Mirror,
		DependsOn:   s.capacity(),
	}, s.options(p)...)
	return err
}

// newSchedule registers what stops and starts the models at times, where there are any. The controller's webhook admits its pods.
func (s *workloads) newSchedule(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	times := args.Config.Models.Schedule
	if !times.Given() || len(args.Models) == 0 {
		return nil
	}
	_, err := schedule.NewSchedule(ctx, name+"-schedule", &schedule.ScheduleArgs{
		Namespace:         s.models.Name,
		Stop:              times.Stop,
		Start:             times.Start,
		TimeZone:          times.TimeZone,
		Compute:           servicesCompute(args.Config),
		KubernetesVersion: args.Config.Cluster.KubernetesVersion,
		ImageMirror:       args.Config.Images.Mirror,
		DependsOn:         slices.Concat([]pulumi.Resource{s.controller.Release}, s.capacity(), s.logging),
	}, s.options(p)...)
	return err
}

// servicesCompute is what pods of the platform in the models' namespace run on: Fargate where a profile takes them, else nodes.
func servicesCompute(cfg config.Config) string {
	if cfg.Compute.RunsOnFargate(cfg.Models.Namespace, map[string]string{labels.Compute: modelspec.ComputeFargate}) {
		return modelspec.ComputeFargate
	}
	return modelspec.ComputeNodes
}

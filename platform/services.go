package platform

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/k8s/fargatelogs"
	"github.com/modelway/modelway/k8s/gpu"
	"github.com/modelway/modelway/k8s/schedule"
)

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

// newDevicePlugin registers what offers the GPUs of Amazon Linux nodes to pods; Bottlerocket brings its own.
func (s *workloads) newDevicePlugin(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !args.Config.Compute.NeedsPlugin() {
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
		Spec:              times,
		Compute:           plan.ServicesCompute(args.Config),
		KubernetesVersion: args.Config.Cluster.KubernetesVersion,
		ImageMirror:       args.Config.Images.Mirror,
		Keda:              s.helm[addons.KedaKey] != nil,
		DependsOn:         slices.Concat([]pulumi.Resource{s.helm[addons.ControllerKey].Release}, s.keda(), s.capacity(), s.logging),
	}, s.options(p)...)
	return err
}

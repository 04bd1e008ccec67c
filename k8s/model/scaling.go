package model

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	autoscalingv2 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/autoscaling/v2"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newScaling registers what decides how many replicas there are: the autoscaler, which also keeps the minimum where no
// metrics are served, and the disruption budget, which lets drains and Fargate's patching take one replica at a time.
func (m *Model) newScaling(ctx *pulumi.Context, name string, args *ModelArgs, deployment *appsv1.Deployment) error {
	_, err := autoscalingv2.NewHorizontalPodAutoscaler(ctx, name+"-autoscaler", &autoscalingv2.HorizontalPodAutoscalerArgs{
		Metadata: args.metadata(),
		Spec: &autoscalingv2.HorizontalPodAutoscalerSpecArgs{
			MinReplicas: pulumi.Int(args.Model.Replicas.Min),
			MaxReplicas: pulumi.Int(args.Model.Replicas.Max),
			ScaleTargetRef: &autoscalingv2.CrossVersionObjectReferenceArgs{
				ApiVersion: pulumi.String("apps/v1"),
				Kind:       pulumi.String("Deployment"),
				Name:       deployment.Metadata.Name().Elem(),
			},
			Metrics: autoscalingv2.MetricSpecArray{&autoscalingv2.MetricSpecArgs{
				Type: pulumi.String("Resource"),
				Resource: &autoscalingv2.ResourceMetricSourceArgs{
					Name: pulumi.String("cpu"),
					Target: &autoscalingv2.MetricTargetArgs{
						Type:               pulumi.String("Utilization"),
						AverageUtilization: pulumi.Int(targetCPUPercent),
					},
				},
			}},
		},
	}, pulumi.Parent(m))
	if err != nil {
		return err
	}
	_, err = policyv1.NewPodDisruptionBudget(ctx, name+"-budget", &policyv1.PodDisruptionBudgetArgs{
		Metadata: args.metadata(),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable:             pulumi.Int(1),
			Selector:                   args.selector(),
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, pulumi.Parent(m))
	return err
}

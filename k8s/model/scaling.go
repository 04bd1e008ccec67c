package model

import (
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	autoscalingv2 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/autoscaling/v2"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/slo"
	"github.com/modelway/modelway/k8s/inputs"
	"github.com/modelway/modelway/k8s/netpolicy"
)

// newScaling registers what decides how many replicas of a version there are: the autoscaler, which also keeps the minimum where
// no metrics are served, and the disruption budget, which lets drains and Fargate's patching take one replica at a time.
func (b *builder) newScaling(v serving.Version, started pulumi.Resource) error {
	register := b.newAutoscaler
	if b.args.byKeda() {
		register = b.newScaledObject
	}
	if err := register(v, started); err != nil {
		return err
	}
	_, err := policyv1.NewPodDisruptionBudget(b.ctx, b.child(v, "budget"), &policyv1.PodDisruptionBudgetArgs{
		Metadata: b.metadata(v),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable:             pulumi.Int(1),
			Selector:                   netpolicy.Select(v.Selector()),
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, b.parent())
	return err
}

func (b *builder) newAutoscaler(v serving.Version, started pulumi.Resource) error {
	_, err := autoscalingv2.NewHorizontalPodAutoscaler(b.ctx, b.child(v, "autoscaler"), &autoscalingv2.HorizontalPodAutoscalerArgs{
		Metadata: b.metadata(v),
		Spec: &autoscalingv2.HorizontalPodAutoscalerSpecArgs{
			MinReplicas: pulumi.Int(v.Replicas.Min),
			MaxReplicas: pulumi.Int(v.Replicas.Max),
			ScaleTargetRef: &autoscalingv2.CrossVersionObjectReferenceArgs{
				ApiVersion: pulumi.String("apps/v1"),
				Kind:       pulumi.String("Deployment"),
				Name:       pulumi.String(v.DeploymentName()),
			},
			Metrics: autoscalingv2.MetricSpecArray{b.args.metric()},
		},
	}, b.parent(), pulumi.DependsOn([]pulumi.Resource{started}))
	return err
}

// newScaledObject registers what KEDA makes an autoscaler of, whose name differs from that of the version's own autoscaler. Where the
// metric changes there are two for a while, of which Kubernetes follows neither: the replicas stay as they are until one is deleted
// (https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#ambiguous-pod-selector).
func (b *builder) newScaledObject(v serving.Version, started pulumi.Resource) error {
	_, err := apiextensions.NewCustomResource(b.ctx, b.child(v, "scaled-object"), &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String(keda.ApiVersion),
		Kind:       pulumi.String(keda.Kind),
		Metadata:   b.metadata(v),
		OtherFields: kubernetes.UntypedArgs{
			"spec": inputs.Map(serving.ScaledObject(v, slo.Demand(v), monitoring.QueryAddress)),
		},
	}, b.parent(), pulumi.DependsOn(slices.Concat([]pulumi.Resource{started}, b.args.Keda)))
	return err
}

// byKeda reports whether KEDA makes the model's autoscalers.
func (a *ModelArgs) byKeda() bool {
	return a.Model.Scaling.Metric == modelspec.MetricRequests && len(a.Keda) > 0
}

// metric is what the autoscaler measures, as the average of the replicas.
func (a *ModelArgs) metric() *autoscalingv2.MetricSpecArgs {
	scaling := a.Model.Scaling
	if scaling.Metric == modelspec.MetricRequests {
		return &autoscalingv2.MetricSpecArgs{
			Type: pulumi.String("Pods"),
			Pods: &autoscalingv2.PodsMetricSourceArgs{
				Metric: &autoscalingv2.MetricIdentifierArgs{Name: pulumi.String(a.RequestMetric)},
				Target: &autoscalingv2.MetricTargetArgs{Type: pulumi.String("AverageValue"), AverageValue: pulumi.String(strconv.Itoa(scaling.Target))},
			},
		}
	}
	return &autoscalingv2.MetricSpecArgs{
		Type: pulumi.String("Resource"),
		Resource: &autoscalingv2.ResourceMetricSourceArgs{
			Name:   pulumi.String(scaling.Metric),
			Target: &autoscalingv2.MetricTargetArgs{Type: pulumi.String("Utilization"), AverageUtilization: pulumi.Int(scaling.Target)},
		},
	}
}

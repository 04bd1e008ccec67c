package autoscaler

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/k8s/charts"
	"github.com/modelway/modelway/k8s/release"
)

func (a *AutoscalerArgs) release() *release.ReleaseArgs {
	pinned := charts.ClusterAutoscaler()
	args := &release.ReleaseArgs{
		Chart:      pulumi.String(pinned.Name),
		Version:    pulumi.String(pinned.Version),
		Repository: pulumi.String(pinned.Repository),
		Name:       pulumi.String(pinned.Name),
		Namespace:  pulumi.String(pinned.Namespace),
		Values:     a.values(),
	}
	if a.Chart != "" {
		args.Chart, args.Version, args.Repository = pulumi.String(a.Chart), nil, nil
	}
	return args
}

// values are the chart's values: the pinned ones, the caller's over them, and over those what belongs to the cluster.
func (a *AutoscalerArgs) values() pulumi.Map {
	tag, _ := charts.ClusterAutoscalerTag(a.KubernetesVersion)
	values := charts.ClusterAutoscalerValues(tag, a.replicas())
	for _, over := range []map[string]any{a.Values, charts.MirrorValues(charts.ClusterAutoscaler(), a.ImageMirror), a.clusterValues()} {
		values = charts.Merge(values, over)
	}
	return pulumi.ToMap(values)
}

// clusterValues carry the role in an annotation of the service account, or not at all where a Pod Identity association names
// the service account.
func (a *AutoscalerArgs) clusterValues() map[string]any {
	account := map[string]any{"create": true, "name": charts.ClusterAutoscalerServiceAccount}
	if a.RoleArn != nil {
		account["annotations"] = map[string]any{"eks.amazonaws.com/role-arn": a.RoleArn}
	}
	return map[string]any{
		"awsRegion":     a.Region,
		"autoDiscovery": map[string]any{"clusterName": a.ClusterName},
		"rbac":          map[string]any{"serviceAccount": account},
	}
}

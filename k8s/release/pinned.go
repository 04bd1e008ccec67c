package release

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/k8s/charts"
)

// Pinned describes the release of a pinned chart. With an override, which is a path or an address, that chart is installed in its
// place, under the same name.
func Pinned(chart charts.Chart, override string, values pulumi.MapInput) *ReleaseArgs {
	args := &ReleaseArgs{
		Chart:      pulumi.String(chart.Name),
		Version:    pulumi.String(chart.Version),
		Repository: pulumi.String(chart.Repository),
		Name:       pulumi.String(chart.Name),
		Namespace:  pulumi.String(chart.Namespace),
		Values:     values,
	}
	if override != "" {
		args.Chart, args.Version, args.Repository = pulumi.String(override), nil, nil
	}
	return args
}

// ServiceAccount are the chart values of a service account with a role in AWS: in an annotation, which is where IAM roles for service
// accounts have it (https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html), or not at all where
// roleArn is nil and a Pod Identity association names the service account.
func ServiceAccount(name string, roleArn pulumi.StringInput) map[string]any {
	account := map[string]any{"create": true, "name": name}
	if roleArn != nil {
		account["annotations"] = map[string]any{"eks.amazonaws.com/role-arn": roleArn}
	}
	return account
}

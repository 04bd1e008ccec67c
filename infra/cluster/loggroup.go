package cluster

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// LogGroup is the name of the log group that EKS writes a cluster's control-plane logs to
// (https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html).
func LogGroup(clusterName string) string { return "/aws/eks/" + clusterName + "/cluster" }

// adopted are the properties of a log group that an adoption leaves as it finds them. An import fails when it would have to
// change a property (https://www.pulumi.com/docs/iac/concepts/resources/options/import/).
var adopted = []string{"kmsKeyId", "logGroupClass", "retentionInDays", "skipDestroy", "tags", "tagsAll"}

// newLogGroup takes the name that EKS writes to, before EKS can create it without retention.
func (c *Cluster) newLogGroup(ctx *pulumi.Context, name string, args *ClusterArgs) (*cloudwatch.LogGroup, error) {
	options := []pulumi.ResourceOption{pulumi.Parent(c), pulumi.Protect(args.Protect)}
	if args.AdoptLogGroup {
		options = append(options, pulumi.Import(pulumi.ID(LogGroup(args.Name))), pulumi.IgnoreChanges(adopted))
	}
	return cloudwatch.NewLogGroup(ctx, name+"-logs", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(LogGroup(args.Name)),
		RetentionInDays: pulumi.Int(args.LogRetentionDays),
		Tags:            pulumi.ToStringMap(args.Tags),
	}, options...)
}

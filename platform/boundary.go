package platform

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/config"
)

// bounded has every role of the platform, those inside pulumi-eks too, carry the permissions boundary of the configuration, without
// which the deploying role may not make it.
func bounded(cfg config.Config) []pulumi.ResourceOption {
	boundary := cfg.Delivery.GitHub.PermissionsBoundaryArn
	if boundary == "" {
		return nil
	}
	return []pulumi.ResourceOption{pulumi.Transforms([]pulumi.ResourceTransform{
		func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
			if args.Type != "aws:iam/role:Role" {
				return nil
			}
			args.Props["permissionsBoundary"] = pulumi.String(boundary)
			return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
		},
	})}
}

// The program makes what Pulumi needs to keep state in an AWS account of your own: a bucket for the state, and a key for the
// bucket and for the secrets in the state.
package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/modelway/modelway/infra/bucket"
)

func main() { pulumi.Run(program) }

func program(ctx *pulumi.Context) error {
	region, err := config.Try(ctx, "aws:region")
	if err != nil {
		return err
	}
	removable := config.GetBool(ctx, "removable")
	// Without their key, neither the bucket nor the secrets of any stack can be read again.
	kept := []pulumi.ResourceOption{pulumi.Protect(!removable), pulumi.RetainOnDelete(!removable)}
	key, err := kms.NewKey(ctx, "state-key", &kms.KeyArgs{
		Description:          pulumi.String("State and secrets of Pulumi stacks"),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(30),
	}, kept...)
	if err != nil {
		return err
	}
	alias, err := kms.NewAlias(ctx, "state-key-alias", &kms.AliasArgs{
		Name: pulumi.String("alias/modelway-state"), TargetKeyId: key.KeyId,
	}, kept...)
	if err != nil {
		return err
	}
	state, err := bucket.NewBucket(ctx, "modelway-state", &bucket.BucketArgs{
		Spec:      bucket.Spec{Versioned: true, NoncurrentDays: 365, ForceDestroy: removable},
		KmsKeyArn: key.Arn,
	}, kept...)
	if err != nil {
		return err
	}
	ctx.Export("backendUrl", pulumi.Sprintf("s3://%s?region=%s", state.Name, region))
	ctx.Export("secretsProvider", pulumi.Sprintf("awskms://%s?region=%s", alias.Name, region))
	return nil
}

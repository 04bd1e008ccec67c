package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/bucket"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/plan"
)

// newLogBucket registers the bucket that load balancers and the VPC write their logs to, where one of them does.
func (f *foundation) newLogBucket(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	if !args.Config.NeedsLogBucket() {
		return nil
	}
	f.logs, err = bucket.NewBucket(ctx, name+"-logs", &bucket.BucketArgs{
		Statements: func(arn string) []iamdoc.Statement {
			return append(iamdoc.LoadBalancerLogs(arn, plan.LoadBalancerLogs, f.account.id), iamdoc.FlowLogs(arn, args.Config.Region,
				f.account.id)...)
		},
		Spec: args.kept(bucket.Spec{ExpireDays: args.Config.Logs.RetentionDays}),
		Tags: args.tags(),
	}, pulumi.Parent(p))
	return err
}

// kept is a bucket that goes with the environment's protection from deletion.
func (a *PlatformArgs) kept(s bucket.Spec) bucket.Spec {
	s.Protect, s.ForceDestroy = a.Config.Cluster.DeletionProtection, !a.Config.Cluster.DeletionProtection
	return s
}

// modelStore is where models keep their files.
type modelStore struct {
	name, arn pulumi.StringOutput
	ready     []pulumi.Resource
}

// newModelStore registers the bucket for model files, or names the existing one, where there is a store.
func (f *foundation) newModelStore(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	cfg := args.Config.ModelStore
	if !cfg.Enabled {
		return nil
	}
	if cfg.ExistingBucket != "" {
		f.store = &modelStore{
			name: pulumi.String(cfg.ExistingBucket).ToStringOutput(),
			arn:  pulumi.String(aws.Arn(args.Config.Region, "s3", "", "", cfg.ExistingBucket)).ToStringOutput(),
		}
		return nil
	}
	made, err := bucket.NewBucket(ctx, name+"-model-store", &bucket.BucketArgs{
		Spec: args.kept(bucket.Spec{Versioned: true}),
		Tags: args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	f.store = &modelStore{name: made.Name, arn: made.Arn, ready: made.Ready}
	return nil
}

// uri is the address of a model's own folder.
func (s *modelStore) uri(model string) pulumi.StringOutput {
	return pulumi.Sprintf("s3://%s/%s/", s.name, model)
}

// bucket is the name of the bucket, "" where there is no store.
func (s *modelStore) bucket() pulumi.StringOutput {
	if s == nil {
		return pulumi.String("").ToStringOutput()
	}
	return s.name
}

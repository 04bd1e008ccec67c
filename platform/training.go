package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/model"
)

// newTraining registers the role of what trains a model, and says how it is trained; nil for a model that the cluster does not train.
func (s *workloads) newTraining(ctx *pulumi.Context, p *Platform, name string, spec Model,
	args *PlatformArgs) (*model.TrainingArgs, error) {
	if !spec.Train.InCluster() {
		return nil, nil
	}
	training := &model.TrainingArgs{Compute: plan.ServicesCompute(args.Config), Registry: plan.TrainingRegistry(args.Config, spec)}
	described := &identity.ServiceAccountRoleArgs{Role: identity.Role{
		Namespace: args.Config.Models.Namespace, ServiceAccount: serving.TrainingAccount(spec.Name),
	}}
	folder, given := modelspec.ParseFolder(spec.Train.Artifacts)
	switch region := args.Config.Region; {
	case given:
		described.Policy = identity.ArtifactsPolicy(region, identity.BucketFolder{
			Bucket: aws.Arn(region, "s3", "", "", folder.Bucket), Prefix: folder.Prefix,
		})
	case training.Registry == mlflowserver.Address && args.Config.Mlflow.Enabled:
		described.PolicyText = s.buckets[addons.MlflowKey].Arn.ApplyT(func(arn string) (string, error) {
			return addons.WritesArtifacts(arn).JSON()
		}).(pulumi.StringOutput)
	default:
		return training, nil
	}
	role, err := s.newRole(ctx, p, name+"-"+spec.Name+".train-role", training.Compute == modelspec.ComputeFargate, args, described)
	if err != nil {
		return nil, err
	}
	training.RoleArn, training.RoleReady = role.Annotation(), role.Ready
	return training, nil
}

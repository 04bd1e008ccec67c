package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/bucket"
	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/database"
	names "github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/k8s/mlflow"
)

// artifacts is where MLflow's runs keep their files, and who may do what there.
type artifacts struct {
	bucket *bucket.Bucket
	// roles are by what they may do: identity.ReadArtifacts and the like.
	roles map[string]*identity.ServiceAccountRole
}

// users are the service accounts that may do something with files of runs.
var users = []struct{ use, name, account string }{
	{identity.ReadArtifacts, "server", names.Name},
	{identity.RemoveArtifacts, "gc", names.Garbage},
	{identity.WriteArtifacts, "trainer", names.Trainer},
}

// newArtifacts registers the bucket for the files of runs and models, and the roles that read, write and remove them, where there is an
// MLflow server.
func (f *foundation) newArtifacts(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !args.Config.Mlflow.Enabled {
		return nil
	}
	made, err := bucket.NewBucket(ctx, name+"-artifacts", &bucket.BucketArgs{
		Spec: args.kept(bucket.Spec{Versioned: true, NoncurrentDays: names.KeptDays}),
		Tags: args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	f.artifacts = &artifacts{bucket: made, roles: map[string]*identity.ServiceAccountRole{}}
	onFargate := plan.Compute(args.Config).OnFargate(addons.Mlflow().Workloads...)
	for _, user := range users {
		policy := made.Arn.ApplyT(func(arn string) (string, error) {
			return identity.ArtifactPolicy(arn, names.Folder, user.use).JSON()
		}).(pulumi.StringOutput)
		f.artifacts.roles[user.use], err = f.newRole(ctx, p, name+"-"+addons.MlflowKey+"-"+user.name+"-role", onFargate, args,
			&identity.ServiceAccountRoleArgs{
				Role: identity.Role{Namespace: names.Namespace, ServiceAccount: user.account}, PolicyText: policy,
			})
		if err != nil {
			return err
		}
	}
	return nil
}

// annotation is that of the service account of a use; nil where a Pod Identity association gives the role.
func (a *artifacts) annotation(use string) pulumi.StringInput { return a.roles[use].Annotation() }

// ready is the bucket with its settings, and the roles with what they may do.
func (a *artifacts) ready() []pulumi.Resource {
	all := slices.Clone(a.bucket.Ready)
	for _, user := range users {
		all = append(all, a.roles[user.use].Ready...)
	}
	return all
}

// newMlflow registers the MLflow server, where there is one.
func (s *workloads) newMlflow(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !args.Config.Mlflow.Enabled {
		return nil
	}
	host, blocks := "", []string(nil)
	for _, b := range args.plan.Balancers {
		for _, page := range b.Tools {
			if page.Key == addons.MlflowKey {
				host, blocks = page.Host, s.network.PrivateCidrs
			}
		}
	}
	certificates, _ := database.Certificates(args.Config.Region) // checked
	made, err := mlflow.NewServer(ctx, name+"-"+addons.MlflowKey, &mlflow.ServerArgs{
		Spec: args.Config.Mlflow, Region: args.Config.Region, Host: host, ImageMirror: args.Config.Images.Mirror,
		Database: mlflow.Database{
			Host: s.database.Host, SecretArn: s.database.SecretArn, PoolSize: s.database.PoolSize, Certificates: certificates,
		},
		Bucket:         s.artifacts.bucket.Name,
		ServerRoleArn:  s.artifacts.annotation(identity.ReadArtifacts),
		GarbageRoleArn: s.artifacts.annotation(identity.RemoveArtifacts),
		TrainerRoleArn: s.artifacts.annotation(identity.WriteArtifacts),
		Blocks:         blocks,
		DependsOn:      slices.Concat(s.capacity(), s.logging, []pulumi.Resource{s.database.Server}, s.artifacts.ready()),
		Operator: slices.Concat([]pulumi.Resource{s.helm[addons.ExternalSecretsKey].Release}, s.roles.helm[addons.ExternalSecretsKey].Ready,
			s.capacity()),
	}, s.options(p)...)
	if err != nil {
		return err
	}
	s.own[addons.MlflowKey] = made.Ready
	return nil
}

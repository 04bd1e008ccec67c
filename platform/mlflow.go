package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/k8s/mlflow"
)

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
	row, files := addons.Mlflow(), s.buckets[addons.MlflowKey]
	roles, ready := s.accounts(row)
	certificates, _ := database.Certificates(args.Config.Region) // checked
	made, err := mlflow.NewServer(ctx, name+"-"+row.Key, &mlflow.ServerArgs{
		Spec: args.Config.Mlflow, Region: args.Config.Region, Host: host, ImageMirror: args.Config.Images.Mirror,
		Database: mlflow.Database{
			Host: s.database.Host, SecretArn: s.database.SecretArn, PoolSize: s.database.PoolSize, Certificates: certificates,
		},
		Bucket:    files.Name,
		RoleArns:  roles,
		Blocks:    blocks,
		DependsOn: slices.Concat(s.capacity(), s.logging, []pulumi.Resource{s.database.Server}, files.Ready, ready),
		Operator:  s.operator(),
	}, s.options(p)...)
	if err != nil {
		return err
	}
	s.own[addons.MlflowKey] = made.Ready
	return nil
}

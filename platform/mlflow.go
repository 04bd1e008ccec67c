package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/mlflow"
)

// newMlflow registers the MLflow server, where there is one.
func (s *workloads) newMlflow(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !args.Config.Mlflow.Enabled {
		return nil
	}
	row, files := addons.Mlflow(), s.buckets[addons.MlflowKey]
	roles, ready := s.accounts(row)
	host, blocks := s.page(args, row)
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

// page is the host of the page of a row, and the addresses that requests for it come from; "" and none where no load balancer serves tools.
func (s *workloads) page(args *PlatformArgs, row addons.Helm) (host string, blocks []string) {
	for _, b := range args.plan.Balancers {
		for _, page := range b.Tools {
			if page.Key == row.Key {
				if b.Settings.Scheme == serving.SchemeInternetFacing {
					return page.Host, s.network.PublicCidrs
				}
				return page.Host, s.network.PrivateCidrs
			}
		}
	}
	return "", nil
}

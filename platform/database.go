package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/database"
)

// newDatabase registers the database of MLflow and Kubeflow Pipelines, where there is one. Nodes and pods on Fargate are in the security
// group of the cluster, and reach it.
func (f *foundation) newDatabase(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	if !args.Config.Database.Enabled {
		return nil
	}
	f.database, err = database.NewDatabase(ctx, name+"-database", &database.DatabaseArgs{
		Spec:                  args.Config.Database,
		VpcId:                 f.network.VpcId,
		SubnetIds:             f.network.PrivateSubnetIds,
		ClientSecurityGroupId: f.cluster.SecurityGroupId,
		Protect:               args.Config.Cluster.DeletionProtection,
		Tags:                  args.tags(),
	}, pulumi.Parent(p))
	return err
}

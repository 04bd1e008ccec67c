package database

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/database"
)

// newServer registers the server. By its inputs it depends on its parameters: the authentication policy holds before RDS makes the first
// user. RDS makes the password too, so that it is in no input and no output. A change takes effect at once, not in the next maintenance
// window: otherwise an update would say that it is done when nothing is.
func (b *builder) newServer(group *ec2.SecurityGroup, subnets *rds.SubnetGroup, parameters *rds.ParameterGroup) (*rds.Instance, error) {
	name := b.name + "-server"
	args := &rds.InstanceArgs{
		Engine:                   pulumi.String(database.Engine),
		EngineVersion:            pulumi.String(database.Version),
		EngineLifecycleSupport:   pulumi.String(database.Lifecycle),
		AutoMinorVersionUpgrade:  pulumi.Bool(true),
		InstanceClass:            pulumi.String(b.args.InstanceClass),
		MultiAz:                  pulumi.Bool(b.args.MultiAz),
		AllocatedStorage:         pulumi.Int(b.args.StorageGiB),
		MaxAllocatedStorage:      pulumi.Int(b.args.MaxStorageGiB),
		StorageType:              pulumi.String("gp3"),
		StorageEncrypted:         pulumi.Bool(true),
		DbName:                   pulumi.String(database.Name),
		Username:                 pulumi.String(database.User),
		ManageMasterUserPassword: pulumi.Bool(true),
		Port:                     pulumi.Int(database.Port),
		DbSubnetGroupName:        subnets.Name,
		ParameterGroupName:       parameters.Name,
		VpcSecurityGroupIds:      pulumi.StringArray{group.ID()},
		PubliclyAccessible:       pulumi.Bool(false),
		BackupRetentionPeriod:    pulumi.Int(b.args.BackupDays),
		BackupWindow:             pulumi.String(database.BackupWindow),
		MaintenanceWindow:        pulumi.String(database.MaintenanceWindow),
		CopyTagsToSnapshot:       pulumi.Bool(true),
		DeleteAutomatedBackups:   pulumi.Bool(true),
		SkipFinalSnapshot:        pulumi.Bool(!b.args.FinalSnapshot),
		ApplyImmediately:         pulumi.Bool(true),
		DeletionProtection:       pulumi.Bool(b.args.Protect),
		Tags:                     b.tags(name),
	}
	if b.args.FinalSnapshot {
		// RDS wants a name that no snapshot has, and the server cannot name itself before it is made: the subnet group has a random end that
		// is another one in each life of the environment.
		args.FinalSnapshotIdentifier = pulumi.Sprintf("%s-final", subnets.Name)
	}
	options := []pulumi.ResourceOption{pulumi.Parent(b.parent)}
	if b.args.Protect {
		options = append(options, pulumi.Protect(true))
	}
	return rds.NewInstance(b.ctx, name, args, options...)
}

// Package database makes a MySQL server on Amazon RDS, in private subnets, which keeps its password itself.
package database

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/rule"
)

// Token is the component's type token.
const Token = "modelway:database:Database"

// Spec describes the server; its rules are in package internal/database.
type Spec = database.Spec

// DatabaseArgs describe a database.
type DatabaseArgs struct {
	// Spec is the size of the server, its storage and its backups.
	Spec
	// VpcId is the VPC, and SubnetIds subnets of it in two availability zones or more, without a way in from the internet. Required.
	VpcId     pulumi.StringInput
	SubnetIds pulumi.StringArrayInput
	// ClientSecurityGroupId is the security group whose members may connect: that of the cluster. Required.
	ClientSecurityGroupId pulumi.StringInput
	// Protect refuses the deletion of the server, in Pulumi and in AWS, until the option is off and applied. Default false.
	Protect bool
	// Tags are put on every child. Default none.
	Tags map[string]string
}

// Database is a MySQL server.
type Database struct {
	pulumi.ResourceState

	// Host is the DNS name of the server, which is the standby's after it has taken over, and Port where it listens.
	Host pulumi.StringOutput
	Port int
	// SecretArn is the secret of Secrets Manager with the keys username and password. RDS made it, changes the password and deletes the
	// secret with the server.
	SecretArn pulumi.StringOutput
	// PoolSize is how many connections each pool of a client may have.
	PoolSize int
	// Server is what clients depend on.
	Server pulumi.Resource
}

// NewDatabase registers a database.
func NewDatabase(ctx *pulumi.Context, name string, args *DatabaseArgs, opts ...pulumi.ResourceOption) (*Database, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking database %q: %w", name, err)
	}
	class, _ := args.Class() // checked
	d := &Database{Port: database.Port, PoolSize: class.Pool()}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), d, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	b := builder{ctx: ctx, parent: d, name: name, args: args, class: class}
	group, err := b.newSecurityGroup()
	if err != nil {
		return nil, fmt.Errorf("registering the security group of %q: %w", name, err)
	}
	subnets, err := b.newSubnetGroup()
	if err != nil {
		return nil, fmt.Errorf("registering the subnet group of %q: %w", name, err)
	}
	parameters, err := b.newParameterGroup()
	if err != nil {
		return nil, fmt.Errorf("registering the parameters of %q: %w", name, err)
	}
	server, err := b.newServer(group, subnets, parameters)
	if err != nil {
		return nil, fmt.Errorf("registering the server of %q: %w", name, err)
	}
	d.Host, d.Server = server.Address, server
	d.SecretArn = server.MasterUserSecrets.Index(pulumi.Int(0)).SecretArn().Elem()
	return d, ctx.RegisterResourceOutputs(d, pulumi.Map{
		"host": d.Host, "port": pulumi.Int(d.Port), "secretArn": d.SecretArn, "poolSize": pulumi.Int(d.PoolSize),
	})
}

func (a *DatabaseArgs) validate() error {
	if a == nil || a.VpcId == nil || a.SubnetIds == nil || a.ClientSecurityGroupId == nil {
		return errors.New("VpcId, SubnetIds and ClientSecurityGroupId are required: where the server is, and who may connect to it")
	}
	return rule.Join(a.Check())
}

func (a *DatabaseArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"instanceClass": pulumi.String(a.InstanceClass), "storageGiB": pulumi.Int(a.StorageGiB), "maxStorageGiB": pulumi.Int(a.MaxStorageGiB),
		"multiAz": pulumi.Bool(a.MultiAz), "backupDays": pulumi.Int(a.BackupDays), "finalSnapshot": pulumi.Bool(a.FinalSnapshot),
		"protect": pulumi.Bool(a.Protect), "vpcId": a.VpcId, "subnetIds": a.SubnetIds, "clientSecurityGroupId": a.ClientSecurityGroupId,
		"tags": pulumi.ToStringMap(a.Tags),
	}
}

// builder registers the children of one database.
type builder struct {
	ctx    *pulumi.Context
	parent *Database
	name   string
	args   *DatabaseArgs
	class  database.Class
}

func (b *builder) tags(name string) pulumi.StringMap {
	return pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil))
}

// newSecurityGroup opens the port to the clients and to nobody else. The server opens no connections, so that it has no rules for egress.
func (b *builder) newSecurityGroup() (*ec2.SecurityGroup, error) {
	name := b.name + "-group"
	return ec2.NewSecurityGroup(b.ctx, name, &ec2.SecurityGroupArgs{
		VpcId:       b.args.VpcId.ToStringOutput(),
		Description: pulumi.String("Database"),
		Ingress: ec2.SecurityGroupIngressArray{ec2.SecurityGroupIngressArgs{
			Description: pulumi.String("MySQL from the cluster"), Protocol: pulumi.String("tcp"),
			FromPort: pulumi.Int(database.Port), ToPort: pulumi.Int(database.Port),
			SecurityGroups: pulumi.StringArray{b.args.ClientSecurityGroupId},
		}},
		Tags: b.tags(name),
	}, pulumi.Parent(b.parent))
}

func (b *builder) newSubnetGroup() (*rds.SubnetGroup, error) {
	name := b.name + "-subnets"
	return rds.NewSubnetGroup(b.ctx, name, &rds.SubnetGroupArgs{
		Description: pulumi.String("Private subnets of the database"),
		SubnetIds:   b.args.SubnetIds,
		Tags:        b.tags(name),
	}, pulumi.Parent(b.parent))
}

func (b *builder) newParameterGroup() (*rds.ParameterGroup, error) {
	name := b.name + "-parameters"
	parameters := rds.ParameterGroupParameterArray{}
	for _, p := range b.class.Parameters() {
		parameters = append(parameters, rds.ParameterGroupParameterArgs{
			Name: pulumi.String(p.Name), Value: pulumi.String(p.Value), ApplyMethod: pulumi.String(p.Method),
		})
	}
	return rds.NewParameterGroup(b.ctx, name, &rds.ParameterGroupArgs{
		Description: pulumi.String("Settings of the database"),
		Family:      pulumi.String(database.Family),
		Parameters:  parameters,
		Tags:        b.tags(name),
	}, pulumi.Parent(b.parent))
}

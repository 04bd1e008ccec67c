package compute

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/naming"
)

// builder registers the children of one Compute.
type builder struct {
	ctx     *pulumi.Context
	compute *Compute
	name    string
	args    *ComputeArgs
}

func (b *builder) parent() pulumi.ResourceOption { return pulumi.Parent(b.compute) }

// tags are the common tags and a Name, which is what the AWS console shows.
func (b *builder) tags(name string) pulumi.StringMap {
	return pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil))
}

// newRole registers a role with AWS's own policies and returns it with their attachments. Both are to outlive what uses
// the role: nodes and pods keep calling AWS until they are gone.
func (b *builder) newRole(suffix, description string, trust pulumi.StringInput, policies []string) (*iam.Role, []pulumi.Resource, error) {
	name := b.name + "-" + suffix
	args := &iam.RoleArgs{
		Description: pulumi.String(description), AssumeRolePolicy: trust, Path: pulumi.String("/"), Tags: b.tags(name),
	}
	if prefix := naming.AutonamePrefix(name, naming.IAMRole); prefix != "" {
		args.NamePrefix = pulumi.String(prefix)
	}
	role, err := iam.NewRole(b.ctx, name, args, b.parent())
	if err != nil {
		return nil, nil, err
	}
	b.compute.RoleArns = append(b.compute.RoleArns, role.Arn)
	ready := []pulumi.Resource{role}
	for _, policy := range policies {
		attachment, err := iam.NewRolePolicyAttachment(b.ctx, name+"-"+policy, &iam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: pulumi.String(aws.ManagedPolicyArn(aws.Partition(b.args.Region), policy)),
		}, b.parent())
		if err != nil {
			return nil, nil, err
		}
		ready = append(ready, attachment)
	}
	return role, ready, nil
}

// after joins what a resource must wait for.
func (b *builder) after(ready ...pulumi.Resource) pulumi.ResourceOption {
	return pulumi.DependsOn(append(append([]pulumi.Resource(nil), b.args.After...), ready...))
}

package identity

import (
	"fmt"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/naming"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ServiceAccountRoleToken is the type token of ServiceAccountRole.
const ServiceAccountRoleToken = "modelway:identity:ServiceAccountRole"

// ServiceAccountRoleArgs describe the role of one Kubernetes service account.
type ServiceAccountRoleArgs struct {
	// OidcProviderArn is the ARN of the cluster's OpenID Connect provider in IAM. Required.
	OidcProviderArn pulumi.StringInput
	// Issuer is the URL of the cluster's issuer. Required.
	Issuer pulumi.StringInput
	// Namespace and ServiceAccount name the service account, RFC 1123 names without wildcards. Required.
	Namespace, ServiceAccount string
	// Policy is what the role may do, as a customer managed policy of its own. Default none.
	Policy Document
	// ManagedPolicyArns are existing policies that the role has too, at most nine besides Policy. Default none.
	ManagedPolicyArns []string
	// Tags are put on every taggable child. Default none.
	Tags map[string]string
}

// ServiceAccountRole is an IAM role that one Kubernetes service account assumes with its own token.
type ServiceAccountRole struct {
	pulumi.ResourceState

	// RoleArn is the value of the service account's annotation eks.amazonaws.com/role-arn.
	RoleArn pulumi.StringOutput
	// Role is the IAM role.
	Role *iam.Role
	// Policy and Attachment are the role's own policy and its attachment; nil when the arguments have no Policy.
	Policy     *iam.Policy
	Attachment *iam.RolePolicyAttachment
	// ManagedAttachments are the attachments of ManagedPolicyArns, in their order.
	ManagedAttachments []*iam.RolePolicyAttachment
	// Ready is all of the above. What uses the permissions depends on Ready, not on the role alone: on destroy, Pulumi would
	// otherwise detach the policy while it is still in use.
	Ready []pulumi.Resource
}

// NewServiceAccountRole registers a role, its policy and their attachment.
func NewServiceAccountRole(ctx *pulumi.Context, name string, args *ServiceAccountRoleArgs, opts ...pulumi.ResourceOption) (*ServiceAccountRole, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking service account role %q: %w", name, err)
	}
	r := &ServiceAccountRole{}
	if err := ctx.RegisterComponentResourceV2(ServiceAccountRoleToken, name, args.inputs(), r, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	if err := r.newRole(ctx, name, args); err != nil {
		return nil, fmt.Errorf("registering the role of %q: %w", name, err)
	}
	if err := r.newPolicy(ctx, name, args); err != nil {
		return nil, fmt.Errorf("registering the policy of %q: %w", name, err)
	}
	if err := r.attachManagedPolicies(ctx, name, args); err != nil {
		return nil, fmt.Errorf("attaching managed policies to %q: %w", name, err)
	}
	r.RoleArn = r.Role.Arn
	return r, ctx.RegisterResourceOutputs(r, pulumi.Map{"roleArn": r.RoleArn})
}

func (a *ServiceAccountRoleArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"oidcProviderArn":   a.OidcProviderArn,
		"issuer":            a.Issuer,
		"namespace":         pulumi.String(a.Namespace),
		"serviceAccount":    pulumi.String(a.ServiceAccount),
		"managedPolicyArns": pulumi.ToStringArray(a.ManagedPolicyArns),
		"tags":              pulumi.ToStringMap(a.Tags),
	}
}

func (r *ServiceAccountRole) newRole(ctx *pulumi.Context, name string, args *ServiceAccountRoleArgs) error {
	trust := pulumi.All(args.OidcProviderArn, args.Issuer).ApplyT(func(v []any) (string, error) {
		return iamdoc.WebIdentityTrust(v[0].(string), v[1].(string), args.Namespace, args.ServiceAccount).JSON()
	}).(pulumi.StringOutput)
	role, err := iam.NewRole(ctx, name+"-role", &iam.RoleArgs{
		NamePrefix:       prefix(name+"-role", naming.IAMRole),
		Description:      pulumi.Sprintf("Kubernetes service account %s/%s", args.Namespace, args.ServiceAccount),
		AssumeRolePolicy: trust,
		Tags:             pulumi.ToStringMap(args.Tags),
	}, pulumi.Parent(r))
	if err != nil {
		return err
	}
	r.Role, r.Ready = role, append(r.Ready, role)
	return nil
}

func (r *ServiceAccountRole) newPolicy(ctx *pulumi.Context, name string, args *ServiceAccountRoleArgs) error {
	if len(args.Policy.Statements) == 0 {
		return nil
	}
	document, err := args.Policy.JSON()
	if err != nil {
		return err
	}
	r.Policy, err = iam.NewPolicy(ctx, name+"-policy", &iam.PolicyArgs{
		NamePrefix:  prefix(name+"-policy", naming.IAMPolicy),
		Description: pulumi.Sprintf("Kubernetes service account %s/%s", args.Namespace, args.ServiceAccount),
		Policy:      pulumi.String(document),
		Tags:        pulumi.ToStringMap(args.Tags),
	}, pulumi.Parent(r))
	if err != nil {
		return err
	}
	r.Attachment, err = iam.NewRolePolicyAttachment(ctx, name+"-attachment", &iam.RolePolicyAttachmentArgs{
		Role: r.Role.Name, PolicyArn: r.Policy.Arn,
	}, pulumi.Parent(r))
	r.Ready = append(r.Ready, r.Policy, r.Attachment)
	return err
}

func (r *ServiceAccountRole) attachManagedPolicies(ctx *pulumi.Context, name string, args *ServiceAccountRoleArgs) error {
	for _, arn := range args.ManagedPolicyArns {
		attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-"+policyName(arn), &iam.RolePolicyAttachmentArgs{
			Role: r.Role.Name, PolicyArn: pulumi.String(arn),
		}, pulumi.Parent(r))
		if err != nil {
			return err
		}
		r.ManagedAttachments = append(r.ManagedAttachments, attachment)
		r.Ready = append(r.Ready, attachment)
	}
	return nil
}

// prefix is the name prefix of a resource whose generated name would be too long, and nil for others.
func prefix(logicalName string, limit int) pulumi.StringPtrInput {
	if p := naming.AutonamePrefix(logicalName, limit); p != "" {
		return pulumi.String(p)
	}
	return nil
}

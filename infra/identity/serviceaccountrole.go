package identity

import (
	"fmt"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/identity"
	"github.com/modelway/modelway/internal/naming"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ServiceAccountRoleToken is the type token of ServiceAccountRole.
const ServiceAccountRoleToken = "modelway:identity:ServiceAccountRole"

// ServiceAccountRoleArgs describe the role of one Kubernetes service account.
type ServiceAccountRoleArgs struct {
	// Role is whose role it is, and what it may do.
	identity.Role
	// OidcProviderArn is the ARN of the cluster's OpenID Connect provider in IAM, and Issuer the URL of the cluster's issuer.
	// Required for Irsa, unused otherwise.
	OidcProviderArn, Issuer pulumi.StringInput
	// ClusterName and ClusterArn name the EKS cluster whose pods get the role. Required for PodIdentity, unused otherwise.
	ClusterName, ClusterArn pulumi.StringInput
	// PolicyText is such a policy as JSON, in place of Policy where ARNs in it are outputs: the text of a Document, which is
	// checked once it is known. Default none.
	PolicyText pulumi.StringInput
	// AddonOwned says that an EKS add-on associates the role with its service account, so that no association is made here.
	// It changes nothing for Irsa. Default false.
	AddonOwned bool
	// Tags are put on every taggable child. Default none.
	Tags map[string]string
}

// ServiceAccountRole is an IAM role that the pods of one Kubernetes service account have.
type ServiceAccountRole struct {
	pulumi.ResourceState

	// Mode is Irsa or PodIdentity.
	Mode string
	// RoleArn is the ARN of the role.
	RoleArn pulumi.StringOutput
	// Role is the IAM role.
	Role *iam.Role
	// Policy and Attachment are the role's own policy and its attachment; nil when the arguments have no policy.
	Policy     *iam.Policy
	Attachment *iam.RolePolicyAttachment
	// ManagedAttachments are the attachments of ManagedPolicyArns, in their order.
	ManagedAttachments []*iam.RolePolicyAttachment
	// Association gives the role to the service account; nil for Irsa and for AddonOwned.
	Association *eks.PodIdentityAssociation
	// Ready is all of the above. What uses the permissions depends on Ready, not on the role alone: on destroy, Pulumi would
	// otherwise detach the policy while it is still in use.
	Ready []pulumi.Resource
}

// NewServiceAccountRole registers a role, its policies and, for Pod Identity, its association with the service account.
func NewServiceAccountRole(ctx *pulumi.Context, name string, args *ServiceAccountRoleArgs,
	opts ...pulumi.ResourceOption) (*ServiceAccountRole, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking service account role %q: %w", name, err)
	}
	r := &ServiceAccountRole{Mode: args.Mode}
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
	if err := r.newAssociation(ctx, name, args); err != nil {
		return nil, fmt.Errorf("registering the Pod Identity association of %q: %w", name, err)
	}
	r.RoleArn = r.Role.Arn
	return r, ctx.RegisterResourceOutputs(r, pulumi.Map{"roleArn": r.RoleArn})
}

// Annotation is the value of the service account's annotation eks.amazonaws.com/role-arn; nil for PodIdentity, which needs none.
func (r *ServiceAccountRole) Annotation() pulumi.StringInput {
	if r.Mode == PodIdentity {
		return nil
	}
	return r.RoleArn
}

func (a *ServiceAccountRoleArgs) inputs() pulumi.Map {
	inputs := pulumi.Map{
		"mode":              pulumi.String(a.Mode),
		"namespace":         pulumi.String(a.Namespace),
		"serviceAccount":    pulumi.String(a.ServiceAccount),
		"managedPolicyArns": pulumi.ToStringArray(a.ManagedPolicyArns),
		"tags":              pulumi.ToStringMap(a.Tags),
	}
	if a.Mode == PodIdentity {
		inputs["clusterArn"], inputs["addonOwned"] = a.ClusterArn, pulumi.Bool(a.AddonOwned)
	} else {
		inputs["oidcProviderArn"], inputs["issuer"] = a.OidcProviderArn, a.Issuer
	}
	return inputs
}

// trust is the role's trust policy.
func (a *ServiceAccountRoleArgs) trust() pulumi.StringOutput {
	if a.Mode == PodIdentity {
		return a.ClusterArn.ToStringOutput().ApplyT(func(arn string) (string, error) {
			return iamdoc.PodIdentityTrust(arn, a.Namespace, a.ServiceAccount).JSON()
		}).(pulumi.StringOutput)
	}
	return pulumi.All(a.OidcProviderArn, a.Issuer).ApplyT(func(v []any) (string, error) {
		return iamdoc.WebIdentityTrust(v[0].(string), v[1].(string), a.Namespace, a.ServiceAccount).JSON()
	}).(pulumi.StringOutput)
}

func (r *ServiceAccountRole) newRole(ctx *pulumi.Context, name string, args *ServiceAccountRoleArgs) error {
	role, err := iam.NewRole(ctx, name+"-role", &iam.RoleArgs{
		NamePrefix:       prefix(name+"-role", naming.IAMRole),
		Description:      pulumi.Sprintf("Kubernetes service account %s/%s", args.Namespace, args.ServiceAccount),
		AssumeRolePolicy: args.trust(),
		Tags:             pulumi.ToStringMap(args.Tags),
	}, pulumi.Parent(r))
	if err != nil {
		return err
	}
	r.Role, r.Ready = role, append(r.Ready, role)
	return nil
}

// policy is the text of the role's own policy, or nil.
func (a *ServiceAccountRoleArgs) policy() (pulumi.StringInput, error) {
	switch {
	case a.PolicyText != nil:
		return a.PolicyText.ToStringOutput().ApplyT(func(text string) (string, error) {
			return text, iamdoc.CheckText(text)
		}).(pulumi.StringOutput), nil
	case len(a.Policy.Statements) > 0:
		text, err := a.Policy.JSON()
		return pulumi.String(text), err
	}
	return nil, nil
}

func (r *ServiceAccountRole) newPolicy(ctx *pulumi.Context, name string, args *ServiceAccountRoleArgs) error {
	document, err := args.policy()
	if err != nil || document == nil {
		return err
	}
	r.Policy, err = iam.NewPolicy(ctx, name+"-policy", &iam.PolicyArgs{
		NamePrefix:  prefix(name+"-policy", naming.IAMPolicy),
		Description: pulumi.Sprintf("Kubernetes service account %s/%s", args.Namespace, args.ServiceAccount),
		Policy:      document,
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

// newAssociation gives the role to the service account once the role can do all that it should.
func (r *ServiceAccountRole) newAssociation(ctx *pulumi.Context, name string, args *ServiceAccountRoleArgs) error {
	if args.Mode != PodIdentity || args.AddonOwned {
		return nil
	}
	association, err := eks.NewPodIdentityAssociation(ctx, name+"-association", &eks.PodIdentityAssociationArgs{
		ClusterName:    args.ClusterName,
		Namespace:      pulumi.String(args.Namespace),
		ServiceAccount: pulumi.String(args.ServiceAccount),
		RoleArn:        r.Role.Arn,
		Tags:           pulumi.ToStringMap(args.Tags),
	}, pulumi.Parent(r), pulumi.DependsOn(r.Ready))
	if err != nil {
		return err
	}
	r.Association, r.Ready = association, append(r.Ready, association)
	return nil
}

func (r *ServiceAccountRole) attachManagedPolicies(ctx *pulumi.Context, name string, args *ServiceAccountRoleArgs) error {
	for _, arn := range args.ManagedPolicyArns {
		attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-"+identity.PolicyName(arn), &iam.RolePolicyAttachmentArgs{
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

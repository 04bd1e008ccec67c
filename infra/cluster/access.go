package cluster

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/rule"
)

// AccessToken is the type token of Access.
const AccessToken = "modelway:cluster:Access"

// AccessArgs give a principal that the program itself makes rights in a cluster. For those that exist there is
// ClusterArgs.AccessEntries, which checks that no principal has two entries.
type AccessArgs struct {
	// ClusterName is the name of the EKS cluster. Required.
	ClusterName pulumi.StringInput
	// PrincipalArn is the ARN of an IAM role or user. Required.
	PrincipalArn pulumi.StringInput
	// Policy is Admin, Edit or View. Required.
	Policy string
	// Namespaces are those of AccessEntry. Default the whole cluster.
	Namespaces []string
	// Partition of the access policies: aws, aws-cn or aws-us-gov. Required.
	Partition string
	// DependsOn is what must be there while the principal has the rights: its policies. Default none.
	DependsOn []pulumi.Resource
	// Tags are put on the entry. Default none.
	Tags map[string]string
}

// Access is the rights of a principal.
type Access struct {
	pulumi.ResourceState

	// Resources are the entry and what it is associated with. What the principal makes or deletes in the cluster depends on them.
	Resources []pulumi.Resource
}

// NewAccess registers an access entry and its policy.
func NewAccess(ctx *pulumi.Context, name string, args *AccessArgs, opts ...pulumi.ResourceOption) (*Access, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking access %q: %w", name, err)
	}
	a := &Access{}
	if err := ctx.RegisterComponentResourceV2(AccessToken, name, args.inputs(), a, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	entry, err := eks.NewAccessEntry(ctx, name+"-entry", &eks.AccessEntryArgs{
		ClusterName: args.ClusterName, PrincipalArn: args.PrincipalArn, Tags: pulumi.ToStringMap(args.Tags),
	}, pulumi.Parent(a), pulumi.DependsOn(args.DependsOn))
	if err != nil {
		return nil, fmt.Errorf("registering the access entry of %q: %w", name, err)
	}
	granted := args.entry().Grant(args.Partition)
	// Deleted last, the old association of a change of namespaces would take the new one along: both have the same id.
	association, err := eks.NewAccessPolicyAssociation(ctx, name+"-policy", &eks.AccessPolicyAssociationArgs{
		ClusterName: args.ClusterName, PrincipalArn: entry.PrincipalArn, PolicyArn: pulumi.String(granted.PolicyArn),
		AccessScope: accessScope(granted),
	}, pulumi.Parent(a), pulumi.DependsOn([]pulumi.Resource{entry}), pulumi.DeleteBeforeReplace(true))
	if err != nil {
		return nil, fmt.Errorf("registering the access policy of %q: %w", name, err)
	}
	a.Resources = []pulumi.Resource{entry, association}
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{})
}

// accessScope is where the policy holds, as the provider takes it.
func accessScope(g cluster.Grant) eks.AccessPolicyAssociationAccessScopeArgs {
	scope := eks.AccessPolicyAssociationAccessScopeArgs{Type: pulumi.String(g.Scope)}
	if len(g.Namespaces) > 0 {
		scope.Namespaces = pulumi.ToStringArray(g.Namespaces)
	}
	return scope
}

func (a *AccessArgs) entry() cluster.AccessEntry {
	return cluster.AccessEntry{Policy: a.Policy, Namespaces: a.Namespaces}
}

var awsPartition = regexp.MustCompile(`^aws(-[a-z]+)*$`)

// validate reports every fault of the arguments together.
func (a *AccessArgs) validate() error {
	var faults []error
	if a.ClusterName == nil || a.PrincipalArn == nil {
		faults = append(faults, errors.New("ClusterName and PrincipalArn are required: pass the outputs of the cluster and of the role"))
	}
	if !awsPartition.MatchString(a.Partition) {
		faults = append(faults, fmt.Errorf("Partition is %q: name the AWS partition of the cluster, such as aws", a.Partition))
	}
	return errors.Join(append(faults, rule.Join(a.entry().CheckRights()))...)
}

func (a *AccessArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"clusterName": a.ClusterName, "principalArn": a.PrincipalArn, "policy": pulumi.String(a.Policy),
		"namespaces": pulumi.ToStringArray(a.Namespaces), "partition": pulumi.String(a.Partition), "tags": pulumi.ToStringMap(a.Tags),
	}
}

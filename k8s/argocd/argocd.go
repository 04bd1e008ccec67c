// Package argocd lets an installed Argo CD write what models consist of, in their namespace and nowhere else.
package argocd

import (
	"errors"
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	names "github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/labels"
)

// Token is the component's type token.
const Token = "modelway:argocd:Access"

// AccessArgs describe where Argo CD may write. Both are required.
type AccessArgs struct {
	// Namespace is that of the models.
	Namespace pulumi.StringInput
	// DependsOn is the release of Argo CD. What Argo CD delivers needs the rights until it is gone.
	DependsOn []pulumi.Resource
}

// Access is the right to write in a namespace.
type Access struct {
	pulumi.ResourceState

	// Resources are what Applications depend on.
	Resources []pulumi.Resource
}

// NewAccess registers a role of the controller's service account in the namespace.
func NewAccess(ctx *pulumi.Context, name string, args *AccessArgs, opts ...pulumi.ResourceOption) (*Access, error) {
	if args == nil || args.Namespace == nil || len(args.DependsOn) == 0 {
		return nil, fmt.Errorf("checking access %q: %w", name, errors.New("AccessArgs.Namespace and AccessArgs.DependsOn are required: where "+
			"Argo CD writes, and its release"))
	}
	a := &Access{}
	if err := ctx.RegisterComponentResourceV2(Token, name, pulumi.Map{"namespace": args.Namespace}, a, opts...); err != nil {
		return nil, err
	}
	metadata := &metav1.ObjectMetaArgs{
		Name: pulumi.String(names.Controller), Namespace: args.Namespace,
		Labels: pulumi.StringMap{labels.PartOf: pulumi.String(labels.Modelway)},
	}
	rules := rbacv1.PolicyRuleArray{}
	for _, r := range names.Delivered() {
		rules = append(rules, rbacv1.PolicyRuleArgs{
			ApiGroups: pulumi.ToStringArray([]string{r.Group}), Resources: pulumi.ToStringArray(r.Names),
			Verbs: pulumi.ToStringArray([]string{"create", "delete", "get", "list", "patch", "update", "watch"}),
		})
	}
	role, err := rbacv1.NewRole(ctx, name+"-role", &rbacv1.RoleArgs{Metadata: metadata, Rules: rules}, pulumi.Parent(a),
		pulumi.DependsOn(args.DependsOn))
	if err != nil {
		return nil, fmt.Errorf("registering the role of %q: %w", name, err)
	}
	binding, err := rbacv1.NewRoleBinding(ctx, name+"-binding", &rbacv1.RoleBindingArgs{
		Metadata: metadata,
		RoleRef: rbacv1.RoleRefArgs{ApiGroup: pulumi.String("rbac.authorization.k8s.io"), Kind: pulumi.String("Role"),
			Name: pulumi.String(names.Controller)},
		Subjects: rbacv1.SubjectArray{rbacv1.SubjectArgs{
			Kind: pulumi.String("ServiceAccount"), Name: pulumi.String(names.Controller), Namespace: pulumi.String(names.Namespace),
		}},
	}, pulumi.Parent(a), pulumi.DependsOn(append([]pulumi.Resource{role}, args.DependsOn...)))
	if err != nil {
		return nil, fmt.Errorf("registering the binding of %q: %w", name, err)
	}
	a.Resources = []pulumi.Resource{role, binding}
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{})
}

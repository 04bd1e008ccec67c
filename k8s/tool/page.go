// Package tool registers the way to the web pages of the platform's add-ons, behind the load balancer of tools.
package tool

import (
	"errors"
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/k8s/ingressrule"
)

// Token is the component's type token.
const Token = "modelway:tool:Page"

// PageArgs describe a page. Ingress and DependsOn are required.
type PageArgs struct {
	// Ingress is what is decided about it; see serving.PageIngress.
	Ingress alb.Ingress
	// Secret is the name of the Secret of the login, in the namespace of the Ingress, that the load balancer controller has to read; "" for
	// none. Default none.
	Secret string
	// DependsOn are what the Ingress must not outlive: the load balancer, what its controller needs, and the release with the tool.
	DependsOn []pulumi.Resource
}

// Page is the way to a tool.
type Page struct {
	pulumi.ResourceState
}

// NewPage registers the Ingress of a tool, and lets the load balancer controller read the Secret of its login.
func NewPage(ctx *pulumi.Context, name string, args *PageArgs, opts ...pulumi.ResourceOption) (*Page, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking page %q: %w", name, err)
	}
	p := &Page{}
	inputs := pulumi.Map{"host": pulumi.String(args.Ingress.Rules[0].Host), "namespace": pulumi.String(args.Ingress.Namespace)}
	if err := ctx.RegisterComponentResourceV2(Token, name, inputs, p, opts...); err != nil {
		return nil, err
	}
	readers, err := p.newReaders(ctx, name, args)
	if err != nil {
		return nil, fmt.Errorf("registering who reads the login of page %q: %w", name, err)
	}
	if err := p.newIngress(ctx, name, args, readers); err != nil {
		return nil, fmt.Errorf("registering the Ingress of page %q: %w", name, err)
	}
	return p, ctx.RegisterResourceOutputs(p, pulumi.Map{})
}

func (a *PageArgs) validate() error {
	if a == nil {
		return errors.New("PageArgs are required")
	}
	var faults []error
	if len(a.Ingress.Rules) != 1 || a.Ingress.Namespace == "" {
		faults = append(faults, errors.New("PageArgs.Ingress has no namespace, or not one host: take that of serving.PageIngress"))
	}
	if len(a.DependsOn) == 0 {
		faults = append(faults, errors.New("PageArgs.DependsOn is empty: without the controller's release and role a destroy would leave the "+
			"Ingress behind"))
	}
	return errors.Join(faults...)
}

func (p *Page) metadata(name string, args *PageArgs) *metav1.ObjectMetaArgs {
	return &metav1.ObjectMetaArgs{
		Name: pulumi.String(name), Namespace: pulumi.String(args.Ingress.Namespace),
		Labels: pulumi.StringMap{labels.PartOf: pulumi.String(labels.Modelway)},
	}
}

// newReaders lets the controller read one Secret: its chart gives it no right to any
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/annotations/#auth-idp-oidc).
func (p *Page) newReaders(ctx *pulumi.Context, name string, args *PageArgs) ([]pulumi.Resource, error) {
	if args.Secret == "" {
		return nil, nil
	}
	options := []pulumi.ResourceOption{pulumi.Parent(p), pulumi.DependsOn(args.DependsOn)}
	controller := addons.LoadBalancerController()
	named := args.Ingress.Name + "-login"
	role, err := rbacv1.NewRole(ctx, name+"-login-role", &rbacv1.RoleArgs{
		Metadata: p.metadata(named, args),
		Rules: rbacv1.PolicyRuleArray{rbacv1.PolicyRuleArgs{
			ApiGroups: pulumi.ToStringArray([]string{""}), Resources: pulumi.ToStringArray([]string{"secrets"}),
			ResourceNames: pulumi.ToStringArray([]string{args.Secret}), Verbs: pulumi.ToStringArray([]string{"get", "list", "watch"}),
		}},
	}, options...)
	if err != nil {
		return nil, err
	}
	binding, err := rbacv1.NewRoleBinding(ctx, name+"-login-binding", &rbacv1.RoleBindingArgs{
		Metadata: p.metadata(named, args),
		RoleRef: rbacv1.RoleRefArgs{ApiGroup: pulumi.String("rbac.authorization.k8s.io"), Kind: pulumi.String("Role"),
			Name: pulumi.String(named)},
		Subjects: rbacv1.SubjectArray{rbacv1.SubjectArgs{
			Kind: pulumi.String("ServiceAccount"), Name: pulumi.String(controller.ServiceAccount),
			Namespace: pulumi.String(controller.Chart.Namespace),
		}},
	}, append(options, pulumi.DependsOn([]pulumi.Resource{role}))...)
	return []pulumi.Resource{role, binding}, err
}

func (p *Page) newIngress(ctx *pulumi.Context, name string, args *PageArgs, readers []pulumi.Resource) error {
	metadata := p.metadata(args.Ingress.Name, args)
	metadata.Annotations = pulumi.ToStringMap(args.Ingress.Annotations)
	_, err := networkingv1.NewIngress(ctx, name+"-ingress", &networkingv1.IngressArgs{
		Metadata: metadata,
		Spec: &networkingv1.IngressSpecArgs{
			IngressClassName: pulumi.String(args.Ingress.ClassName), Rules: ingressrule.Rules(args.Ingress.Rules),
		},
	}, pulumi.Parent(p), pulumi.DependsOn(append(readers, args.DependsOn...)))
	return err
}

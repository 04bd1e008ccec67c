package model

import (
	"errors"
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/podsecurity"
)

// NamespaceToken is the type token of Namespace.
const NamespaceToken = "modelway:model:Namespace"

// NamespaceArgs describe the models' namespace.
type NamespaceArgs struct {
	// Name of the namespace. Required. The selectors of the Fargate profiles must match it.
	Name string
	// DependsOn is what must be there while objects are deleted that nothing but the end of the namespace deletes, since they have
	// finalizers. Default none: the program makes all of them.
	DependsOn []pulumi.Resource
}

// Namespace holds the objects of all models.
type Namespace struct {
	pulumi.ResourceState

	// Name of the namespace, known once it exists.
	Name pulumi.StringOutput
	// Resources are the namespace and its network policy.
	Resources []pulumi.Resource
}

// NewNamespace registers the models' namespace. Its pods must fit the restricted pod security standard, and count as ready
// only once the load balancer finds them healthy. No packet passes that a model's own network policy does not allow
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/deploy/pod_readiness_gate/).
func NewNamespace(ctx *pulumi.Context, name string, args *NamespaceArgs, opts ...pulumi.ResourceOption) (*Namespace, error) {
	if args == nil || args.Name == "" {
		return nil, errors.New("checking namespace: NamespaceArgs.Name is required")
	}
	n := &Namespace{}
	if err := ctx.RegisterComponentResourceV2(NamespaceToken, name, pulumi.Map{"name": pulumi.String(args.Name)}, n, opts...); err != nil {
		return nil, err
	}
	object, err := corev1.NewNamespace(ctx, name+"-namespace", &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:   pulumi.String(args.Name),
			Labels: pulumi.ToStringMap(namespaceLabels()),
		},
	}, pulumi.Parent(n), pulumi.DependsOn(args.DependsOn))
	if err != nil {
		return nil, fmt.Errorf("registering namespace %q: %w", args.Name, err)
	}
	// No model can have a dot in its name.
	policy, err := networkingv1.NewNetworkPolicy(ctx, name+"-default-deny", &networkingv1.NetworkPolicyArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:      pulumi.String("modelway.default-deny"),
			Namespace: object.Metadata.Name(),
			Labels:    pulumi.StringMap{labels.PartOf: pulumi.String(labels.Modelway)},
		},
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: &metav1.LabelSelectorArgs{},
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
		},
	}, pulumi.Parent(n))
	if err != nil {
		return nil, fmt.Errorf("registering the network policy of namespace %q: %w", args.Name, err)
	}
	n.Resources = []pulumi.Resource{object, policy}
	n.Name = object.Metadata.Name().Elem()
	return n, ctx.RegisterResourceOutputs(n, pulumi.Map{"name": n.Name})
}

func namespaceLabels() map[string]string {
	all := podsecurity.Namespace(podsecurity.Restricted)
	all["elbv2.k8s.aws/pod-readiness-gate-inject"] = "enabled"
	return all
}

package ingress

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/podsecurity"
	"github.com/modelway/modelway/internal/serving"
)

const (
	// NamespaceToken is the type token of Namespace.
	NamespaceToken = "modelway:ingress:Namespace"
)

// NamespaceArgs describe the anchors' namespace.
type NamespaceArgs struct {
	// Name of the namespace; default AnchorNamespace.
	Name string
}

// Namespace holds the anchor Ingresses of all load balancers. No pods run in it.
type Namespace struct {
	pulumi.ResourceState

	// Name of the namespace, known once it exists.
	Name pulumi.StringOutput
}

// NewNamespace registers the anchors' namespace. Nil args mean the defaults.
func NewNamespace(ctx *pulumi.Context, name string, args *NamespaceArgs, opts ...pulumi.ResourceOption) (*Namespace, error) {
	namespace := serving.AnchorNamespace
	if args != nil && args.Name != "" {
		namespace = args.Name
	}
	n := &Namespace{}
	if err := ctx.RegisterComponentResourceV2(NamespaceToken, name, pulumi.Map{"name": pulumi.String(namespace)}, n, opts...); err != nil {
		return nil, err
	}
	object, err := corev1.NewNamespace(ctx, name+"-namespace", &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:   pulumi.String(namespace),
			Labels: pulumi.ToStringMap(podsecurity.Namespace(podsecurity.Restricted)),
		},
	}, pulumi.Parent(n))
	if err != nil {
		return nil, fmt.Errorf("registering namespace %q: %w", namespace, err)
	}
	n.Name = object.Metadata.Name().Elem()
	return n, ctx.RegisterResourceOutputs(n, pulumi.Map{"name": n.Name})
}

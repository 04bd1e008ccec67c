// Package admissionpolicy registers what the API server refuses in the models' namespace.
package admissionpolicy

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/admission"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/k8s/inputs"
)

// Token is the component's type token.
const Token = "modelway:admissionpolicy:Policies"

// PoliciesArgs describe the policies. Namespace is required.
type PoliciesArgs struct {
	// Namespace is the name of the models' namespace. Plain, because the policies are named after it.
	Namespace string
	// KServe says that the cluster has KServe, whose controller makes Services there. Default false.
	KServe bool
	// ArgoCD says that Argo CD makes objects of models there. Default false.
	ArgoCD bool
}

// Policies keep those who may edit the models' namespace from changing load balancers; see package internal/admission. A policy holds from
// some moments after it has been made.
type Policies struct {
	pulumi.ResourceState

	// Resources are the policies and their bindings: Ingresses and Services of the namespace depend on them, so that they are held to
	// the policies for as long as they exist.
	Resources []pulumi.Resource
}

// NewPolicies registers the policies. Kubernetes 1.30 or later has them.
func NewPolicies(ctx *pulumi.Context, name string, args *PoliciesArgs, opts ...pulumi.ResourceOption) (*Policies, error) {
	if args == nil || args.Namespace == "" {
		return nil, errors.New("checking policies: PoliciesArgs.Namespace is required: name the models' namespace")
	}
	p := &Policies{}
	if err := ctx.RegisterComponentResourceV2(Token, name, pulumi.Map{"namespace": pulumi.String(args.Namespace)}, p, opts...); err != nil {
		return nil, err
	}
	for _, policy := range admission.Policies(args.Namespace, args.KServe, args.ArgoCD) {
		if err := p.register(ctx, name, policy); err != nil {
			return nil, fmt.Errorf("registering policy %q: %w", policy.Name, err)
		}
	}
	return p, ctx.RegisterResourceOutputs(p, pulumi.Map{})
}

// register makes the binding go before its policy.
func (p *Policies) register(ctx *pulumi.Context, name string, policy admission.Policy) error {
	child := name + "-" + policy.Suffix
	made, err := p.object(ctx, child, "ValidatingAdmissionPolicy", policy.Name, policy.Spec)
	if err != nil {
		return err
	}
	binding, err := p.object(ctx, child+"-binding", "ValidatingAdmissionPolicyBinding", policy.Name, policy.Binding,
		pulumi.DependsOn([]pulumi.Resource{made}))
	p.Resources = append(p.Resources, made, binding)
	return err
}

func (p *Policies) object(ctx *pulumi.Context, child, kind, name string, spec map[string]any,
	opts ...pulumi.ResourceOption) (pulumi.Resource, error) {
	return apiextensions.NewCustomResource(ctx, child, &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String(admission.Version),
		Kind:       pulumi.String(kind),
		Metadata: &metav1.ObjectMetaArgs{
			Name:   pulumi.String(name),
			Labels: pulumi.StringMap{labels.PartOf: pulumi.String(labels.Modelway)},
		},
		OtherFields: kubernetes.UntypedArgs{"spec": inputs.Map(spec)},
	}, append(opts, pulumi.Parent(p))...)
}

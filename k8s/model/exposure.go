package model

import (
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/ingressrule"
)

// newService does not wait for its pods: the Deployment does, and the Ingress waits for the Service's Endpoints. So a model
// that fails to start is reported once.
func (b *builder) newService(v serving.Version) (*corev1.Service, error) {
	metadata := b.annotated(b.metadata(v), map[string]string{"pulumi.com/skipAwait": "true"})
	return corev1.NewService(b.ctx, b.child(v, "service"), &corev1.ServiceArgs{
		Metadata: metadata,
		Spec: &corev1.ServiceSpecArgs{
			Type:     pulumi.String("ClusterIP"),
			Selector: pulumi.ToStringMap(v.Selector()),
			Ports: corev1.ServicePortArray{&corev1.ServicePortArgs{
				Name:       pulumi.String(serving.PortName),
				Port:       pulumi.Int(serving.ServicePort),
				TargetPort: pulumi.String(serving.PortName),
				Protocol:   pulumi.String("TCP"),
			}},
		},
	}, b.parent())
}

// newIngresses registers an Ingress for each host. It comes after the pods are ready and goes before them, so that the load
// balancer never sends requests to a version that is not there.
func (b *builder) newIngresses() error {
	for _, route := range b.args.Routes {
		planned := serving.Ingress(b.args.Model, serving.Routing{Entrance: route.Entrance, ListenPorts: route.ListenPorts,
			JwtValidation: route.JwtValidation})
		metadata := b.annotated(b.metadata(serving.StableVersion(b.args.Model)), planned.Annotations)
		metadata.Name = pulumi.String(planned.Name)
		name := b.name + "-ingress"
		if !route.Entrance.Shared {
			name = b.name + modelspec.HostSuffix + "-ingress"
		}
		_, err := networkingv1.NewIngress(b.ctx, name, &networkingv1.IngressArgs{
			Metadata: metadata,
			Spec:     &networkingv1.IngressSpecArgs{IngressClassName: route.ClassName, Rules: ingressrule.Rules(planned.Rules)},
		}, b.parent(), pulumi.DependsOn(slices.Concat(b.serving, b.args.Prerequisites, route.LoadBalancer)))
		if err != nil {
			return err
		}
	}
	return nil
}

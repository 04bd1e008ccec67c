package model

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/alb"
)

// newService does not wait for its pods: the Deployment does, and the Ingress waits for the Service's Endpoints. So a model
// that fails to start is reported once.
func (m *Model) newService(ctx *pulumi.Context, name string, args *ModelArgs) (*corev1.Service, error) {
	metadata := args.metadata()
	metadata.Annotations = pulumi.StringMap{"pulumi.com/skipAwait": pulumi.String("true")}
	return corev1.NewService(ctx, name+"-service", &corev1.ServiceArgs{
		Metadata: metadata,
		Spec: &corev1.ServiceSpecArgs{
			Type:     pulumi.String("ClusterIP"),
			Selector: pulumi.ToStringMap(selector(args.Model)),
			Ports: corev1.ServicePortArray{&corev1.ServicePortArgs{
				Name:       pulumi.String(portName),
				Port:       pulumi.Int(servicePort),
				TargetPort: pulumi.String(portName),
				Protocol:   pulumi.String("TCP"),
			}},
		},
	}, pulumi.Parent(m))
}

// newIngress comes after the pods are ready and goes before them, so that the load balancer never sends requests to a model
// that is not there.
func (m *Model) newIngress(ctx *pulumi.Context, name string, args *ModelArgs, service *corev1.Service, deployment *appsv1.Deployment) error {
	planned := Ingress(args.Model, Routing{Domain: args.Domain, ListenPorts: args.ListenPorts, JwtValidation: args.JwtValidation})
	metadata := args.metadata()
	metadata.Annotations = pulumi.ToStringMap(planned.Annotations)
	var rules networkingv1.IngressRuleArray
	for _, rule := range planned.Rules {
		rules = append(rules, &networkingv1.IngressRuleArgs{
			Host: pulumi.String(rule.Host),
			Http: &networkingv1.HTTPIngressRuleValueArgs{Paths: paths(rule.Paths, service)},
		})
	}
	after := append([]pulumi.Resource{service, deployment}, args.Prerequisites...)
	_, err := networkingv1.NewIngress(ctx, name+"-ingress", &networkingv1.IngressArgs{
		Metadata: metadata,
		Spec:     &networkingv1.IngressSpecArgs{IngressClassName: args.ClassName, Rules: rules},
	}, pulumi.Parent(m), pulumi.DependsOn(after))
	return err
}

func paths(planned []alb.Path, service *corev1.Service) networkingv1.HTTPIngressPathArray {
	var list networkingv1.HTTPIngressPathArray
	for _, path := range planned {
		list = append(list, &networkingv1.HTTPIngressPathArgs{
			Path:     pulumi.String(path.Path),
			PathType: pulumi.String(path.PathType),
			Backend: &networkingv1.IngressBackendArgs{Service: &networkingv1.IngressServiceBackendArgs{
				Name: service.Metadata.Name().Elem(),
				Port: &networkingv1.ServiceBackendPortArgs{Number: pulumi.Int(servicePort)},
			}},
		})
	}
	return list
}

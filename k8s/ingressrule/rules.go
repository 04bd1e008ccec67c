// Package ingressrule turns planned rules of an Ingress into what the provider takes.
package ingressrule

import (
	"strconv"

	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/alb"
)

// Rules are planned rules as an Ingress has them.
func Rules(planned []alb.Rule) networkingv1.IngressRuleArray {
	var list networkingv1.IngressRuleArray
	for _, rule := range planned {
		list = append(list, &networkingv1.IngressRuleArgs{
			Host: pulumi.String(rule.Host),
			Http: &networkingv1.HTTPIngressRuleValueArgs{Paths: paths(rule.Paths)},
		})
	}
	return list
}

func paths(planned []alb.Path) networkingv1.HTTPIngressPathArray {
	var list networkingv1.HTTPIngressPathArray
	for _, path := range planned {
		list = append(list, &networkingv1.HTTPIngressPathArgs{
			Path:     pulumi.String(path.Path),
			PathType: pulumi.String(path.PathType),
			Backend:  Backend(path.Backend),
		})
	}
	return list
}

// Backend has the number of its port where it is one, and else its name, such as alb.UseAnnotation.
func Backend(planned alb.Backend) *networkingv1.IngressBackendArgs {
	port := &networkingv1.ServiceBackendPortArgs{Name: pulumi.String(planned.Port)}
	if number, err := strconv.Atoi(planned.Port); err == nil {
		port = &networkingv1.ServiceBackendPortArgs{Number: pulumi.Int(number)}
	}
	return &networkingv1.IngressBackendArgs{Service: &networkingv1.IngressServiceBackendArgs{Name: pulumi.String(planned.Service), Port: port}}
}

package loadbalancer

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/modelway/modelway/internal/alb"
)

// Names of LBC: pkg/shared_constants/finalizers.go, pkg/ingress/class_loader.go, apis/elbv2/v1beta1.
const (
	classController = "ingress.k8s.aws/alb"
	groupFinalizer  = "group.ingress.k8s.aws/"
	failedLoadGroup = "FailedLoadGroupID" // reason of an Event (LBC pkg/k8s/events.go)
)

var paramsResource = schema.GroupVersionResource{Group: "elbv2.k8s.aws", Version: "v1beta1", Resource: "ingressclassparams"}

// group is what LBC calls an IngressGroup: the Ingresses that share a load balancer.
type group struct {
	params  alb.ClassParams
	members []*networkingv1.Ingress
	leaving []*networkingv1.Ingress // no members any more, and still with the finalizer
	fault   error
}

// groupsOf returns the groups of which an Ingress carries the finalizer.
func groupsOf(ingress *networkingv1.Ingress) []string {
	var names []string
	for _, finalizer := range ingress.Finalizers {
		if name, ok := strings.CutPrefix(finalizer, groupFinalizer); ok {
			names = append(names, name)
		}
	}
	return names
}

func keyOf(ingress *networkingv1.Ingress) string { return ingress.Namespace + "/" + ingress.Name }

// groups sorts Ingresses into groups by name. An Ingress whose class is at fault stays in the group it was in and makes it
// fail, so that nothing is removed by mistake (LBC pkg/ingress/group_loader.go).
func (c *controller) groups(ctx context.Context, ingresses []*networkingv1.Ingress) map[string]*group {
	groups, classes := map[string]*group{}, map[string]class{}
	get := func(name string) *group {
		if groups[name] == nil {
			groups[name] = &group{}
		}
		return groups[name]
	}
	for _, ingress := range ingresses {
		var its class
		if name := ingress.Spec.IngressClassName; name != nil && ingress.DeletionTimestamp == nil {
			if _, known := classes[*name]; !known {
				classes[*name] = c.loadClass(ctx, *name)
			}
			its = c.admits(classes[*name], ingress.Namespace)
		}
		if its.fault != nil {
			c.say(ingress, corev1.EventTypeWarning, failedLoadGroup, "failed load groupID due to "+its.fault.Error())
		} else if name := its.params.Group; name != "" {
			get(name).params = its.params
			get(name).members = append(get(name).members, ingress)
		}
		for _, name := range groupsOf(ingress) {
			if its.fault != nil {
				get(name).fault = fmt.Errorf("ingress %s has invalid IngressClass configuration: %w", keyOf(ingress), its.fault)
			} else if name != its.params.Group {
				get(name).leaving = append(get(name).leaving, ingress)
			}
		}
	}
	return groups
}

// class is what LBC reads of an IngressClass: nothing when the class is not LBC's.
type class struct {
	params     alb.ClassParams
	paramsName string
	namespaces labels.Selector // of the IngressClassParams; nil for all
	fault      error
}

// admits returns the class as it is for an Ingress of a namespace: at fault where the namespaceSelector of its IngressClassParams leaves
// the namespace out. The controller checks it, and since 3.5 the webhook does not (LBC pkg/ingress/class_loader.go, webhooks/networking).
func (c *controller) admits(its class, namespace string) class {
	if its.fault != nil || its.namespaces == nil {
		return its
	}
	object, err := c.namespaces.Get(namespace)
	if err != nil {
		return class{fault: fmt.Errorf("reading namespace %s for the namespaceSelector of class %s: %w", namespace, its.params.Name, err)}
	}
	if !its.namespaces.Matches(labels.Set(object.Labels)) {
		return class{fault: fmt.Errorf("invalid ingress class: namespaceSelector of IngressClassParams %s mismatch: it is %q, and namespace %s "+
			"has the labels %q; use a class that selects the namespace",
			its.paramsName, its.namespaces, namespace, labels.Set(object.Labels))}
	}
	return its
}

// loadClass reads a class and the parameters that it refers to
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/).
func (c *controller) loadClass(ctx context.Context, name string) class {
	object, err := c.classes.Get(name)
	if err != nil {
		return class{fault: fmt.Errorf("IngressClass %s does not exist", name)}
	}
	if object.Spec.Controller != classController {
		return class{}
	}
	reference := object.Spec.Parameters
	if reference == nil {
		return class{fault: fmt.Errorf("IngressClass %s must refer to IngressClassParams: the local stack knows no class without", name)}
	}
	if reference.APIGroup == nil || *reference.APIGroup != paramsResource.Group || reference.Kind != "IngressClassParams" {
		return class{fault: fmt.Errorf("invalid ingress class: IngressClass %s references unknown parameters", name)}
	}
	stated, err := c.getParams(ctx, reference.Name)
	if err != nil {
		return class{fault: fmt.Errorf("reading the IngressClassParams of class %s: %w", name, err)}
	}
	params, err := alb.ReadClassParams(name, stated.Object["spec"])
	if err != nil {
		return class{fault: fmt.Errorf("reading the IngressClassParams of class %s: %w", name, err)}
	}
	if params.Group == "" {
		return class{fault: fmt.Errorf("the IngressClassParams of class %s must have a group.name: the local stack knows no load balancer of a "+
			"lone Ingress", name)}
	}
	its := class{params: params, paramsName: reference.Name}
	if its.namespaces, err = namespaceSelector(stated.Object); err != nil {
		return class{fault: fmt.Errorf("invalid ingress class: namespaceSelector of IngressClassParams %s: %w", reference.Name, err)}
	}
	return its
}

// namespaceSelector reads which namespaces may use the class; nil for all.
func namespaceSelector(params map[string]any) (labels.Selector, error) {
	stated, found, err := unstructured.NestedMap(params, "spec", "namespaceSelector")
	if err != nil || !found {
		return nil, err
	}
	var selector metav1.LabelSelector
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(stated, &selector); err != nil {
		return nil, err
	}
	return metav1.LabelSelectorAsSelector(&selector)
}
